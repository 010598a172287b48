import type { Program } from '../../core/contract/versions.ts';
import { diffOf } from './diff.ts';
import type { Screens } from './screens.ts';

const SECRET = '‹secret›';

/** A screen that is not as the known one. */
export interface Difference {
  screen: string;
  diff: string;
}

/**
 * Those that stay until Keyferry has read them: the same program shows the same, except for what it adds below while it is
 * ended. What comes between is gone quickly, and one run sees more of it than another.
 */
const LASTING: Record<Program, readonly string[]> = {
  claude: ['the link', 'the token'],
  openclaw: ['the end'],
};

/** In the order in which they come; others after them. */
const ORDER = [
  'the start',
  'the prompt',
  'the link',
  'the typed code',
  'the exchange',
  'the token',
  'the end',
];
const place = (screen: string) => (ORDER.indexOf(screen) + ORDER.length + 1) % (ORDER.length + 1);

/** Names of screens that a handshake which goes well has not. */
const ODD: ReadonlySet<string> = new Set([
  'a refusal',
  'a statement',
  'a dead end',
  'a link that is not trusted',
]);

/** The screens of a handshake that connected, against those of the known version in a terminal of the same width. */
export function compareScreens(program: Program, known: Screens, now: Screens): Difference[] {
  const rows = Object.values(known)
    .flat()
    .flatMap((text) => text.split('\n'));
  const isKnownRow = (row: string) => rows.some((whole) => isSameRow(whole, row) || isHalf(row, whole));
  const lasting = LASTING[program];
  const differences: Difference[] = [];
  const names = new Set([...lasting, ...Object.keys(now)]);
  for (const screen of [...names].sort((one, other) => place(one) - place(other))) {
    const [before, after] = [known[screen], now[screen]?.at(-1)];
    // It connected, so Keyferry has read what it needs; and of what nobody has seen it is not known what it looks like.
    if (after === undefined || (before === undefined && !ODD.has(screen))) continue;
    const isSame =
      lasting.includes(screen) && before
        ? before.some((whole) => begins(whole.split('\n'), after.split('\n')))
        : after.split('\n').every(isKnownRow);
    if (!isSame) differences.push({ screen, diff: diffOf(before?.at(-1) ?? '', after) });
  }
  return differences;
}

const begins = (whole: readonly string[], rows: readonly string[]) =>
  rows.length <= whole.length && rows.every((row, at) => isSameRow(whole[at] ?? '', row));

/** By chance a part of a word can be four characters of a secret, and is covered as such. */
function isSameRow(one: string, other: string): boolean {
  return one === other || isCovered(one, other) || isCovered(other, one);
}

function isCovered(covered: string, row: string): boolean {
  const parts = covered.split(SECRET);
  if (parts.length === 1 || !/[a-z]{2,}/i.test(parts.join(' '))) return false;
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.{1,40}')}$`, 'u').test(row);
}

/** A row that was read while it was drawn: its beginning, or a link of which some rows are still missing. */
function isHalf(row: string, whole: string): boolean {
  const [place] = row.split(/ in \d+ rows›$/);
  return whole.startsWith(row) || (place !== row && whole.startsWith(`${place}`));
}
