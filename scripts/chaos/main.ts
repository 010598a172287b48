import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { Accounts } from './account.ts';
import { crowdRequirements, crowdTable } from './crowd/report.ts';
import { CROWD, CROWD_FAULTS, CROWD_TIMES, QUICK_CROWD_TIMES, runCrowd } from './crowd/run.ts';
import { FAULTS, type FaultName, STRUCK_PHASES, type StruckPhase } from './plan.ts';
import { againstRenewals, renewalRequirements, renewalTable } from './renewals/report.ts';
import { runRenewals } from './renewals/run.ts';
import { requirements } from './requirements.ts';
import { QUICK_WORKER, runChaos } from './run.ts';
import { checklist, table } from './table.ts';

interface Flags {
  handshakes?: number;
  holding: number;
  seed: number;
  concurrency?: number;
  fault?: FaultName | typeof OF_A_CROWD | typeof OF_RENEWALS;
  phase?: StruckPhase;
  quick?: true;
  out?: string;
}

/** Not one fault for a round of handshakes, but all that can happen to a worker with thousands. */
const OF_A_CROWD = 'crowd';
/** A worker killed at every step of those who are connected already. */
const OF_RENEWALS = 'renewal';
const RENEWALS = { renewals: 1_000, concurrency: 100, quietMs: 120_000 } as const;
/** How many handshakes there are unless it is said. */
const HANDSHAKES = 300;
const SIDE_BY_SIDE = 10;

/** Trials that are reported of each requirement that is not met. */
const TOLD = 3;

const command = new Command('npm run chaos --')
  .description(
    'Handshakes on a whole system, a fault in each; exit code 1 when one of them does not end well.',
  )
  .option(
    '--handshakes <n>',
    `how many; ${HANDSHAKES}, or ${CROWD.count} with --fault ${OF_A_CROWD}, ${RENEWALS.renewals} with --fault ${OF_RENEWALS}`,
    atLeast(1),
  )
  .option('--seed <n>', 'what all chance comes from', atLeast(0), 1)
  .option(
    '--concurrency <n>',
    `handshakes side by side, all of a round in the same fault; ${SIDE_BY_SIDE}, or ${RENEWALS.concurrency} with --fault ${OF_RENEWALS}`,
    atLeast(1),
  )
  .option(
    '--fault <name>',
    `only this one of ${FAULTS.join(', ')}; or ${OF_A_CROWD}: what a worker lives through that has thousands; or ${OF_RENEWALS}: a worker killed at every step of renewals`,
    oneOf([...FAULTS, OF_A_CROWD, OF_RENEWALS] as const),
  )
  .option(
    '--holding <n>',
    `with --fault ${OF_A_CROWD}: of a hundred boxes, how many have tmux`,
    atLeast(0),
    CROWD.holding,
  )
  .option('--phase <name>', `only in this one of ${STRUCK_PHASES.join(', ')}`, oneOf(STRUCK_PHASES))
  .option('--quick', 'locks and faults that last seconds')
  .option('--out <file>', 'write there what happened in every handshake')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  process.exitCode = 1;
}

async function run({ fault, phase, out, holding, ...flags }: Flags): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stop.abort(new Error(`The run was ended by ${signal}.`)));
  if (fault === OF_A_CROWD) return playCrowd({ ...flags, holding, out }, stop.signal);
  if (fault === OF_RENEWALS) return playRenewals({ ...flags, out }, stop.signal);
  const begun = performance.now();
  const { concurrency = SIDE_BY_SIDE } = flags;
  const options = {
    ...flags,
    concurrency,
    handshakes: flags.handshakes ?? HANDSHAKES,
    signal: stop.signal,
    ...(fault && { faults: [fault] }),
    ...(phase && { phases: [phase] }),
  };
  const evidence = await runChaos(options, (line) => process.stderr.write(`${line}\n`));
  const required = requirements(evidence);
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const title = `${evidence.entries.length} handshakes, seed ${flags.seed}, ${concurrency} side by side, ${minutes} min`;
  process.stdout.write(`${title}\n\n${table(evidence.entries)}\n\n${checklist(required)}\n`);
  const accounts = new Accounts(evidence.logs);
  if (out) writeFileSync(out, evidence.entries.map((entry) => `${accounts.of(entry)}\n`).join('\n'));
  if (required.every(({ met }) => met)) return;
  process.stderr.write(`\n${accounts.against(required, TOLD)}\n`);
  process.exitCode = 1;
}

async function playCrowd(
  {
    handshakes = CROWD.count,
    holding,
    quick,
    out,
  }: Pick<Flags, 'handshakes' | 'holding' | 'quick'> & { out: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  const evidence = await runCrowd(
    {
      ...CROWD,
      ...(quick ? { ...QUICK_CROWD_TIMES, workerMain: QUICK_WORKER } : CROWD_TIMES),
      count: handshakes,
      holding,
      faults: CROWD_FAULTS,
      signal,
    },
    (line) => process.stderr.write(`${line}\n`),
  );
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const required = crowdRequirements(evidence);
  const list = required.map(({ says, counted, met }) => `- ${met ? '✓' : '✗'} ${counted} ${says}`).join('\n');
  const title = `${handshakes} simulated boxes, ${holding} of a hundred with tmux, one worker, ${minutes} min`;
  process.stdout.write(`${title}\n\n${crowdTable(evidence.rounds)}\n\n${list}\n`);
  if (out) writeFileSync(out, Object.values(evidence.logs).join('\n'));
  if (required.some(({ met }) => !met)) process.exitCode = 1;
}

async function playRenewals(
  {
    handshakes,
    concurrency,
    seed,
    out,
  }: Pick<Flags, 'handshakes' | 'concurrency' | 'seed'> & { out: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  const evidence = await runRenewals(
    {
      ...RENEWALS,
      seed,
      workerMain: QUICK_WORKER,
      signal,
      ...(handshakes && { renewals: handshakes }),
      ...(concurrency && { concurrency }),
    },
    (line) => process.stderr.write(`${line}\n`),
  );
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const required = renewalRequirements(evidence);
  const list = required.map(({ says, counted, met }) => `- ${met ? '✓' : '✗'} ${counted} ${says}`).join('\n');
  const title = `${evidence.renewals.length} renewals, seed ${seed}, ${evidence.kills} workers killed, ${minutes} min`;
  process.stdout.write(`${title}\n\n${renewalTable(evidence)}\n\n${list}\n`);
  if (out) writeFileSync(out, Object.values(evidence.logs).join('\n'));
  if (required.every(({ met }) => met)) return;
  process.stderr.write(`\n${againstRenewals(evidence, 10).join('\n')}\n`);
  process.exitCode = 1;
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} on.`);
  };
}

function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found) return found;
    throw new InvalidArgumentError(`It is one of ${names.join(', ')}.`);
  };
}
