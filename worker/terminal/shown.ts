import type { Screen } from './screen.ts';

/** What programs draw in place of typed text. */
const MASKS = /[*•▪●∙·■▮]/g;
/** For a long text the end is searched for: a field may have scrolled its start out of sight. */
const TAIL = 12;

/**
 * How much of a pasted text shows, judged without knowing the program: 0 for nothing yet, else a number
 * that stays the same once all of it is drawn. Text in clear, a mask, or a placeholder all count.
 */
export function shownAmount(before: Screen, now: Screen, text: string): number {
  const enough = Math.min(text.length, TAIL);
  if (occurrences(now, text.slice(-TAIL)) > occurrences(before, text.slice(-TAIL))) return text.length;
  const mask = count(now.text, MASKS) - count(before.text, MASKS);
  if (mask >= Math.min(enough, 3)) return mask;
  const cells = changedCells(before, now);
  return text.length > 3 && cells >= enough ? cells : 0;
}

/** In joined rows, since a field may cut the text anywhere. */
function occurrences(screen: Screen, text: string): number {
  return screen.rows
    .map((row) => row.text.replace(/[\s│┃|]/g, ''))
    .join('')
    .split(text.replace(/[\s│┃|]/g, '')).length;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Cells that have changed. */
function changedCells(before: Screen, now: Screen): number {
  let changed = 0;
  for (let index = 0; index < Math.max(before.rows.length, now.rows.length); index += 1) {
    const [was, is] = [before.rows[index]?.text ?? '', now.rows[index]?.text ?? ''];
    if (was === is) continue;
    for (let column = 0; column < is.length; column += 1)
      if (is[column] !== ' ' && is[column] !== was[column]) changed += 1;
  }
  return changed;
}
