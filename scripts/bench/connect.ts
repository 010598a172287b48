import { setTimeout as sleep } from 'node:timers/promises';
import { startBaseline } from './baseline.ts';
import { type Bench, rounds } from './bench.ts';
import { restoreState, served } from './box-state.ts';
import { type Result, ratios, type Summary, show, summarize, summarizeEach } from './figures.ts';
import { connectOurs, type Times } from './ours.ts';

/** Milliseconds from the code to connected, and what it is made of: phases (ours) or steps (theirs). */
interface Measured {
  whole: number;
  parts: Record<string, number>;
}

/** Time from code given to connected, for one think time; the same for both sides. */
export async function measureConnect(bench: Bench, thinkSeconds: number): Promise<Result> {
  const thinkMs = thinkSeconds * 1_000;
  const where = whereOf(bench);
  const measured = await rounds(bench, `connect (think time ${thinkSeconds} s${where})`, async () => {
    const { model, ...ours } = await onBox(bench, () => connectWithKeyferry(bench, thinkMs));
    const theirs = await onBox(bench, () => connectByScript(bench, thinkMs, model));
    return { ours, theirs };
  });
  const ours = measured.map((round) => round.ours);
  const theirs = measured.map((round) => round.theirs);
  const whole = (side: readonly Measured[]) => side.map((round) => round.whole);
  const ratio = ratios(whole(ours), whole(theirs));
  return {
    title: `connect: time from the code to connected, think time ${thinkSeconds} s${where}`,
    columns: ['ours', 'expect', 'ours / expect'],
    rows: [
      ['whole', seconds(summarize(whole(ours))), seconds(summarize(whole(theirs))), show(ratio, '', 2)],
      ...partRows(ours, 1),
      ...partRows(theirs, 2),
    ],
    notes: [
      'Ours: by phase, then each program that ran after the code (many run side by side).',
      `expect: the same steps one after another in one session of \`ssh -tt\`. Aim: ${aimOf(bench, thinkSeconds)} or better.`,
    ],
    data: { thinkSeconds, gateway: bench.gateway, answered: bench.answered, rounds: measured, ratio },
  };
}

function whereOf({ gateway, answered }: Bench): string {
  if (!gateway) return '';
  return `, a gateway runs on the box${answered ? ' that has answered a chat' : ''}`;
}

function aimOf({ gateway }: Bench, thinkSeconds: number): string {
  if (!gateway) return 'a third';
  return thinkSeconds > 0 ? '0.15' : '0.35';
}

/** Runs one connect on the box as it was kept. */
async function onBox<T>(bench: Bench, run: () => Promise<T>): Promise<T> {
  const { box, gateway } = bench;
  await restoreState(box, bench.signal);
  return gateway ? served(bench, () => proven(bench, run)) : proven(bench, run);
}

/** Runs one connect and makes sure that it was one: the token it minted is what the Messages API then saw. */
async function proven<T>({ anthropic }: Bench, run: () => Promise<T>): Promise<T> {
  const before = { minted: anthropic.minted.length, seen: anthropic.bearers.length };
  const result = await run();
  const [token, ...more] = anthropic.minted.slice(before.minted);
  if (token === undefined || more.length > 0) throw new Error('Not one token was minted but another number.');
  if (!anthropic.bearers.slice(before.seen).includes(token))
    throw new Error('The Messages API has not seen the token of this sign-in.');
  return result;
}

async function connectWithKeyferry(bench: Bench, thinkMs: number): Promise<Measured & { model: string }> {
  const { box, anthropic, signal } = bench;
  const { connected, ...times } = await connectOurs(box, { thinkMs, signIn: anthropic.signIn, signal });
  return { whole: times.ended - times.given, parts: partsOf(times), model: connected.model };
}

function partsOf({ phases, given, ended, ran }: Times): Record<string, number> {
  const { installing = 0, proving = 0 } = phases;
  const close = ran.find(({ name }) => name === '(close)')?.began ?? ended;
  const parts: Record<string, number> = {
    exchanging: installing - given,
    installing: proving - installing,
    proving: close - proving,
    closing: ended - close,
  };
  for (const { name, began, ended: over = ended } of ran)
    if (over > given && name !== '(close)' && !name.startsWith('claude')) {
      const first = parts[`· ${name}, to`] === undefined;
      const label = first ? name : `${name} (again)`;
      parts[`· ${label}, from`] = Math.max(0, began - given);
      parts[`· ${label}, to`] = over - given;
    }
  return parts;
}

async function connectByScript(bench: Bench, thinkMs: number, model: string): Promise<Measured> {
  const { box, anthropic, signal } = bench;
  const baseline = startBaseline(box, { model, thinkMs, gateway: bench.gateway });
  const stop = () => baseline.end();
  signal.addEventListener('abort', stop);
  try {
    const link = await baseline.link;
    await sleep(thinkMs, undefined, { signal });
    const code = anthropic.signIn(link);
    const given = performance.now();
    baseline.give(code);
    const { 'signed-in': _, ...steps } = await baseline.steps;
    const ends = Object.entries(steps);
    const parts = ends.map(([name, at], index) => [name, at - (ends[index - 1]?.[1] ?? given)] as const);
    return { whole: (ends.at(-1)?.[1] ?? Number.NaN) - given, parts: Object.fromEntries(parts) };
  } finally {
    signal.removeEventListener('abort', stop);
    baseline.end();
  }
}

function partRows(side: readonly Measured[], column: number): string[][] {
  return Object.entries(summarizeEach(side.map(({ parts }) => parts))).map(([name, summary]) => {
    const row = [name, '', '', ''];
    row[column] = seconds(summary);
    return row;
  });
}

function seconds({ median, min, max, all }: Summary): string {
  return show({ median: median / 1_000, min: min / 1_000, max: max / 1_000, all }, 's', 1);
}
