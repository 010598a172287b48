import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { StartRequest } from '../../../core/contract/http-api.ts';
import { keyBinding } from '../../../core/contract/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { CONNECTION, practiceSnapshot } from '../../../scripts/screenshots/fixtures.ts';
import {
  OPENAI_CONNECTION,
  OPENAI_KEY,
  WITH_OFFERS,
  withKey,
} from '../../../scripts/screenshots/key-fixtures.ts';
import { type PageServer, startPageServer } from '../../../scripts/screenshots/page-server.ts';
import type { Place } from '../../../web/model/ways.ts';
import { startTab, type Tab, type TabOptions } from '../../support/page-tab.ts';

/** A key's way from the page to the api, over real HTTP, without a browser. */

const OPENAI: Place = { at: 'way', provider: 'openai', method: 'api-key' };

let server: PageServer;
let tabs: Tab[];
let workers: WorkerKeys;

beforeEach(async () => {
  server = await startPageServer('web/dist');
  workers = new WorkerKeys([makeWorkerKey('one')]);
  server.session = { ...WITH_OFFERS, sealTo: workers.publicKey };
  server.onStart = ({ method }) => (method === 'api-key' ? withKey('queued') : practiceSnapshot('queued'));
  tabs = [];
});
afterEach(async () => {
  for (const tab of tabs) tab.visit.leave();
  await server.stop();
});

async function open(options: TabOptions = {}): Promise<Tab> {
  const tab = startTab(server, options);
  tabs.push(tab);
  await tab.shows(({ screen }) => screen.name !== 'loading');
  return tab;
}

/** The bodies of the starts so far. */
const starts = (): StartRequest[] =>
  server.asked.filter(({ what }) => what === 'POST handshake').map(({ body }) => JSON.parse(body));
const cancels = () => server.asked.filter(({ what }) => what === 'POST handshake/cancel');

/** The key in a start, as a worker opens it. */
async function opened({ submission = '', key = '' }: StartRequest, by = workers): Promise<string> {
  const owner = { customer: 'alice', box: 'default', provider: 'openai', submission };
  return (await by.open(key, keyBinding(owner))).reveal();
}

/** Ends the handshake that was begun unasked, as a worker does when it is cancelled. */
function endOnCancel(): void {
  server.onCancel = () => {
    const { snapshot } = server.state;
    if (snapshot) server.tell({ snapshot: { ...snapshot, phase: 'cancelled', seq: snapshot.seq + 1 } });
  };
}

describe('a key', () => {
  test('is sealed for this customer, provider and submission, and nothing that is sent holds it in clear', async () => {
    server.state = { snapshot: null, connection: CONNECTION };
    const tab = await open();
    tab.visit.go(OPENAI);
    await tab.shows('key');
    tab.visit.bringKey(OPENAI_KEY, 'work');
    await tab.shows('progress');
    await tab.shows(() => starts().length > 0);
    const [start] = starts() as [StartRequest];
    expect(start).toMatchObject({ provider: 'openai', method: 'api-key', label: 'work' });
    expect(start).not.toHaveProperty('another');
    expect(await opened(start)).toBe(OPENAI_KEY);
    expect(JSON.stringify(server.asked)).not.toContain(OPENAI_KEY.slice(8, 24));
  });

  test('goes beside what is there if the customer says so', async () => {
    server.state = { snapshot: null, connection: OPENAI_CONNECTION };
    const tab = await open();
    tab.visit.go({ ...OPENAI, another: true } as Place);
    await tab.shows('key');
    tab.visit.bringKey(OPENAI_KEY, undefined);
    await tab.shows(() => starts().length > 0);
    expect(starts()).toMatchObject([{ another: true }]);
  });

  test('is sealed once more, and sent by itself, when the workers have a new key', async () => {
    server.state = { snapshot: null, connection: CONNECTION };
    const tab = await open();
    tab.visit.go(OPENAI);
    await tab.shows('key');
    const next = new WorkerKeys([makeWorkerKey('two')]);
    server.session = { ...WITH_OFFERS, sealTo: next.publicKey };
    server.onStart = ({ key = '' }) => (next.accepts(key) ? withKey('queued') : 'sealed_unreadable');
    tab.visit.bringKey(OPENAI_KEY, undefined);
    await tab.shows(() => starts().length === 2);
    await tab.shows('progress');
    expect(await opened(starts()[1] as StartRequest, next)).toBe(OPENAI_KEY);
  });

  test.each<ErrorCode>(['queue_full', 'disconnect_under_way'])(
    'that the api does not take (%s) is asked for again, with the reason',
    async (why) => {
      server.state = { snapshot: null, connection: CONNECTION };
      server.onStart = why;
      const tab = await open();
      tab.visit.go(OPENAI);
      await tab.shows('key');
      tab.visit.bringKey(OPENAI_KEY, undefined);
      const { screen } = await tab.shows(({ screen }) => screen.name === 'key' && screen.error !== undefined);
      expect(screen).toMatchObject({ error: expect.stringContaining('paste it again') });
      expect(JSON.stringify(tab.visit.state)).not.toContain(OPENAI_KEY);
    },
  );

  test('cannot be sent to an api that has no key to seal to', async () => {
    server.session = WITH_OFFERS;
    delete server.session.sealTo;
    server.state = { snapshot: null, connection: CONNECTION };
    const tab = await open();
    tab.visit.go(OPENAI);
    await tab.shows('key');
    tab.visit.bringKey(OPENAI_KEY, undefined);
    await tab.shows(({ screen }) => screen.name === 'key' && screen.error !== undefined);
    expect(starts()).toEqual([]);
  });
});

describe('a sign-in that was begun unasked', () => {
  test('makes room for a key: it is cancelled, and the key is sent once it has ended', async () => {
    const tab = await open();
    await tab.shows(() => starts().length === 1);
    endOnCancel();
    tab.visit.go(OPENAI);
    await tab.shows('key');
    tab.visit.bringKey(OPENAI_KEY, undefined);
    await tab.shows(() => starts().length === 2);
    expect(cancels().length).toBe(1);
    expect(starts()[1]).toMatchObject({ provider: 'openai' });
  });

  test('goes on while the customer only looks at the list', async () => {
    const tab = await open();
    await tab.shows(() => starts().length === 1);
    tab.visit.go({ at: 'providers' });
    await tab.shows('choices');
    tab.visit.go(undefined);
    await tab.shows('consent');
    expect([starts().length, cancels().length]).toEqual([1, 0]);
  });

  test('that the api still has when the key comes is not taken for the key’s', async () => {
    const tab = await open();
    await tab.shows(() => starts().length === 1);
    server.onCancel = () => {
      const { snapshot } = server.state;
      if (snapshot) server.tell({ snapshot: { ...snapshot, phase: 'cancelled', seq: snapshot.seq + 1 } });
    };
    server.onStart = practiceSnapshot('reaching', { handshake: 'another-tab-s-own' });
    tab.visit.go(OPENAI);
    await tab.shows('key');
    tab.visit.bringKey(OPENAI_KEY, undefined);
    const { screen } = await tab.shows(({ screen }) => screen.name === 'key' && screen.error !== undefined);
    expect(screen).toMatchObject({ error: expect.stringContaining('finish or cancel') });
  });
});

describe('another way to sign in', () => {
  test('starts when the customer agrees, and only then', async () => {
    endOnCancel();
    const tab = await open();
    await tab.shows(() => starts().length === 1);
    tab.visit.go({ at: 'way', provider: 'anthropic', method: 'claude-login' });
    await tab.shows('consent');
    expect(starts().length).toBe(1);
    server.onStart = practiceSnapshot('queued', { method: 'claude-login', handshake: 'a-login-of-claude' });
    tab.visit.connect();
    await tab.shows(({ screen }) => screen.name === 'preparing');
    await tab.shows(() => starts().length === 2);
    expect(starts()[1]).toEqual({ provider: 'anthropic', method: 'claude-login' });
    server.tell({
      snapshot: practiceSnapshot('waiting', { method: 'claude-login', handshake: 'a-login-of-claude' }),
    });
    await tab.shows('open');
  });
});

test('the first page asks for no more than a sign-in for which nobody has clicked', async () => {
  server.session = { customer: 'alice', csrf: 'practice' };
  const tab = await open();
  await tab.shows(() => starts().length === 1);
  expect(starts()).toEqual([{ unasked: true }]);
});

test('all connections are asked for once, when a push has said only the newest', async () => {
  server.state = { snapshot: withKey('proving'), connection: CONNECTION };
  const tab = await open();
  const before = server.asked.filter(({ what }) => what === 'GET handshake').length;
  const said = { snapshot: withKey('connected'), connection: OPENAI_CONNECTION };
  server.state = { ...said, connections: [OPENAI_CONNECTION, CONNECTION] };
  server.say(JSON.stringify({ type: 'state', ...said }));
  const { screen } = await tab.shows(
    ({ screen }) => screen.name === 'connected' && screen.others.length === 1,
  );
  expect(screen).toMatchObject({ others: [{ name: 'Claude' }] });
  expect(server.asked.filter(({ what }) => what === 'GET handshake').length).toBe(before + 1);
});

test('a part of the page that cannot be had is said to be missing; loading the page again helps', async () => {
  server.state = { snapshot: null, connection: CONNECTION };
  const tab = await open({ loadPlaces: () => Promise.reject(new Error('404')) });
  tab.visit.go({ at: 'providers' });
  await tab.shows('trouble');
  tab.visit.reload();
  expect(tab.reloads).toBe(1);
});
