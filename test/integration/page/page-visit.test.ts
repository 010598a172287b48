import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { CLOSE, HERE } from '../../../core/contract/live-messages.ts';
import { codeBinding, partsOf } from '../../../core/contract/sealed.ts';
import { makeWorkerKey, publicHalf, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { CODE, CONNECTION, practiceSnapshot } from '../../../scripts/screenshots/fixtures.ts';
import { type PageServer, startPageServer } from '../../../scripts/screenshots/page-server.ts';
import type { LoadSeal } from '../../../web/client/code-sender.ts';
import { english } from '../../../web/messages/english.ts';
import { startTab, type Tab, type TabOptions } from '../../support/page-tab.ts';

/** The page's conversation with an api, over real HTTP and WebSockets, without a browser. */

let server: PageServer;
let tabs: Tab[];

const openTab = (options: TabOptions = {}): Tab => {
  const tab = startTab(server, options);
  tabs.push(tab);
  return tab;
};

beforeEach(async () => {
  server = await startPageServer('web/dist');
  server.onStart = practiceSnapshot('queued');
  tabs = [];
});
afterEach(async () => {
  for (const tab of tabs) tab.visit.leave();
  await server.stop();
});

/** The worker takes the code. */
const exchanging = () => server.tell({ snapshot: practiceSnapshot('exchanging') });

const asked = (what: string) => server.asked.filter((request) => request.what === what);

describe('while nobody holds its handshake', () => {
  const parked = (more = {}) => ({ ...practiceSnapshot('waiting'), ...more, parked: true as const });
  const heard = async () => {
    for (let tries = 0; tries < 100 && server.said.length === 0; tries += 1) await sleep(20);
    return server.said;
  };
  const isParked = (tab: Tab) => tab.shows(() => tab.visit.state.truth?.snapshot?.parked === true);

  test('a page says so, once, when somebody comes to its field or types, and never the code', async () => {
    server.state = { snapshot: parked(), connection: null };
    const tab = openTab({ isLookedAt: () => false });
    await isParked(tab);
    await sleep(100);
    expect(server.said).toEqual([]);
    tab.visit.here();
    for (let key = 0; key < 20; key += 1) tab.visit.typing();
    expect(await heard()).toEqual([HERE]);
    await sleep(100);
    expect(server.said).toEqual([HERE]);
  });

  test('a page whose customer has just typed says so as it hears that nobody holds it any longer', async () => {
    server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
    const tab = openTab();
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'waiting');
    tab.visit.typing();
    await sleep(100);
    expect(server.said).toEqual([]);
    server.tell({ snapshot: parked() });
    expect(await heard()).toEqual([HERE]);
  });

  test('a page that is opened says so, as somebody has come back to it', async () => {
    server.state = { snapshot: parked(), connection: null };
    openTab();
    expect(await heard()).toEqual([HERE]);
  });

  test('an operator who views it says nothing', async () => {
    if (typeof server.session === 'string') throw new Error('nobody is here');
    server.session = { ...server.session, viewer: 'ops' } as typeof server.session;
    server.state = { snapshot: parked(), connection: null };
    const tab = openTab();
    await isParked(tab);
    await tab.shows(() => tab.visit.state.session !== undefined);
    tab.visit.here();
    await sleep(150);
    expect(server.said).toEqual([]);
  });
});

describe('a page that opens', () => {
  test('begins a handshake at once, and has the link behind its button', async () => {
    const tab = openTab();
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(asked('POST handshake')).toHaveLength(1);
    server.tell({ snapshot: practiceSnapshot('waiting') });
    await tab.shows(({ screen }) => screen.primary?.does === 'open');
  });

  test('says that it begins one by itself, and with the customer’s click, once, that they ask for it', async () => {
    const tab = openTab();
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(JSON.parse(asked('POST handshake').at(-1)?.body ?? '')).toMatchObject({ unasked: true });
    expect(asked('POST handshake/asked')).toEqual([]);
    tab.visit.connect();
    await tab.shows('preparing');
    server.tell({ snapshot: practiceSnapshot('waiting') });
    await tab.shows(({ screen }) => screen.primary?.does === 'open');
    tab.visit.opened();
    await tab.shows('paste');
    const { handshake } = practiceSnapshot('waiting');
    for (let tries = 0; tries < 100 && asked('POST handshake/asked').length === 0; tries += 1)
      await sleep(20);
    expect(asked('POST handshake/asked').map(({ body }) => JSON.parse(body))).toEqual([{ handshake }]);
    expect(asked('POST handshake')).toHaveLength(1);
  });

  test('says so again where it could not be taken, and no more once it was', async () => {
    server.onAsked = 'service_unavailable';
    const tab = openTab();
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    const said = async (times: number) => {
      for (let tries = 0; tries < 100 && asked('POST handshake/asked').length < times; tries += 1)
        await sleep(20);
      expect(asked('POST handshake/asked')).toHaveLength(times);
    };
    tab.visit.connect();
    await said(1);
    server.onAsked = undefined;
    await sleep(50);
    server.tell({ snapshot: practiceSnapshot('opening') });
    await said(2);
    server.tell({ snapshot: practiceSnapshot('waiting') });
    await tab.shows(({ screen }) => screen.primary?.does === 'open');
    await said(2);
  });

  test('begins one also at an api of the version before, which does not know that nobody has clicked', async () => {
    server.onStart = (body) => ('unasked' in body ? 'input_invalid' : practiceSnapshot('queued'));
    const tab = openTab();
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(asked('POST handshake').map(({ body }) => 'unasked' in JSON.parse(body))).toEqual([true, false]);
  });

  test('begins none before the click where that is configured, and one with it', async () => {
    if (typeof server.session === 'string') throw new Error('nobody is here');
    server.session = { ...server.session, begins: 'click' };
    const tab = openTab();
    const { screen } = await tab.shows('consent');
    expect(screen.primary).toMatchObject({ does: 'connect' });
    tab.visit.wake();
    await tab.shows(() => tab.visit.state.truth?.snapshot === null);
    expect(asked('POST handshake')).toEqual([]);
    tab.visit.connect();
    await tab.shows('preparing');
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(asked('POST handshake')).toHaveLength(1);
    expect(JSON.parse(asked('POST handshake').at(-1)?.body ?? '')).not.toHaveProperty('unasked');
    expect(asked('POST handshake/asked')).toEqual([]);
  });

  test('begins none where the customer is connected', async () => {
    server.state = { snapshot: null, connection: CONNECTION };
    await openTab().shows('connected');
    expect(asked('POST handshake')).toEqual([]);
  });

  test('begins none in a tab that nobody looks at, until somebody does', async () => {
    let isLookedAt = false;
    const tab = openTab({ isLookedAt: () => isLookedAt });
    await tab.shows('consent');
    expect(asked('POST handshake')).toEqual([]);
    isLookedAt = true;
    tab.visit.wake();
    await tab.shows(({ screen }) => screen.name === 'consent' && tab.visit.state.truth?.snapshot !== null);
    expect(asked('POST handshake')).toHaveLength(1);
  });

  test('says so when nobody is signed in', async () => {
    server.session = 'not_signed_in';
    const { screen } = await openTab().shows('trouble');
    expect(screen).toMatchObject({ message: CATALOGUE.not_signed_in.customer });
  });

  test.each([
    ['a link has just let it in and no cookie came back', { hasEntered: true }],
    ['the browser says that it keeps none', { keepsCookies: false }],
  ])('says that cookies are needed where %s', async (_, how) => {
    server.session = 'not_signed_in';
    const { screen } = await openTab(how).shows('trouble');
    expect(screen).toMatchObject({
      heading: english('trouble.cookies'),
      message: CATALOGUE.cookies_blocked.customer,
    });
  });

  test('says nothing of cookies where a visit that a link began has ended', async () => {
    const tab = openTab({ hasEntered: true });
    await tab.shows('consent');
    server.session = 'not_signed_in';
    server.cut(CLOSE.signedOut);
    const { screen } = await tab.shows('trouble');
    expect(screen).toMatchObject({ message: CATALOGUE.not_signed_in.customer });
  });

  test('finds out by itself when the api is there again', async () => {
    server.session = 'service_unavailable';
    const tab = openTab();
    await tab.shows('trouble');
    server.session = { customer: 'alice', csrf: 'practice' };
    await tab.shows('consent');
  });
});

describe('a page at a connect link', () => {
  const door = { path: '/connect/practice', isOpen: false };
  const unopened = { customer: 'alice', csrf: '', link: 'unopened' } as const;

  beforeEach(() => {
    server.link = unopened;
  });

  test('uses it up with the customer’s click, and not before', async () => {
    const tab = openTab({ door });
    const { screen } = await tab.shows('consent');
    expect(screen.primary).toMatchObject({ does: 'connect' });
    tab.visit.wake(true);
    await tab.shows('consent');
    expect(server.asked.map(({ what }) => what)).toEqual(['GET link']);
    expect(server.lines).toBe(0);
    tab.visit.connect();
    await tab.shows('preparing');
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(asked('POST link')).toHaveLength(1);
    expect(asked('POST handshake')).toHaveLength(1);
    server.tell({ snapshot: practiceSnapshot('waiting') });
    await tab.shows('open');
  });

  test('uses it up at once where the customer has come by a click, and begins a handshake', async () => {
    const tab = openTab({ door: { ...door, isOpen: true } });
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'queued');
    expect(asked('POST link')).toHaveLength(1);
    expect(asked('GET link')).toEqual([]);
  });

  test('shows somebody who is connected so, and begins nothing', async () => {
    server.state = { snapshot: null, connection: CONNECTION };
    const tab = openTab({ door });
    await tab.shows('consent');
    tab.visit.connect();
    await tab.shows('connected');
    expect(asked('POST handshake')).toEqual([]);
  });

  test('that is over says so, with the way back', async () => {
    server.link = { ...unopened, link: 'over', returnUrl: 'https://dashboard.test/alice' };
    const { screen } = await openTab({ door }).shows('trouble');
    expect(screen).toMatchObject({
      message: CATALOGUE.link_used.customer,
      primary: { does: 'leave', href: 'https://dashboard.test/alice' },
    });
  });

  test('that is over by the time of the click says so', async () => {
    const tab = openTab({ door });
    await tab.shows('consent');
    server.link = { ...unopened, link: 'over' };
    tab.visit.connect();
    const { screen } = await tab.shows('trouble');
    expect(screen).toMatchObject({ message: CATALOGUE.link_used.customer });
  });

  test('that never was one says that, too', async () => {
    server.link = 'link_used';
    const { screen } = await openTab({ door }).shows('trouble');
    expect(screen).toMatchObject({ message: CATALOGUE.link_used.customer });
  });

  test('is loaded again where an older api does not know how to use a link up', async () => {
    server.link = 'not_here';
    const tab = openTab({ door: { ...door, isOpen: true } });
    await tab.shows(() => tab.reloads === 1);
  });

  test('lets an operator in without a click', async () => {
    server.link = { ...unopened, viewer: 'olga' };
    server.session = { customer: 'alice', csrf: 'practice', viewer: 'olga' };
    const tab = openTab({ door });
    await tab.shows(() => tab.visit.state.session?.csrf === 'practice');
    expect(asked('POST link')).toHaveLength(1);
    expect(asked('POST handshake')).toEqual([]);
  });
});

describe('an operator who looks at the page', () => {
  beforeEach(() => {
    server.session = { customer: 'alice', csrf: 'practice', viewer: 'olga' };
  });

  test('begins nothing by looking, also after a while away', async () => {
    const tab = openTab();
    await tab.shows(({ viewOnly, screen }) => viewOnly !== undefined && screen.name === 'consent');
    tab.visit.wake();
    tab.visit.wake(true);
    server.tell({ snapshot: practiceSnapshot('exchanging') });
    await tab.shows('progress');
    server.tell({ snapshot: practiceSnapshot('expired') });
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'expired');
    expect(asked('POST handshake')).toEqual([]);
  });

  test('asks for nothing, no matter what is called', async () => {
    const { link: _, ...waiting } = practiceSnapshot('waiting');
    server.state = { snapshot: waiting, connection: null };
    const tab = openTab();
    await tab.shows('consent');
    tab.visit.connect();
    tab.visit.submit(CODE);
    tab.visit.cancel();
    tab.visit.startAnew();
    tab.visit.retryStart();
    expect(tab.visit.state.asking).toBeUndefined();
    tab.visit.retryVisit();
    server.tell({ snapshot: practiceSnapshot('exchanging') });
    await tab.shows('progress');
    expect(server.asked.length).toBeGreaterThan(0);
    expect(server.asked.filter(({ what }) => what.startsWith('POST'))).toEqual([]);
  });
});

describe('a customer who is impatient', () => {
  test('clicks twice and starts one handshake', async () => {
    const tab = openTab();
    await tab.shows('consent');
    tab.visit.connect();
    tab.visit.connect();
    await tab.shows(({ screen }) => screen.name === 'preparing' && screen.quiet.length > 0);
    expect(asked('POST handshake')).toHaveLength(1);
  });

  test('sends a code once', async () => {
    server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
    const tab = openTab();
    await tab.shows('consent');
    tab.visit.opened();
    server.onCode = exchanging;
    expect(tab.visit.submit(CODE)).toBe(true);
    expect(tab.visit.submit(CODE)).toBe(false);
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(asked('POST handshake/code')).toHaveLength(1);
  });
});

describe('a code', () => {
  async function pasting(
    kept = new Map<string, string>(),
    more: Parameters<typeof openTab>[0] = {},
  ): Promise<Tab> {
    server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
    const tab = openTab({ kept, ...more });
    await tab.shows('consent');
    tab.visit.opened();
    return tab;
  }

  test('of a wrong shape is explained, and nothing is sent', async () => {
    const tab = await pasting();
    expect(tab.visit.submit('half-of-it')).toBe(false);
    expect(tab.view.screen).toMatchObject({ name: 'paste', error: expect.stringContaining('only part') });
    expect(asked('POST handshake/code')).toEqual([]);
  });

  test('of an earlier link is explained, and nothing is sent', async () => {
    const tab = await pasting();
    expect(tab.visit.submit(`practice-code#${'o'.repeat(43)}`)).toBe(false);
    expect(tab.view.screen).toMatchObject({ error: expect.stringContaining('earlier sign-in link') });
    expect(asked('POST handshake/code')).toEqual([]);
  });

  test('that is a token is named for what it is; it is not sent, and kept nowhere', async () => {
    const kept = new Map<string, string>();
    const tab = await pasting(kept);
    const token = `sk-ant-oat01-${'t'.repeat(95)}`;
    expect(tab.visit.submit(`my token: ${token}`)).toBe(false);
    expect(tab.view.screen).toMatchObject({ error: CATALOGUE.code_is_token.customer });
    expect(JSON.stringify([server.asked, tab.visit.state, tab.visit.unsentCode, ...kept])).not.toContain(
      token,
    );
    expect(asked('POST handshake/code')).toEqual([]);
  });

  test('that did not get there is still at hand', async () => {
    server.onCode = 'service_unavailable';
    const tab = await pasting();
    tab.visit.submit(CODE);
    expect(tab.view.screen.name).toBe('progress');
    await tab.shows(({ screen }) => screen.name === 'paste' && screen.error !== undefined);
    expect(tab.visit.unsentCode).toBe(CODE);
  });

  test('is sealed in the page: a worker reads it, and nobody on its way there', async () => {
    const tab = await pasting();
    server.onCode = exchanging;
    tab.visit.submit(`  ${CODE}\n`);
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(await server.sentCodes()).toEqual([CODE]);
    for (const part of CODE.split('#')) expect(JSON.stringify(server.asked)).not.toContain(part);
  });

  test('is sealed again, to the key that the api has now, when that is another than the page has', async () => {
    const tab = await pasting();
    const next = makeWorkerKey('next');
    server.onCode = 'sealed_unreadable';
    tab.visit.submit(CODE);
    while (asked('POST handshake/code').length === 0) await sleep(5);
    server.session = { customer: 'alice', csrf: 'practice', sealTo: publicHalf(next) };
    server.onCode = exchanging;
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    const { handshake, code } = JSON.parse(asked('POST handshake/code').at(-1)?.body ?? '');
    const binding = codeBinding({ customer: 'alice', handshake });
    expect((await new WorkerKeys([next]).open(code, binding)).reveal()).toBe(CODE);
  });

  test('that the workers could not open is sealed to a key that is asked for again', async () => {
    const tab = await pasting();
    server.onCode = () => {
      const { customer: message, retryable } = CATALOGUE.sealed_unreadable;
      const rejected = { code: 'sealed_unreadable' as const, message, retryable };
      server.tell({ snapshot: practiceSnapshot('waiting', { rejected }) });
    };
    tab.visit.submit(CODE);
    await tab.shows(({ screen }) => screen.name === 'paste' && screen.error !== undefined);
    const next = makeWorkerKey('next');
    server.session = { customer: 'alice', csrf: 'practice', sealTo: publicHalf(next) };
    server.onCode = exchanging;
    tab.visit.submit(CODE);
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(partsOf(JSON.parse(asked('POST handshake/code').at(-1)?.body ?? '').code)?.id).toBe('next');
  });

  test('waits for what seals it when that is slow to load, and arrives', async () => {
    let loads = 0;
    const loadSeal: LoadSeal = async () => {
      loads += 1;
      if (loads < 3) throw new TypeError('Failed to fetch dynamically imported module');
      return import('../../../core/contract/seal.ts');
    };
    const tab = await pasting(undefined, { loadSeal });
    server.onCode = exchanging;
    tab.visit.submit(CODE);
    expect(tab.view.screen.name).toBe('progress');
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(await server.sentCodes()).toEqual([CODE]);
  });

  test.each<[string, LoadSeal]>([
    ['fails', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['hangs', () => new Promise(() => {})],
    ['has no WebCrypto to work with', async () => ({ sealTo: () => Promise.reject(new Error('no subtle')) })],
  ])(
    'is still at hand, never sent in clear, and told about, when what seals it %s',
    async (_what, loadSeal) => {
      const tab = await pasting(undefined, { loadSeal, loadMs: 300 });
      tab.visit.submit(CODE);
      const { screen } = await tab.shows(
        ({ screen }) => screen.name === 'paste' && screen.error !== undefined,
      );
      expect(screen).toMatchObject({ error: english('unanswered.unsealed') });
      expect(tab.visit.unsentCode).toBe(CODE);
      expect(asked('POST handshake/code')).toEqual([]);
      expect(tab.reloads).toBe(0);
    },
  );

  test('goes in clear to an api of the version before, which has no key', async () => {
    server.session = { customer: 'alice', csrf: 'practice' };
    const tab = await pasting();
    server.onCode = exchanging;
    tab.visit.submit(CODE);
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(await server.sentCodes()).toEqual([`in clear: ${CODE}`]);
  });

  test('that an api of the version before takes for none is sent to it in clear', async () => {
    const tab = await pasting();
    server.onCode = 'code_malformed';
    tab.visit.submit(CODE);
    while (asked('POST handshake/code').length === 0) await sleep(5);
    server.session = { customer: 'alice', csrf: 'practice' };
    server.onCode = exchanging;
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(await server.sentCodes()).toEqual([CODE, `in clear: ${CODE}`]);
  });

  test('that was taken is kept nowhere', async () => {
    const kept = new Map<string, string>();
    const tab = await pasting(kept);
    server.onCode = exchanging;
    tab.visit.submit(CODE);
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'exchanging');
    expect(tab.visit.unsentCode).toBe('');
    expect(JSON.stringify([tab.visit.state, ...kept])).not.toContain(CODE);
  });
});

describe('a tab that loses touch', () => {
  test('has the truth at once when its line is back', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const tab = openTab();
    await tab.shows('progress');
    server.cut();
    server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
    await tab.shows('connected');
  });

  test('has the truth by plain HTTP where no line can be had', async () => {
    server.takesLines = false;
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    await openTab().shows('progress');
  });

  test('asks at once when somebody comes back to it: its line may have died in silence', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const tab = openTab();
    await tab.shows('progress');
    // Nothing is pushed, as on a line that is dead and does not know.
    server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
    expect(asked('GET handshake')).toEqual([]);
    tab.visit.wake();
    tab.visit.wake();
    await tab.shows('connected');
    expect(asked('GET handshake')).toHaveLength(1);
  });

  test('learns that its session has ended, by the line and without it', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const [first, second] = [openTab(), openTab()];
    await Promise.all([first.shows('progress'), second.shows('progress')]);
    server.session = 'not_signed_in';
    server.cut(CLOSE.signedOut);
    await Promise.all([first.shows('trouble'), second.shows('trouble')]);
    await openTab().shows('trouble');
  });

  test('goes on where another tab has been given a new session', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const tab = openTab();
    await tab.shows('progress');
    server.session = { customer: 'alice', csrf: 'another' };
    server.cut(CLOSE.signedOut);
    await tab.shows(() => tab.visit.state.session?.csrf === 'another');
    server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
    await tab.shows('connected');
  });

  test('is back after a reload where it was', async () => {
    const kept = new Map<string, string>();
    server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
    const tab = openTab({ kept });
    await tab.shows('consent');
    tab.visit.opened();
    await tab.shows('paste');
    tab.visit.leave();
    await openTab({ kept }).shows('paste');
    await openTab().shows('consent');
  });

  test('hears that the service is away, says so above the screen that stays, and hears that it is back', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const tab = openTab();
    await tab.shows('progress');
    server.say('{"type":"service","available":false}');
    const away = await tab.shows(({ banner }) => banner === english('serviceAway'));
    expect(away.screen.name).toBe('progress');
    server.say('{"type":"service","available":true}');
    await tab.shows(({ banner }) => banner === undefined);
    expect(tab.reloads).toBe(0);
  });

  test('reloads itself once for an api that speaks a newer language', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    const tab = openTab();
    await tab.shows('progress');
    server.say('{"type":"news"}');
    await tab.shows(() => tab.reloads === 1);
    server.say('{"type":"news"}');
    server.tell({ snapshot: practiceSnapshot('proving') });
    await tab.shows(() => tab.visit.state.truth?.snapshot?.phase === 'proving');
    expect(tab.reloads).toBe(1);
  });
});
