/** What the redactor covers secrets with. */
const COVERED = /█{2,}/g;
/** What programs draw in place of secrets, with what they leave of it in clear at the end. */
const MASKED = /[*•▪●∙·■▮]{3,}█*/g;
const SPINNER = /^[·✢✳✶✻✽∗*◐◓◑◒\u2801-\u28ff] (?=.*(?:…|\.\.\.)$)/u;
/** OpenClaw puts another sentence behind its name at every start. */
const BANNER = /^(?:\p{Extended_Pictographic}\s*)?OpenClaw v?\d+\.\d+\.\d+/u;
/** Claude Code 2.1.197 writes over its first column. */
const LINK = /h?ttps?:\/\/\S+/;

/** Rows of one screen that are kept, and characters of each. */
const MOST_ROWS = 200;
const MOST_COLUMNS = 300;

/**
 * A screen, already redacted, without what changes from run to run or says nothing: links' queries, secrets, masks, spinners,
 * versions, times, users, places of this machine, OpenClaw's sentence of the day, art, blanks. Two runs of the same program
 * give the same rows.
 */
export function normalise(rows: readonly string[], columns: number, home: string): string[] {
  const kept: string[] = [];
  for (const row of withoutLinks(withoutBanner(rows), columns)) {
    const text = plain(row.replaceAll(home, '~'));
    const isRest = (text === '‹secret›' || text === '‹mask›') && text === kept.at(-1);
    if (says(row, text) && !isRest) kept.push(text);
  }
  return kept.slice(0, MOST_ROWS);
}

function plain(row: string): string {
  return row
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(MASKED, '‹mask›')
    .replace(COVERED, '‹secret›')
    .replace(/─{3,}/g, '───')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(SPINNER, '◌ ')
    .replace(/^│ (‹mask›|‹secret›) │$/, '$1')
    .replace(/\bkf-\d+-\d+\b/g, '‹user›')
    .replace(/\b\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?/g, '‹date›')
    .replace(/\bv?\d+\.\d+\.\d+(?:[-+][\w.]+)?/g, '‹version›')
    .replace(/\([0-9a-f]{7,40}\)/g, '(‹build›)')
    .replace(/\b\d+(?:\.\d+)? ?(?:ms|s|min)\b/g, '‹time›')
    .slice(0, MOST_COLUMNS);
}

/** Words, the edge of a box, a mask, a secret that takes most of a row or is cut there; everything else is art. */
function says(row: string, text: string): boolean {
  if (/[a-z]{2,}/i.test(row) || /[╭╰┌└].*[╮╯┐┘]/.test(text)) return true;
  return /^(│ )?‹mask›( │)?$/.test(text) || (text === '‹secret›' && /█{12,}/.test(row));
}

/** Every link as its host and path, and over how many rows it went. */
function withoutLinks(rows: readonly string[], columns: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    let row = rows[at] ?? '';
    const found = LINK.exec(row);
    if (!found) {
      out.push(row);
      continue;
    }
    let link = found[0];
    let count = 1;
    const before = row.slice(0, found.index);
    let after = row.slice(found.index + link.length);
    // It goes on in the next row where it fills this one.
    while (after === '' && row.length >= columns - 1 && /^\s*\S+$/.test(rows[at + 1] ?? '')) {
      at += 1;
      count += 1;
      row = rows[at] ?? '';
      link += row.trim();
      after = '';
    }
    const [place = ''] = link.split('?', 1);
    const shown = place.replace(/\/\/127\.0\.0\.1:\d+/, '//stand-in');
    out.push(`${before}‹${shown}${count > 1 ? ` in ${count} rows` : ''}›${after}`);
  }
  return out;
}

/** The name and the version of the banner, and not what follows up to the next blank row. */
function withoutBanner(rows: readonly string[]): string[] {
  const out: string[] = [];
  let isBanner = false;
  for (const row of rows) {
    const found = BANNER.exec(row.trim());
    if (found) out.push(found[0]);
    isBanner = row.trim() !== '' && (isBanner || found !== null);
    if (!isBanner) out.push(row);
  }
  return out;
}
