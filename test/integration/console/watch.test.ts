import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Api } from '../../../api/api.ts';
import { type OperatorEntry, readOperators, writeOperators } from '../../../api/operators/file-text.ts';
import { type Dossier, type WatchMessage, watchMessageSchema } from '../../../core/contract/console-api.ts';
import { CLOSE } from '../../../core/contract/live-messages.ts';
import type { Operator } from '../../../core/contract/operators.ts';
import { snapshotOf } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { List, type RecordedHandshake, WorkerSide, watchLine } from '../../support/console-scene.ts';
import { until } from '../../support/redis-system.ts';
import type { Line, Visitor } from '../../support/visitor.ts';

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
  workers = new WorkerSide(redis, lab.records);
  await workers.listen(subscriber);
  observer = await lab.operator('observer');
});
afterAll(async () => {
  redis?.disconnect();
  subscriber?.disconnect();
  await lab?.stop();
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
const isBeat = ({ type }: WatchMessage) => type === 'beat';
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

  test('of another attempt starts with a whole screen, which is requested', async () => {
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

  test('says how the handshake continues, and tells a worker that takes it that it is being watched', async () => {
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
    const [entry] = await lab.audit.search({ handshake }, 5);
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

  describe('when the file of operators changes', () => {
    const read = () => new Map(readOperators(readFileSync(lab.operatorsFile, 'utf8'), lab.operatorsFile));
    /** In one step, as editors and deployments do. */
    const write = (entries: ReadonlyMap<string, OperatorEntry>) => {
      writeFileSync(`${lab.operatorsFile}.new`, writeOperators(entries), { mode: 0o600 });
      renameSync(`${lab.operatorsFile}.new`, lab.operatorsFile);
    };

    test('ends, and the list with it, for who is in it no more; others go on', async () => {
      const { handshake } = await begun();
      const loser = await lab.operator('admin', quick.port);
      const list = new List(loser);
      await list.row(handshake);
      const [lost, staying] = [
        await watches(loser, handshake),
        await watches(observer.at(quick.port), handshake),
      ];
      const before = read();
      const without = new Map(before);
      expect(without.delete(lab.operators.admin.name)).toBe(true);
      write(without);
      try {
        expect(await Promise.all([lost.closed, list.line.closed])).toEqual([
          CLOSE.signedOut,
          CLOSE.signedOut,
        ]);
        expect(await watchLine(loser, handshake).opened).toBe(401);
        await workers.show(handshake, 'after', { whole: true });
        await frame(staying, 'after');
        expect(shown(lost)).toEqual([]);
      } finally {
        write(before);
      }
    });

    test('goes on with a role that may still watch', async () => {
      const { handshake } = await begun();
      const demoted = await lab.operator('support', quick.port);
      const line = await watches(demoted, handshake);
      const { name } = lab.operators.support;
      const before = read();
      write(new Map(before).set(name, { ...(before.get(name) as OperatorEntry), role: 'observer' }));
      try {
        await until(
          async () => ((await demoted.get('/api/v1/operator')).json as Operator).role === 'observer',
        );
        // Looked at once more with the role that they have now.
        const beats = line.messages.filter(isBeat).length;
        await until(() => line.messages.filter(isBeat).length > beats + 1);
        await workers.show(handshake, 'after', { whole: true });
        await frame(line, 'after');
      } finally {
        write(before);
      }
    });
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
  const { handshake } = handshakes[0] as RecordedHandshake;
  const list = new List(observer);
  const viewers = Array.from({ length: 20 }, () => watchLine(observer, handshake));
  const opened = [list.line, ...viewers].map((line) => line.opened);
  expect(await Promise.all(opened)).toEqual(Array(21).fill(101));
  // The customer's own page hears as ever, beside all that.
  const customer = lab.fresh();
  const page = (await lab.signIn(customer)).live();
  await page.message(({ type }) => type === 'state');
  const changes = Array.from({ length: 100 }, (_, count) => `change ${count}`);
  // Drawn on what none of them has seen.
  await workers.show(handshake, 'too early for all');
  await workers.show(handshake, 'all of it', { whole: true });
  await Promise.all([
    ...handshakes.map((each) => each.goes('preparing')),
    ...changes.map((change) => workers.show(handshake, change)),
    lab.snapshots.publish(customer, snapshotOf(randomUUID(), { phase: 'proving' })),
  ]);
  await Promise.all([...viewers.map((line) => frame(line, 'change 99')), page.phase('proving')]);
  for (const line of viewers) expect(shown(line)).toEqual(['all of it', ...changes]);
  for (const each of handshakes) await list.row(each.handshake, ({ phase }) => phase === 'preparing');
  for (const line of [page, list.line, ...viewers]) {
    line.socket.close();
    await line.closed;
  }
});
