import type { Hunted } from './target.ts';

/** MiB of live memory that a target may have more at its highest than at its start. Within a test, other files have used the process before: 57 were seen there, on Node 24. */
const MOST_GROWN = 96;
/** MiB that the process may take more than before. */
const MOST_TAKEN = 1024;
/** Milliseconds on a processor that a look may take, in the mean of a case: one hang of half a minute is past it. */
const MOST_SLOW = 250;

const COLUMNS = [
  'target',
  'chunks',
  'cases',
  'looks',
  'seconds',
  'slowest',
  'memory grown',
  'rss',
  'findings',
];

export function table(all: readonly Hunted[]): string {
  const rows = all.map(({ name, chunks, cases, meter, findings }) => [
    name,
    chunks.toLocaleString('en'),
    cases.toLocaleString('en'),
    meter.looks.toLocaleString('en'),
    meter.seconds.toFixed(0),
    `${meter.slowest.toFixed(0)} ms a look`,
    `${meter.grown.toFixed(1)} MiB`,
    `${meter.most.rss.toFixed(0)} MiB`,
    String(findings.length),
  ]);
  const widths = COLUMNS.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |\n`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |\n`;
  return line(COLUMNS) + rule + rows.map(line).join('');
}

/** What each target came across. */
export function met(all: readonly Hunted[]): string {
  return all
    .filter(({ meter }) => meter.met.size > 0)
    .map(({ name, meter }) => {
      const counts = [...meter.met].sort(([, a], [, b]) => b - a);
      return `${name} met: ${counts.map(([what, count]) => `${what} ${count.toLocaleString('en')}`).join(', ')}\n`;
    })
    .join('');
}

/** Everything that must not be, in words. */
export function problems(all: readonly Hunted[]): string[] {
  return all.flatMap(({ name, meter, findings }) => [
    ...findings.map(
      ({ seed, path, what, example }) =>
        `FINDING in ${name} (fast-check seed ${seed}, path ${path})\n${what}\n${example}`,
    ),
    ...(meter.grown > MOST_GROWN
      ? [`MEMORY: ${name} grew by ${meter.grown.toFixed(1)} MiB, past ${MOST_GROWN}.`]
      : []),
    ...(meter.taken > MOST_TAKEN
      ? [`MEMORY: ${name} took ${meter.taken.toFixed(0)} MiB more than there was, past ${MOST_TAKEN}.`]
      : []),
    ...(meter.slowest > MOST_SLOW
      ? [`TIME: a look in ${name} took ${meter.slowest.toFixed(0)} ms, past ${MOST_SLOW}.`]
      : []),
  ]);
}
