import { spawn } from 'node:child_process';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { Known } from '../../worker/programs/openclaw/replacement-plan.ts';
import { sshWords } from './baseline.ts';
import type { Bench } from './bench.ts';
import { type Result, ratios, show, summarize } from './figures.ts';
import { reach } from './ours.ts';
import { atPercent } from './page-probe.ts';

const ROW = PROVIDERS.openai;
const MODEL = 'openai/gpt-5.4';
/** Milliseconds for the steps by hand. */
const BY_HAND_WITHIN_MS = 10 * 60_000;

/** A box that gets one key after another, each in the place of the one before. */
interface Side {
  box: Box;
  known: Known;
}

interface Pair {
  ours: number;
  byHand: number;
}

/**
 * Time from a pasted key to its proof: ours on one box, the same steps by hand on another, in turns; first without a
 * gateway, then with one running on each.
 */
export async function measureKey(bench: Bench): Promise<Result> {
  const { lab, openclaw } = bench;
  const providers = await startProviders();
  const boxes: Box[] = [];
  try {
    for (let made = 0; made < 2; made += 1) boxes.push(await lab.freshBox());
    for (const box of boxes) pointBox(box, providers, ['openai'], openclaw);
    const [ours, byHand] = boxes.map((box): Side => ({ box, known: { keep: [] } }));
    if (!ours || !byHand) throw new Error('There are no boxes.');
    const without = await pairs(bench, 'key (no gateway)', providers, ours, byHand);
    for (const box of boxes) await startGateway(box);
    const served = await pairs(bench, 'key (gateway)', providers, ours, byHand);
    return {
      title: `key: time from a pasted key to its proof, ${bench.keyRounds} pairs`,
      columns: ['ours p50', 'p95', 'by hand p50', 'p95', 'ours / by hand'],
      rows: [
        ['without a gateway', ...cells(without)],
        ['with a running gateway', ...cells(served)],
      ],
      notes: [
        'Ours: handshake() over ssh2, from the key given until it returns: stored, proved, first, the one before it gone.',
        'By hand: `paste-api-key`, `models set` and one turn, one after another in one `ssh`; over the key before.',
      ],
      data: { keyRounds: bench.keyRounds, without, served },
    };
  } finally {
    await Promise.all(boxes.map((box) => box.stop()));
    await providers.stop();
  }
}

async function pairs(
  { keyRounds, signal, say }: Bench,
  name: string,
  providers: Providers,
  ours: Side,
  byHand: Side,
): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let round = 0; round <= keyRounds; round += 1) {
    say(`${name}: ${round === 0 ? 'warming up' : `round ${round} of ${keyRounds}`}`);
    const pair = {
      ours: await proven(providers, (key) => bring(ours, key, signal)),
      byHand: await proven(providers, (key) => type(byHand.box, key, signal)),
    };
    say(`${name}: ours ${seconds(pair.ours)}, by hand ${seconds(pair.byHand)}`);
    if (round > 0) measured.push(pair);
  }
  return measured;
}

/** Milliseconds that it took. Throws if the last turn was not made with this key. */
async function proven(providers: Providers, connect: (key: string) => Promise<void>): Promise<number> {
  const key = providers.mint('openai').text;
  const began = performance.now();
  await connect(key);
  const took = performance.now() - began;
  if (providers.turns('openai').at(-1) !== key)
    throw new Error('The provider has not seen this key in a turn.');
  return took;
}

async function bring(side: Side, key: string, signal: AbortSignal): Promise<void> {
  const nobody = () => Promise.reject(new Error('There is no code.'));
  const customer = { tell: () => {}, code: nobody };
  const { known } = side;
  const options = { signal, provider: ROW, key: new Secret(key), known, model: MODEL };
  const { profile, hint } = await handshake(reach(side.box), customer, options);
  side.known = { replaces: { profile, hint }, keep: [] };
}

/** The key goes in by standard input, as it does for somebody who knows that others can read arguments. */
function type(box: Box, key: string, signal: AbortSignal): Promise<void> {
  const openclaw = `PATH=${box.binDirectory}:$PATH openclaw`;
  const steps = [
    `${openclaw} models auth paste-api-key --provider openai`,
    `${openclaw} models set ${MODEL} </dev/null`,
    `${openclaw} infer model run --local --model ${MODEL} --prompt 'Reply with the one word: ready' </dev/null`,
  ];
  const [ssh = '', ...words] = sshWords(box).filter((word) => word !== '-tt');
  const child = spawn(ssh, [...words, steps.join(' && ')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: BY_HAND_WITHIN_MS,
    signal,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
  child.stdin.on('error', () => {
    // It has ended; its exit code tells.
  });
  child.stdin.end(`${key}\n`);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The steps by hand ended with ${code}: ${said}`));
    });
  });
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function cells(measured: readonly Pair[]): string[] {
  const [ours, byHand] = [measured.map((pair) => pair.ours), measured.map((pair) => pair.byHand)];
  const both = [ours, byHand].flatMap((all) => [summarize(all).median, atPercent(all, 95)].map(seconds));
  return [...both, show(ratios(ours, byHand), '', 2)];
}
