import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Api } from '../../api/api.ts';
import { Audit } from '../../core/audit.ts';
import { type Dossier, type WatchMessage, watchMessageSchema } from '../../core/console-api.ts';
import { CLOSE } from '../../core/messages.ts';
import { type ConsoleLab, startConsoleLab } from '../support/console-lab.ts';
import { type RecordedHandshake, WorkerSide, watchLine } from '../support/console-scene.ts';
import type { Line, Visitor } from '../support/visitor.ts';

let lab: ConsoleLab;
/** Another api process, which looks often whether its viewers are signed in. */
let quick: Api;
let redis: Redis;
let subscriber: Redis;
let workers: WorkerSide;
let observer: Visitor;

beforeAll(async () => {
  lab = await startConsoleLab();
  quick = await lab.another({ beatMs: 300 });
  [redis, subscriber] = [new Redis(lab.redis.url), new Redis(lab.redis.url)];
  workers = new WorkerSide(redis);
  await workers.listen(subscriber);
  observer = await lab.operator('observer');
});
afterAll(async () => {
  redis.disconnect();
  subscriber.disconnect();
  await lab.stop();
});

type Viewer = Line<WatchMessage>;

async function begun(): Promise<RecordedHandshake> {
  const handshake = workers.begin(lab.fresh());
  await handshake.goes('reaching');
  return handshake;
}

/** Watches from when the worker has heard that somebody does. */
async function watches(browser: Visitor, handshake: string): Promise<Viewer> {
  const heard = workers.watch((watch) => watch.handshake === handshake && watch.whole);
  const line = watchLine(browser, handshake);
  expect(await line.opened).toBe(101);
  await heard;
  return line;
}

const frame = (line: Viewer, data: string) =>
  line.message((message) => message.type === 'frame' && message.data === data);
const shown = (line: Viewer) =>
  line.messages.flatMap((message) => (message.type === 'frame' ? [message.data] : []));

describe('a live view', () => {
  test('begins with a whole screen; what is drawn on what a viewer has not seen is not for them', async () => {
    const { handshake } = await begun();
    const line = await watches(observer, handshake);
    await workers.show(handshake, 'a change');
    await workers.show(handshake, 'all of it', { whole: true });
    await workers.show(handshake, 'another change');
    await frame(line, 'another change');
    expect(shown(line)).toEqual(['all of it', 'another change']);
    for (const message of line.messages) expect(watchMessageSchema.safeParse(message).success).toBe(true);
  });

  test('is shared: a late viewer gets a whole screen first, and both hear the rest', async () => {
    const { handshake } = await begun();
    const early = await watches(observer, handshake);
    await workers.show(handshake, 'whole 1', { whole: true });
    await frame(early, 'whole 1');
    // At another process.
    const late = await watches(observer.at(quick.port), handshake);
    await workers.show(handshake, 'for the early one');
    await workers.show(handshake, 'whole 2', { whole: true });
    await workers.show(handshake, 'for both');
    await Promise.all([frame(early, 'for both'), frame(late, 'for both')]);
    expect(shown(early)).toEqual(['whole 1', 'for the early one', 'whole 2', 'for both']);
    expect(shown(late)).toEqual(['whole 2', 'for both']);
  });

  test('of another attempt begins anew with a whole screen, which is asked for', async () => {
    const handshake = await begun();
    const line = await watches(observer, handshake.handshake);
    await workers.show(handshake.handshake, 'first', { whole: true });
    await frame(line, 'first');
    const asked = workers.watch((watch) => watch.handshake === handshake.handshake && watch.whole);
    await workers.show(handshake.handshake, 'on another screen', { attempt: 2 });
    await asked;
    await workers.show(handshake.handshake, 'second', { attempt: 2, whole: true });
    await frame(line, 'second');
    expect(shown(line)).toEqual(['first', 'second']);
  });

  test('says how the handshake goes on, and tells a worker that takes it that it is watched', async () => {
    const handshake = await begun();
    const line = await watches(observer, handshake.handshake);
    const told = workers.watch((watch) => watch.handshake === handshake.handshake);
    await handshake.goes('preparing');
    await line.message((message) => message.type === 'row' && message.row.phase === 'preparing');
    await told;
    expect(line.messages[0]).toMatchObject({ type: 'row', row: { phase: 'reaching' } });
  });

  test('shows nothing of another handshake', async () => {
    const [mine, other] = [await begun(), await begun()];
    const line = await watches(observer, mine.handshake);
    await workers.show(other.handshake, 'not for you', { whole: true });
    await workers.show(mine.handshake, 'for you', { whole: true });
    await frame(line, 'for you');
    expect(shown(line)).toEqual(['for you']);
  });

  test('stands in the audit log before anything is seen, and on the handshake', async () => {
    const { handshake, head } = await begun();
    await watches(observer, handshake);
    const [entry] = await new Audit(redis, 'keyferry', 1).search({ handshake }, 5);
    const who = lab.operators.observer.name;
    const expected = { who, role: 'observer', action: 'watch', outcome: 'done', customer: head.customer };
    expect(entry).toMatchObject(expected);
    const { json } = await observer.get(`/api/v1/handshakes/${handshake}`);
    expect((json as Dossier).watched).toMatchObject([expected]);
  });

  test('ends at once when the viewer signs out, and others go on', async () => {
    const { handshake } = await begun();
    const leaver = await lab.operator('support');
    const [leaving, staying] = [await watches(leaver, handshake), await watches(observer, handshake)];
    await leaver.post('/api/v1/sign-out');
    expect(await leaving.closed).toBe(CLOSE.signedOut);
    await workers.show(handshake, 'after', { whole: true });
    await frame(staying, 'after');
    expect(shown(leaving)).toEqual([]);
  });

  test('ends by the next beat when the session is gone without a word', async () => {
    const { handshake } = await begun();
    const loser = await lab.operator('observer', quick.port);
    const line = await watches(loser, handshake);
    const before = new Set(await redis.keys('keyferry:operator-session:*'));
    expect(before.size).toBeGreaterThan(0);
    await redis.del([...before]);
    expect(await line.closed).toBe(CLOSE.signedOut);
    observer = await lab.operator('observer');
  });

  test.each([
    ['nobody', async () => lab.console(), undefined, 401],
    ['somebody from elsewhere', async () => observer, { origin: 'https://evil.example' }, 403],
    ['a page without an Origin', async () => observer, { origin: undefined }, 403],
    ['a customer', async () => lab.signIn(lab.fresh()), undefined, 404],
  ])('is refused to %s', async (_who, come, headers, status) => {
    const { handshake } = await begun();
    const line = (await come()).line(`/api/v1/console/watch/${handshake}`, headers);
    expect(await line.opened).toBe(status);
  });

  test('is of handshakes that there are', async () => {
    for (const name of ['nobody-has-this', 'x', '..%2Flive', ''])
      expect(await watchLine(observer, name).opened).toBe(404);
  });

  test('that says something is closed', async () => {
    const { handshake } = await begun();
    const line = await watches(observer, handshake);
    line.socket.send('rm -rf /\n');
    expect(await line.closed).toBe(1008);
  });
});

test('two hundred handshakes on the list and twenty viewers of one terminal all hear everything', async () => {
  const handshakes = await Promise.all(Array.from({ length: 200 }, begun));
  const list = observer.line('/api/v1/console/live');
  const [watched] = handshakes as [RecordedHandshake];
  const viewers = Array.from({ length: 20 }, () => watchLine(observer, watched.handshake));
  expect(await Promise.all(viewers.map(({ opened }) => opened))).toEqual(Array(20).fill(101));
  expect(await list.opened).toBe(101);
  // The customer's own page hears as ever, beside all that.
  const customer = lab.fresh();
  const page = (await lab.signIn(customer)).live();
  await page.message(({ type }) => type === 'state');
  const begunAt = performance.now();
  await Promise.all(handshakes.map((each) => each.goes('preparing')));
  await workers.show(watched.handshake, 'whole', { whole: true });
  for (let count = 0; count < 100; count += 1) await workers.show(watched.handshake, `change ${count}`);
  await Promise.all(viewers.map((line) => frame(line, 'change 99')));
  for (const line of viewers) expect(shown(line)).toHaveLength(101);
  const moved = new Set<string>();
  await list.message((message) => {
    const { rows } = message as unknown as { rows?: { handshake: string; phase: string }[] };
    for (const row of rows ?? []) if (row.phase === 'preparing') moved.add(row.handshake);
    return handshakes.every(({ handshake }) => moved.has(handshake));
  });
  const texts = list.messages.map((message) => JSON.stringify(message));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const ms = Math.round(performance.now() - begunAt);
  // Figures to be read, not judged: the machine is anybody's.
  process.stdout.write(
    `console: ${texts.length} messages, ${bytes} bytes, 2,020 frames to viewers, ${ms} ms\n`,
  );
  // A storm of changes is gathered.
  expect(texts.length).toBeLessThan(handshakes.length);
  for (const line of viewers) line.socket.close();
});
