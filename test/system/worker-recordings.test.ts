import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { ShownFrame } from '../../core/contract/live-view.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { LiveViewChannel } from '../../core/store/live-view-channel.ts';
import { Recordings } from '../../core/store/recordings.ts';
import { leaks } from '../../lab/leaks.ts';
import { RecordingParts } from '../../worker/queue/recording-parts.ts';
import { dense, readCast, rowsAfter } from '../support/frames.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

let lab: PracticeLab;
let workers: WorkerLab;
let recordings: Recordings;
let liveViews: LiveViewChannel;
const shown: ShownFrame[] = [];

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  recordings = new Recordings(workers.client, workers.sealed, 'kf-test', 14);
  liveViews = new LiveViewChannel(workers.client, 'kf-test');
  await liveViews.listenForFrames(workers.subscriber, {
    onMessage: (frame) => shown.push(frame),
    onGap: () => {},
  });
});

afterEach(() => workers.stopWorkers());

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
});

const at = (id: string, phase: string) => workers.until(id, (snapshot) => snapshot.phase === phase);
const framesOf = (id: string) => shown.filter(({ handshake }) => handshake === id);
const read = async (id: string, attempt = 1) =>
  readCast((await recordings.read({ handshake: id, attempt })) ?? '');

let customers = 0;
async function begin(claude: string, columns: number): Promise<string> {
  customers += 1;
  const customer = `recorded-${customers}`;
  const { target, knownHostsFile, identityFile } = await lab.box({ claude });
  workers.list(customer, { ssh: target, knownHosts: knownHostsFile, identity: identityFile, columns });
  return workers.ask(customer);
}

test.each([
  ['2.1.330', 40],
  ['2.0.42', 60],
  ['1.0.64', 120],
])(
  'a handshake like claude %s, %d columns wide, is recorded and watched; its token and code are in no frame',
  async (claude, columns) => {
    const minted = lab.anthropic.minted.length;
    await workers.worker();
    const id = await begin(claude, columns);
    const { link = '' } = await at(id, 'waiting');
    await liveViews.watch({ handshake: id, whole: true });
    await until(() => framesOf(id).length > 0);
    await workers.leave(id, lab.anthropic.signIn(link));
    await at(id, 'connected');
    await workers.ended(id);
    const token = lab.anthropic.minted[minted] ?? '';
    expect(token).toMatch(/^sk-ant-oat01-/);
    const { drawn, marks } = await read(id);
    expect(marks.slice(0, 2)).toEqual(['opening', 'waiting']);
    expect(marks.at(-1)).toBe('connected');
    expect(framesOf(id)[0]).toMatchObject({ whole: true, columns, attempt: 1 });
    for (const drawings of [drawn, framesOf(id).map(({ data }) => data)]) {
      const seen = dense(drawings);
      // What was covered is the proof that it would have been seen.
      expect(seen).toContain('█'.repeat(12));
      expect(leaks(lab.anthropic.secrets, { seen, plain: drawings.join('') })).toEqual([]);
      for (let from = 7; from + 8 <= token.length; from += 1)
        expect(seen).not.toContain(token.slice(from, from + 8));
    }
  },
);

test('the recording of a worker that was killed can be played as far as it came', async () => {
  const process = await workers.process();
  const id = await begin('2.1.330', 100);
  await at(id, 'waiting');
  await until(
    async () => (await recordings.of(id, [1])).length === 1 && (await read(id)).marks.includes('waiting'),
  );
  await process.end('SIGKILL');
  const { header, drawn } = await read(id);
  expect(header).toMatchObject({ version: 2, width: 100 });
  expect((await rowsAfter(drawn, { columns: 100, rows: 40 })).join('')).toContain('https://');
  expect(await recordings.of(id, [0, 1, 2])).toEqual([1]);
});

test('recordings are sealed: nothing of a screen stands in Redis in clear', async () => {
  const places = await workers.everythingInRedis();
  const kept = Object.entries(places).filter(([key]) => key.includes(':recording:'));
  expect(kept.length).toBeGreaterThan(3);
  for (const [, text] of kept) expect(text).not.toMatch(/Paste|https|version|█/);
  expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
});

test('if none are requested none is made, and it can still be watched', async () => {
  await workers.worker({}, { RECORDING_DAYS: '0' });
  const id = await begin('2.1.330', 80);
  await at(id, 'waiting');
  await liveViews.watch({ handshake: id, whole: true });
  await until(() => framesOf(id).length > 0);
  await workers.mailbox.cancel(id);
  await at(id, 'cancelled');
  expect(await recordings.of(id, [1])).toEqual([]);
});

test('nobody who does not watch causes a frame; a newcomer gets all of the screen', async () => {
  await workers.worker();
  const id = await begin('2.1.330', 80);
  await at(id, 'waiting');
  expect(framesOf(id)).toEqual([]);
  await liveViews.watch({ handshake: id, whole: true });
  await until(() => framesOf(id).length > 0);
  await liveViews.watch({ handshake: id, whole: true });
  await until(() => framesOf(id).filter(({ whole }) => whole).length > 1);
  const newest = framesOf(id).findLast(({ whole }) => whole);
  expect((await rowsAfter([newest?.data ?? ''], { columns: 80, rows: 40 })).join('')).toMatch(/\S/);
  await workers.mailbox.cancel(id);
  await at(id, 'cancelled');
});

test('parts are sent at 64 KiB; one that Redis refuses is omitted, and the header is repeated', async () => {
  const which = { handshake: 'parts-of-one', customer: 'of-parts', attempt: 1 };
  const key = `kf-test:recording:${which.handshake}:1`;
  let lost = 0;
  const log = pino({ level: 'silent' });
  const parts = new RecordingParts({ recordings, which, log, onLost: () => (lost += 1) });
  await workers.client.set(key, 'not a hash');
  parts.write('{"version":2}\n');
  parts.write('[0,"o","first"]\n');
  parts.flush();
  await parts.settled();
  expect(lost).toBe(1);
  await workers.client.del(key);
  parts.write(`[1,"o","${'x'.repeat(70_000)}"]\n`);
  await parts.settled();
  expect(await recordings.of(which.handshake, [1])).toEqual([1]);
  parts.write('[2,"o","last"]\n');
  parts.close();
  await parts.settled();
  const { header, drawn } = readCast((await recordings.read(which)) ?? '');
  expect(header).toEqual({ version: 2 });
  expect(drawn.map((text) => text.slice(0, 4))).toEqual(['xxxx', 'last']);
});

test('a recording is opened by its keys alone, for its own handshake and attempt', async () => {
  const which = { handshake: 'bound-to-one', customer: 'bound', attempt: 1 };
  await recordings.keep(which, 0, '{"version":2}\n');
  const other = new SealedBox([{ id: 'k1', key: new Uint8Array(32).fill(9) }]);
  await expect(new Recordings(workers.client, other, 'kf-test', 1).read(which)).rejects.toThrow();
  await workers.client.rename('kf-test:recording:bound-to-one:1', 'kf-test:recording:bound-to-one:2');
  await expect(recordings.read({ ...which, attempt: 2 })).rejects.toThrow();
  await workers.client.del('kf-test:recording:bound-to-one:2');
});

test('of one customer the newest twenty are kept', async () => {
  const keep = (customer: string, attempt: number, part = 0) =>
    recordings.keep({ handshake: `of-${customer}`, customer, attempt }, part, '{"version":2}\n');
  const attempts = Array.from({ length: 25 }, (_, at) => at + 1);
  await keep('other', 1);
  for (const attempt of attempts) {
    await keep('many', attempt);
    // Scores are milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await keep('many', attempt, 1);
  }
  expect(await recordings.of('of-many', attempts)).toEqual(attempts.slice(5));
  expect(await recordings.of('of-other', [1])).toEqual([1]);
  expect(await workers.client.zcard('kf-test:recordings-of:many')).toBe(20);
  expect(await workers.client.pttl('kf-test:recordings-of:many')).toBeGreaterThan(13 * 24 * 60 * 60_000);
});
