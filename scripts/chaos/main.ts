import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { Accounts } from './account.ts';
import { FAULTS, type FaultName, STRUCK_PHASES, type StruckPhase } from './plan.ts';
import { requirements } from './requirements.ts';
import { runChaos } from './run.ts';
import { checklist, table } from './table.ts';

interface Flags {
  handshakes: number;
  seed: number;
  concurrency: number;
  fault?: FaultName;
  phase?: StruckPhase;
  quick?: true;
  out?: string;
}

/** Stories that are told of each requirement that is not met. */
const TOLD = 3;

const command = new Command('npm run chaos --')
  .description(
    'Handshakes on a whole system, a fault in each; exit code 1 when one of them does not end well.',
  )
  .option('--handshakes <n>', 'how many', atLeast(1), 300)
  .option('--seed <n>', 'what all chance comes from', atLeast(0), 1)
  .option('--concurrency <n>', 'handshakes side by side, all of a round in the same fault', atLeast(1), 10)
  .option('--fault <name>', `only this one of ${FAULTS.join(', ')}`, oneOf(FAULTS))
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

async function run({ fault, phase, out, ...flags }: Flags): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stop.abort(new Error(`The run was ended by ${signal}.`)));
  const begun = performance.now();
  const options = {
    ...flags,
    signal: stop.signal,
    ...(fault && { faults: [fault] }),
    ...(phase && { phases: [phase] }),
  };
  const evidence = await runChaos(options, (line) => process.stderr.write(`${line}\n`));
  const required = requirements(evidence);
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const title = `${evidence.entries.length} handshakes, seed ${flags.seed}, ${flags.concurrency} side by side, ${minutes} min`;
  process.stdout.write(`${title}\n\n${table(evidence.entries)}\n\n${checklist(required)}\n`);
  const accounts = new Accounts(evidence.logs);
  if (out) writeFileSync(out, evidence.entries.map((entry) => `${accounts.of(entry)}\n`).join('\n'));
  if (required.every(({ met }) => met)) return;
  process.stderr.write(`\n${accounts.against(required, TOLD)}\n`);
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
