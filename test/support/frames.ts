import { screenOf } from '../unit/terminal/fake-pty.ts';

/** An asciicast, line by line. */
export function readCast(text: string) {
  const [header, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const of = (kind: string): string[] =>
    events.filter(([, each]) => each === kind).map(([, , data]) => data as string);
  return { header, events, drawn: of('o'), marks: of('m') };
}

/** The rows that stand there after these drawings. */
export async function rowsAfter(
  drawings: readonly string[],
  size: { columns: number; rows: number },
): Promise<string[]> {
  const screen = await screenOf(drawings.join(''), size);
  return screen.rows.slice(screen.viewportTop).map(({ text }) => text);
}

/** Text without blanks and sequences: what is cut over rows, or over frames, stands together. */
export function dense(drawings: readonly string[]): string {
  return drawings.join('').replace(/\x1b\[[\d;?]*[A-Za-z]|\s/g, '');
}
