import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { describeMachine } from './machine.ts';
import { runParked, SMALL_PARKED } from './scale/parked.ts';
import { parkedReport, wrongInParked } from './scale/parked-report.ts';
import { scaleReport, wrongIn } from './scale/report.ts';
import { PARTS, runScale, type ScaleOptions, SMALL, USUAL } from './scale/run.ts';

type Given = Partial<Omit<ScaleOptions, 'delayMs' | 'settleMs'>>;
interface Flags extends Given {
  parts: ScaleOptions['parts'];
  delay?: number;
  settle?: number;
  small?: true;
  parked?: true;
  sown?: number;
  out?: string;
}

await new Command('npm run bench:scale --')
  .description(
    'Customers come to their pages over real WebSockets, and wait, on simulated boxes: how fast their links come, what it costs while all wait, and what becomes of them when workers and Redis go.',
  )
  .option('--boxes <n>', `customers who wait, each with a simulated box; ${USUAL.boxes}`, Number)
  .option('--rate <n>', `how many come a second; ${USUAL.rate}`, Number)
  .option('--at-once <n>', `the most that are on their way to a link at a time; ${USUAL.atOnce}`, Number)
  .option('--holding <n>', `of a hundred boxes, how many have tmux; ${USUAL.holding}`, Number)
  .option('--workers <n>', `worker processes from the start; ${USUAL.workers}`, Number)
  .option('--apis <n>', `api processes; ${USUAL.apis}`, Number)
  .option('--delay <ms>', `how long programs seem to work, each time; ${USUAL.delayMs}`, Number)
  .option('--beside <n>', `who comes once the others wait; ${USUAL.beside}`, Number)
  .option('--finish <n>', `who pastes a code; ${USUAL.finish}`, Number)
  .option('--finish-rate <n>', `how many paste one a second; ${USUAL.finishRate}`, Number)
  .option('--paste <n>', `who pastes a code right before Redis is killed; ${USUAL.paste}`, Number)
  .option('--settle <s>', `seconds for which those who wait are watched; ${USUAL.settleMs / 1_000}`, Number)
  .addOption(
    new Option('--parts <names...>', 'what is measured once all wait').choices(PARTS).default([...PARTS]),
  )
  .option('--parked', 'they wait with no worker, and nothing else is measured: see docs/bench.md')
  .option('--sown <n>', 'with --parked: as many more are written to Redis', Number)
  .option('--small', `${SMALL.boxes} boxes, in half a minute`)
  .option('--out <file>', 'all figures, as JSON')
  .action(run)
  .parseAsync();

async function run({ delay, settle, small, parked, sown, out, ...given }: Flags): Promise<void> {
  const machine = describeMachine();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const options: ScaleOptions = {
    ...USUAL,
    ...(small && (parked ? { ...SMALL, ...SMALL_PARKED } : SMALL)),
    ...(delay !== undefined && { delayMs: delay }),
    ...(settle !== undefined && { settleMs: settle * 1_000 }),
    ...given,
  };
  const tell = (report: string, evidence: object, wrong: readonly string[]) => {
    process.stdout.write(`${machine}\n${report}`);
    if (out) writeFileSync(out, `${JSON.stringify({ machine, ...evidence }, null, 2)}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  };
  if (parked) {
    const evidence = await runParked(
      { sown: small ? SMALL_PARKED.sown : 0, ...options, ...(sown !== undefined && { sown }) },
      say,
    );
    return tell(parkedReport(evidence), evidence, wrongInParked(evidence));
  }
  const evidence = await runScale(options, say);
  tell(scaleReport(evidence), evidence, wrongIn(evidence));
}
