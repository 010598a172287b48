import type { ErrorCode } from './error-rows.ts';
import { isVariableOf, PROVIDERS, type ProviderRow } from './providers.ts';

/** The longest paste that is examined, and the longest key: some providers' are JSON Web Tokens. */
const LONGEST_PASTE = 8_192;
const LONGEST_KEY = 2_048;
/** Words of a paste that are looked at; a key with its command or a sentence around it has fewer. */
const MOST_WORDS = 64;

/** What can be wrong with a pasted key before anything is done with it. */
export const KEY_ERRORS = [
  'key_malformed',
  'key_incomplete',
  'key_in_pieces',
  'key_several',
  'key_of_other_provider',
  'key_is_token',
  'key_is_admin',
  'key_is_code',
  'key_is_link',
  'key_is_masked',
] as const satisfies readonly ErrorCode[];
export type KeyError = (typeof KEY_ERRORS)[number];

/** `provider`: the id of the one whose key it is, where this is certain. */
export type KeyCheck = { ok: true; key: string } | { ok: false; error: KeyError; provider?: string };

const no = (error: KeyError, provider?: string): KeyCheck => ({
  ok: false,
  error,
  ...(provider !== undefined && { provider }),
});

const ALL = Object.values(PROVIDERS);

/**
 * Checks what was pasted as a provider's API key, in the browser, in the api (what a platform posts) and finally in the
 * worker. Accepted if it has only one meaning: white space, quotes, `export OPENAI_API_KEY=`, `Authorization: Bearer`
 * and words around one key are forgiven. Anything else is reported as what it is. `rows`: all that it could be of.
 */
export function checkKey(pasted: string, row: ProviderRow, rows: readonly ProviderRow[] = ALL): KeyCheck {
  if (pasted.length > LONGEST_PASTE) return no('key_malformed');
  const { words, names } = wordsOf(pasted);
  if (words.length > MOST_WORDS) return no('key_malformed');
  const [first, ...more] = words;
  if (first === undefined) return no('key_incomplete');
  const named = (text: string) => judge(text, row, rows, names);
  if (more.length === 0) return named(first);
  const joined = joinedRows(words, row);
  if (joined !== undefined) return named(joined);
  const keys = [...new Set(words.filter((word) => isKeyLike(word, row, rows)))];
  const [key, second] = keys;
  if (second !== undefined) return no('key_several');
  if (key === undefined) return namesAnotherThing(words) ?? no('key_malformed');
  // What stands behind it may be the rest of it.
  const behind = words[words.lastIndexOf(key) + 1];
  return behind !== undefined && isRandom(behind) ? no('key_in_pieces') : named(key);
}

/** Words that only introduce a key. */
const AROUND =
  /^(?:export|set|setx|const|let|var|curl|-H|-h|bearer|basic|authorization|api|key|token|is|[=:]+)$/i;
/** A name, and a value behind it: `OPENAI_API_KEY=…`, `"apiKey":"…"`, `x-api-key:…`, `Authorization:…`. */
const NAMED = /^\$?(?:env:)?([A-Za-z][\w-]{0,60})["']?[=:]["']?(.*)$/;
const NAME = /key|token|secret|authorization|bearer/i;
const UNSEEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const START = '"\'`“”‘’«»<>()[]{},;';
/** With what ends a sentence; no key has it at its end. */
const END = `${START}.:!?`;

/** The words of a paste without what is put around keys, and the names that stood before them. */
function wordsOf(pasted: string): { words: string[]; names: string[] } {
  const names: string[] = [];
  const words = pasted
    .replace(UNSEEN, '')
    .split(/\s+/, MOST_WORDS * 4)
    .flatMap((word) => {
      const text = bare(word);
      const [, name = '', value = ''] = NAMED.exec(text) ?? [];
      const isNamed = name !== '' && NAME.test(name);
      if (isNamed) names.push(name);
      else if (/^[A-Z][A-Z0-9_]{4,60}$/.test(text) && NAME.test(text)) names.push(text);
      const rest = isNamed ? bare(value) : text;
      return rest === '' || names.includes(rest) || AROUND.test(rest) ? [] : [rest];
    });
  return { words, names };
}

/** Without quotes, brackets and separators around it. */
function bare(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && START.includes(text[start] as string)) start += 1;
  while (end > start && END.includes(text[end - 1] as string)) end -= 1;
  return text.slice(start, end);
}

/** A key that a terminal has cut into rows of one length: the only thing that looks like this. */
function joinedRows(words: readonly string[], { key, starts }: ProviderRow): string | undefined {
  const width = words[0]?.length ?? 0;
  const areRows = words.slice(0, -1).every(({ length }) => length === width) && width >= 20;
  const text = words.join('');
  const isOne = words.length >= 3 && (words.at(-1)?.length ?? 0) <= width;
  const begins = starts.some((start) => text.startsWith(start));
  return isOne && areRows && begins && key?.shape.test(text) ? text : undefined;
}

function isKeyLike(word: string, row: ProviderRow, rows: readonly ProviderRow[]): boolean {
  if (ownerOf(word, rows) !== undefined || SHARED.test(word)) return true;
  return isRandom(word) && row.key?.shape.test(word) === true;
}

/** What several providers' keys look like: whose it is cannot be seen. */
const SHARED = /^sk-[\w-]{16,}$/;

/** Letters and digits in no order that a word or a date has. */
function isRandom(word: string): boolean {
  return word.length >= 8 && /^[\w.~+/=-]+$/.test(word) && /\d/.test(word) && /[a-z]/i.test(word);
}

/** The provider with the longest beginning that a text has. */
function ownerOf(text: string, rows: readonly ProviderRow[]): ProviderRow | undefined {
  let [owner, longest]: [ProviderRow | undefined, number] = [undefined, 0];
  for (const row of rows)
    for (const start of row.starts)
      if (start.length > longest && text.startsWith(start)) [owner, longest] = [row, start.length];
  return owner;
}

/** Something in a form that is no key's. */
function namesAnotherThing(words: readonly string[]): KeyCheck | undefined {
  if (words.some((word) => /^(?:https?:\/\/|www\.)/i.test(word))) return no('key_is_link');
  if (words.some((word) => /^[\w.~-]{16,512}(?:#|%23)[\w.~-]{16,512}$/.test(word))) return no('key_is_code');
  return words.some((word) => /\.{3}|…|[*•●∙·]{3}/.test(word)) ? no('key_is_masked') : undefined;
}

const PLACEHOLDER = /^(?:your|my|insert|paste)[-_]|api[-_]?key/i;

function judge(
  text: string,
  row: ProviderRow,
  rows: readonly ProviderRow[],
  names: readonly string[],
): KeyCheck {
  const other = namesAnotherThing([text]);
  if (other) return other;
  if (text.length > LONGEST_KEY || !/^[\x21-\x7e]+$/.test(text)) return no('key_malformed');
  const owner = ownerOf(text, rows);
  const [, kind] = Object.entries(owner?.key?.others ?? {}).find(([start]) => text.startsWith(start)) ?? [];
  if (kind === 'token') return no('key_is_token', owner?.id);
  // An address of the customer's own may stand before any provider, and take its keys.
  const isAnyones = row.endpoint !== undefined;
  if (owner !== undefined && owner.id !== row.id && !isAnyones) return no('key_of_other_provider', owner.id);
  if (kind === 'admin') return no('key_is_admin', owner?.id);
  const meant = owner === undefined && !isAnyones ? meantBy(names, row, rows) : undefined;
  if (meant) return no('key_of_other_provider', meant.id);
  if (!row.key) return no('key_malformed');
  if (row.key.shape.test(text) && !PLACEHOLDER.test(text)) return { ok: true, key: text };
  if (owner === undefined && SHARED.test(text)) return no('key_of_other_provider');
  return no(owner?.id === row.id || text.length < 16 ? 'key_incomplete' : 'key_malformed');
}

/** The one other provider that a name before the key belongs to: `export DEEPSEEK_API_KEY=`. */
function meantBy(
  names: readonly string[],
  row: ProviderRow,
  rows: readonly ProviderRow[],
): ProviderRow | undefined {
  const isOf = (one: ProviderRow) => names.some((name) => isVariableOf(one, name));
  const [meant, second] = isOf(row) ? [] : rows.filter(isOf);
  return second === undefined ? meant : undefined;
}
