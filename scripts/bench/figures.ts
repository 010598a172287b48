/** Figures of repeated measurements, and tables of them. Pure. */

/** Median and range of one quantity over the rounds of a run; the unit is the caller's. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  /** Every measurement, in the order of the rounds. */
  all: readonly number[];
}

export function summarize(all: readonly number[]): Summary {
  if (all.length === 0) throw new Error('There is nothing to take a median of.');
  const sorted = all.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = 0, high = 0] = sorted.length % 2 ? [sorted[half], sorted[half]] : sorted.slice(half - 1);
  return { median: (low + high) / 2, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, all };
}

/** Round by round ours over theirs: what the two share (a machine that slows down) cancels out. */
export function ratios(ours: readonly number[], theirs: readonly number[]): Summary {
  return summarize(pair(ours, theirs, (a, b) => a / b));
}

/** Round by round ours less theirs. */
export function differences(ours: readonly number[], theirs: readonly number[]): Summary {
  return summarize(pair(ours, theirs, (a, b) => a - b));
}

function pair(ours: readonly number[], theirs: readonly number[], of: (a: number, b: number) => number) {
  if (ours.length !== theirs.length) throw new Error('These measurements were not made in pairs.');
  return ours.map((value, round) => of(value, theirs[round] ?? Number.NaN));
}

/** Summaries by name; a name that a record lacks counts for the others alone. */
export function summarizeEach(records: readonly Readonly<Record<string, number>>[]): Record<string, Summary> {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const values = (name: string) => records.flatMap((record) => record[name] ?? []);
  return Object.fromEntries([...names].map((name) => [name, summarize(values(name))]));
}

/** `12.3 (11.8–14.0)`, with the unit behind it. */
export function show({ median, min, max }: Summary, unit: string, digits = 0): string {
  const text = (value: number) => value.toFixed(digits);
  const range = min === max ? '' : ` (${text(min)}–${text(max)})`;
  return `${text(median)}${unit && ` ${unit}`}${range}`;
}

/** One part of the bench: what it compares, and what came out. */
export interface Result {
  title: string;
  /** What stands above the columns behind the first one. */
  columns: readonly string[];
  /** A name, then a cell for every column; an empty one stays empty. */
  rows: readonly (readonly string[])[];
  /** Sentences under the table. */
  notes: readonly string[];
  /** For the JSON file. */
  data: object;
}

/** A result as text: title, table with aligned columns, notes. */
export function table({ title, columns, rows, notes }: Result): string {
  const all = [['', ...columns], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length))) ?? [];
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd();
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('   ')}`;
  const [head = [], ...body] = all;
  return [title, line(head), rule, ...body.map(line), ...notes.map((note) => `  ${note}`), ''].join('\n');
}
