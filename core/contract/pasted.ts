const UNSEEN = '[\\u200b-\\u200f\\u2060\\ufeff]+';
/** Too long for an ordinary word: above something that looks whole, it may be its beginning. */
const ROW = /^[\w.~-]{24,}$/;
const OPENING = '"\'`<(«“”‘’';
const CLOSING = '"\'`>)»“”‘’.,;:!';

/**
 * The one text that a paste holds, without what chat programs, mails and pages add: white space, zero-width
 * characters, quotes, a label before it. A word that `isWhole` accepts needs no others: if there is exactly one,
 * the rest is just what people wrote next to it. Otherwise a text that was cut into lines is joined again (a browser
 * turns a line break that is pasted into a field into a space). Undefined for a sentence.
 */
export function onlyText(
  pasted: string,
  isWhole: (text: string) => boolean,
): { text: string; rows: number } | undefined {
  const words = pasted
    .replace(new RegExp(`([:：])${UNSEEN}`, 'g'), '$1 ')
    .replace(new RegExp(UNSEEN, 'g'), '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const tied = tiedAtHash(words);
  const [found, second] = tied.filter((word) => isWhole(bare(word)));
  if (second !== undefined) return undefined;
  if (found !== undefined && !ROW.test(tied[tied.indexOf(found) - 1] ?? ''))
    return { text: bare(found), rows: 1 };
  const labels = words.map((word) => /[:：]$/.test(word));
  const label = labels.lastIndexOf(true);
  const rows = words.slice(label + 1);
  const text = rows.join('');
  if (!areRows(rows) && !areRows(tiedAtHash(rows))) return undefined;
  // Nor are two words without a digit or a sign.
  if (rows.length > 1 && !/[#%=\d]/.test(text)) return undefined;
  return { text: bare(text), rows: rows.length };
}

/** A # on its own, or at the end of a word, belongs to its neighbour. */
function tiedAtHash(words: readonly string[]): string[] {
  const tied: string[] = [];
  for (const word of words) {
    const before = tied.at(-1);
    if (before !== undefined && (before.endsWith('#') || word.startsWith('#')))
      tied[tied.length - 1] = before + word;
    else tied.push(word);
  }
  return tied;
}

/** All have the same length, except the first (after a label) and the last. The words of a sentence do not. */
function areRows(words: readonly string[]): boolean {
  const width = words[1]?.length ?? 0;
  if (words.length < 3) return true;
  return words.slice(1, -1).every(({ length }) => length === width) && (words[0]?.length ?? 0) <= width;
}

/** Without surrounding quotes and the end of a sentence. */
function bare(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && OPENING.includes(text[start] as string)) start += 1;
  while (end > start && CLOSING.includes(text[end - 1] as string)) end -= 1;
  return text.slice(start, end);
}
