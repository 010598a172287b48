import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { type RunsEvidence, runFleet } from './fleet-run.ts';
import { describeMachine } from './machine.ts';

interface Options {
  boxes: number;
  batch: number;
  delay: number;
  dryRun: boolean;
}

await new Command('npm run bench:fleet --')
  .description(
    'One worker does runs over a whole fleet of simulated boxes: the doctor, a migration as a dry run, and one in earnest that is paused, resumed, and loses its worker in the middle.',
  )
  .option('--boxes <n>', 'simulated boxes', Number, 3_000)
  .option('--batch <n>', 'boxes at once, as the runs have it', Number, 100)
  .option('--delay <ms>', 'how long the simulated programs seem to work, each time', Number, 20)
  .option('--no-dry-run', 'without the dry run')
  .action(async ({ boxes, batch, delay, dryRun }: Options) => {
    const machine = describeMachine();
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const evidence = await runFleet({ boxes, batch, dryRun, delayMs: delay, quietMs: 180_000 }, say);
    process.stdout.write(`${machine}\n${report(evidence)}`);
    if (wrongIn(evidence).length > 0) process.exitCode = 1;
  })
  .parseAsync();

function report(evidence: RunsEvidence): string {
  const { options, runs } = evidence;
  const lines = runs.map(({ what, seconds, load, counts, bytes, rows, askedMs }) =>
    [
      `${what}: ${options.boxes} boxes in ${(seconds / 60).toFixed(1)} minutes`,
      `${((1_000 * load.processor) / options.boxes).toFixed(1)} ms of the worker's processor a box, ${load.memory} MB at most`,
      `its loop stood still for ${load.stood} ms at most`,
      `the record: ${(bytes / 2 ** 20).toFixed(1)} MB more (${listed(rows)})`,
      `its report takes ${askedMs.toFixed(0)} ms`,
      listed(counts),
    ].join('\n  '),
  );
  const wrong = wrongIn(evidence).map((words) => `wrong: ${words}`);
  return `${[...lines, ...wrong].join('\n')}\n`;
}

/** What is not as it has to be, in words. */
function wrongIn({ runs, begunPaused, expected, repairs }: RunsEvidence): string[] {
  return [
    ...runs
      .filter(({ counts }) => !isDeepStrictEqual(counts, expected))
      .map(({ what, counts }) => `${what}: ${listed(counts)}, not ${listed(expected)}`),
    ...(begunPaused > 0 ? [`${begunPaused} boxes were begun while it was paused`] : []),
    ...(runs.at(-1)?.rows.repairs === repairs ? [] : [`repairs, not ${repairs}`]),
  ];
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
