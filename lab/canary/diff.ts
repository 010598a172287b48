/** Rows that stand around a change, and rows of a whole diff. */
const CONTEXT = 2;
const MOST = 60;

interface Line {
  sign: ' ' | '-' | '+';
  text: string;
}

/** What turns one text into another, as the rows of a unified diff without its head; empty if they are the same. */
export function diffOf(before: string, after: string): string {
  const lines = aligned(before === '' ? [] : before.split('\n'), after.split('\n'));
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const shown = lines.flatMap(({ sign, text }, at) => {
    if (near[at]) return [`${sign} ${text}`];
    return near[at - 1] ? ['…'] : [];
  });
  if (shown.at(-1) === '…') shown.pop();
  return (shown.length > MOST ? [...shown.slice(0, MOST), '…'] : shown).join('\n');
}

/** By the longest rows that both have in the same order. */
function aligned(before: readonly string[], after: readonly string[]): Line[] {
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1)
    for (let column = after.length - 1; column >= 0; column -= 1)
      (common[row] as Uint16Array)[column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]];
    if (old !== undefined && old === now) {
      lines.push({ sign: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old });
      row += 1;
    } else {
      lines.push({ sign: '+', text: now ?? '' });
      column += 1;
    }
  }
  return lines;
}
