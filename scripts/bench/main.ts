import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { startLab } from '../../lab/lab.ts';
import type { Bench } from './bench.ts';
import { keepServedState, keepState, startPlatform } from './box-state.ts';
import { measureConnect } from './connect.ts';
import { type Result, table } from './figures.ts';
import { measureKey } from './key.ts';
import { measureLink } from './link.ts';
import { describeMachine, missingTools } from './machine.ts';
import { measureWaiting } from './waiting.ts';

const PARTS = ['link', 'connect', 'waiting', 'key'] as const;
type Part = (typeof PARTS)[number];

interface Flags {
  claude: string;
  openclaw: string;
  rounds: number;
  handshakes: number;
  think: number[];
  wait: number;
  waitingRounds: number;
  warmUp: number;
  keyRounds: number;
  gateway: boolean;
  answered: boolean;
  only: Part[];
  out?: string;
}

const command = new Command('npm run bench --')
  .description('Keyferry against the bare programs and an expect script: real programs, one loopback box.')
  .option('--claude <version>', 'version of @anthropic-ai/claude-code', '2.1.330')
  .option('--openclaw <version>', 'version of openclaw', '2026.9.6')
  .option('--rounds <n>', 'measured rounds of link and connect (one more goes before)', atLeast(1), 3)
  .option('--handshakes <n>', 'waiting handshakes at the same time', atLeast(1), 10)
  .option('--think <seconds>', 'from link to code, a comma between several', thinkTimes, [25, 0])
  .option('--wait <seconds>', 'how long waiting is watched', atLeast(1), 60)
  .option('--waiting-rounds <n>', 'measured rounds of waiting (minutes each)', atLeast(1), 1)
  .option('--warm-up <n>', 'handshakes of our process before waiting is measured', atLeast(0), 300)
  .option('--key-rounds <n>', 'measured pairs of key, without a gateway and again with one', atLeast(1), 8)
  .option('--gateway', 'connect with a gateway that runs on the box, for both sides', false)
  .option('--answered', 'with --gateway: it has answered a chat before, by models of the platform’s', false)
  .option('--only <parts>', `of ${PARTS.join(',')}`, parts, [...PARTS])
  .option('--out <file>', 'write all figures there too, as JSON')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function run(flags: Flags): Promise<void> {
  // The steps of key are typed by nobody.
  const needsExpect = flags.only.some((part) => part !== 'key');
  const missing = missingTools(needsExpect ? ['expect', 'ssh'] : ['ssh']);
  if (missing) return command.error(missing);
  const machine = describeMachine();
  const programs = `claude ${flags.claude}, openclaw ${flags.openclaw}`;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stop.abort(new Error(`The bench was ended by ${signal}.`)));
  say('Bringing the lab up (the first time, programs come from the npm registry) …');
  const lab = await startLab({ claude: flags.claude, openclaw: flags.openclaw });
  const results: Partial<Record<string, Result>> = {};
  let platform: Awaited<ReturnType<typeof startPlatform>> | undefined;
  try {
    if (flags.gateway && flags.answered) platform = await startPlatform();
    process.stdout.write(`${machine}\n${programs}; medians (min–max) of ${flags.rounds} paired rounds\n\n`);
    await keepState(lab.box);
    if (flags.gateway) await keepServedState(lab.box, stop.signal, platform);
    const bench: Bench = { ...flags, lab, box: lab.box, anthropic: lab.anthropic, signal: stop.signal, say };
    for (const [name, measure] of plan(flags)) {
      const result = await measure(bench);
      results[name] = result;
      process.stdout.write(`${table(result)}\n`);
    }
  } finally {
    // What was measured before a failure is kept too.
    if (flags.out) writeFileSync(flags.out, `${JSON.stringify(report(machine, flags, results), null, 2)}\n`);
    await lab.stop();
    await platform?.stop();
  }
}

/** The measurements that were asked for, in their order. */
function plan({ only, think }: Flags): [string, (bench: Bench) => Promise<Result>][] {
  return only.flatMap((part): ReturnType<typeof plan> => {
    if (part === 'link') return [['link', measureLink]];
    if (part === 'key') return [['key', measureKey]];
    if (part === 'waiting') return [['waiting', measureWaiting]];
    return think.map((seconds) => [`connect-${seconds}s`, (bench) => measureConnect(bench, seconds)]);
  });
}

function report(machine: string, flags: Flags, results: Partial<Record<string, Result>>): object {
  const { out: _, ...options } = flags;
  const data = Object.entries(results).map(([name, result]) => [name, result?.data]);
  return { at: new Date().toISOString(), machine, options, ...Object.fromEntries(data) };
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} on.`);
  };
}

function thinkTimes(text: string): number[] {
  return text.split(',').map(atLeast(0));
}

function parts(text: string): Part[] {
  const named = text.split(',');
  const unknown = named.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${PARTS.join(', ')}.`);
  return PARTS.filter((part) => named.includes(part));
}
