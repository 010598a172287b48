import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Api } from '../../../api/api.ts';
import { type OperatorEntry, readOperators, writeOperators } from '../../../api/operators/file-text.ts';
import { ROUTES } from '../../../api/routes.ts';
import { visitSchema } from '../../../core/contract/console-api.ts';
import { type Session, sessionSchema } from '../../../core/contract/http-api.ts';
import { CLOSE, messageSchema } from '../../../core/contract/live-messages.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Audit } from '../../../core/store/audit.ts';
import { BASE, connectLink, snapshotOf } from '../../support/api-lab.ts';
import { CONSOLE, type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { CHALLENGE, fullLink, random43, STATE } from '../../support/links.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Milliseconds that a look lasts. */
const VIEW_MS = 30 * 60_000;

let lab: ConsoleLab;
/** Another api process, which beats fast. */
let quick: Api;
let redis: Redis;
let audit: Audit;
let support: Visitor;
let name: string;

beforeAll(async () => {
  lab = await startConsoleLab();
  quick = await lab.another({ beatMs: 300 });
  redis = new Redis(lab.redis.url);
  audit = lab.audit;
  support = await lab.operator('support');
  name = lab.operators.support.name;
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const at = (customer: string) => lab.visitor(`${customer}.${BASE}`);
const cookies = (...browsers: Visitor[]) => browsers.map(({ cookie }) => cookie).join('; ');
const sessionKeys = () => redis.keys('keyferry:*session:*');

/** Has a link made to a customer's page. Answers its path. */
async function linkTo(customer: string, operator = support): Promise<string> {
  const { status, json } = await operator.post(`/api/v1/customers/${customer}/visit`);
  expect(status).toBe(200);
  const url = new URL(visitSchema.parse(json).url);
  expect(url.origin).toBe(`https://${customer}.${BASE}`);
  return url.pathname;
}

/** The operator's browser at a customer's page, with nobody else signed in there. */
async function looksAt(customer: string, operator = support): Promise<Visitor> {
  const browser = at(customer);
  await browser.open(await linkTo(customer, operator));
  return browser;
}

async function sessionIn(browser: Visitor): Promise<Session> {
  return sessionSchema.parse((await browser.get('/api/v1/session')).json);
}

/** A customer who waits with a sign-in link. */
async function waiting(customer = lab.fresh()) {
  const snapshot = snapshotOf(randomUUID(), { phase: 'waiting', link: fullLink() });
  await lab.queue.add(
    'handshake',
    { ...FIRST, customer, requestedBy: 'customer' },
    { jobId: snapshot.handshake },
  );
  await lab.snapshots.publish(customer, snapshot);
  return { customer, snapshot };
}

describe('a link to a customer’s page', () => {
  test('opens once, says whose look it is, and is written down', async () => {
    const customer = lab.fresh();
    const path = await linkTo(customer);
    const browser = at(customer);
    const opened = await browser.enter(path);
    expect(opened.status).toBe(204);
    expect(opened.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-keyferry-view=[\w-]{43}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    const again = await at(customer).enter(path);
    expect([again.status, again.headers['set-cookie']]).toEqual([410, undefined]);
    browser.cookie = opened.headers['set-cookie']?.[0]?.split(';')[0];
    expect(await sessionIn(browser)).toMatchObject({ customer, viewer: name });
    expect(await audit.search({ customer }, 5)).toMatchObject([
      { who: name, role: 'support', action: 'visit', outcome: 'done' },
    ]);
  });

  test('is not made for an observer, who is written down', async () => {
    const customer = lab.fresh();
    const observer = await lab.operator('observer');
    const since = new Date();
    const { status, json } = await observer.post(`/api/v1/customers/${customer}/visit`);
    expect([status, json]).toMatchObject([403, { code: 'role_refused' }]);
    expect(await redis.keys(`keyferry:*link:${customer}:*`)).toEqual([]);
    const who = lab.operators.observer.name;
    expect(await audit.search({ who, since }, 5)).toMatchObject([{ action: 'visit', outcome: 'refused' }]);
  });

  test('opens nothing at another customer’s', async () => {
    const [customer, other] = [lab.fresh(), lab.fresh('bob')];
    const path = await linkTo(customer);
    expect((await at(other).get(path)).status).toBe(410);
    const browser = await looksAt(customer);
    const elsewhere = at(other);
    elsewhere.cookie = browser.cookie;
    expect((await elsewhere.get('/api/v1/handshake')).status).toBe(404);
    const console = lab.visitor(CONSOLE);
    console.cookie = browser.cookie;
    expect((await console.get('/api/v1/operator')).status).toBe(401);
  });

  test('is no way in as the customer', async () => {
    const browser = await looksAt(lab.fresh());
    browser.cookie = browser.cookie?.replace('__Host-keyferry-view=', '__Host-keyferry=');
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  });
});

describe('an operator at a customer’s page', () => {
  test('sees what the customer sees, now and as it goes on, but never the sign-in link', async () => {
    const { customer, snapshot } = await waiting();
    const own = await lab.signIn(customer);
    const browser = await looksAt(customer);
    const [theirs, looked] = [own.live(), browser.live()];
    expect(await Promise.all([theirs.opened, looked.opened])).toEqual([101, 101]);
    const { json } = await browser.get('/api/v1/handshake');
    const { link, ...rest } = snapshot;
    expect([link, json]).toEqual([fullLink(), { snapshot: rest, connection: null }]);
    // Another link, while they look.
    const [challenge, state] = [random43(), random43()];
    const renewed = fullLink({ code_challenge: challenge, state });
    await lab.snapshots.publish(customer, { ...snapshot, seq: 1, notice: 'fresh_link', link: renewed });
    await lab.snapshots.publish(customer, { ...rest, seq: 2, phase: 'exchanging' });
    await Promise.all([theirs.phase('exchanging'), looked.phase('exchanging')]);
    const seen = [JSON.stringify(looked.messages), browser.heard].join('\n');
    expect(looked.messages.filter(({ type }) => type === 'state')).toHaveLength(3);
    for (const message of looked.messages) expect(messageSchema.safeParse(message).success).toBe(true);
    for (const part of [CHALLENGE, STATE, challenge, state, 'oauth/authorize'])
      expect(seen).not.toContain(part);
    // The customer had both.
    const had = JSON.stringify(theirs.messages);
    for (const part of [CHALLENGE, challenge]) expect(had).toContain(part);
  });

  const posts = ROUTES.filter(({ who, method }) => who === 'customer' && method === 'post');

  test('can do nothing there: everything that they send is refused and audited', async () => {
    const { customer, snapshot } = await waiting();
    const { handshake } = snapshot;
    const browser = await looksAt(customer);
    expect(posts.map(({ path }) => path).sort()).toEqual([
      '/api/v1/connections/:connection/disconnect',
      '/api/v1/connections/:connection/label',
      '/api/v1/connections/:connection/model',
      '/api/v1/connections/:connection/models',
      '/api/v1/connections/:connection/test',
      '/api/v1/connections/order',
      '/api/v1/hand-over',
      '/api/v1/hand-over/answer',
      '/api/v1/hand-over/end',
      '/api/v1/handshake',
      '/api/v1/handshake/asked',
      '/api/v1/handshake/cancel',
      '/api/v1/handshake/code',
    ]);
    const since = new Date();
    for (const { path } of posts) {
      // What the customer's own page would send.
      const body = { handshake, ...(path.endsWith('/code') ? { code: `practice-code#${STATE}` } : {}) };
      const sent = path.replace(':connection', randomUUID());
      const answer = await browser.post(sent, path.endsWith('/handshake') ? {} : body);
      expect([answer.status, answer.json]).toMatchObject([403, { code: 'view_only' }]);
    }
    const refused = await audit.search({ customer, outcome: 'refused', since }, 20);
    const named = refused.map(({ detail = '' }) => detail.replace(/[0-9a-f-]{36}/, ':connection'));
    expect(named.sort()).toEqual(posts.map(({ path }) => path).sort());
    for (const entry of refused)
      expect(entry).toMatchObject({ who: name, action: 'visit', from: '127.0.0.1' });
    expect(await lab.mailbox.isCancelled(handshake)).toBe(false);
    expect(await lab.mailbox.takeCode({ handshake })).toBeUndefined();
    expect((await lab.snapshots.read(customer)).snapshot).toEqual(snapshot);
    // The very same from the customer's page is taken.
    const own = await lab.signIn(customer);
    expect((await own.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
    expect(await lab.mailbox.isCancelled(handshake)).toBe(true);
  });

  test('starts nothing by being there, and does not count as the customer', async () => {
    const customer = lab.fresh();
    const browser = (await looksAt(customer)).at(quick.port);
    expect((await browser.get('/')).status).toBe(200);
    const line = browser.live();
    expect(await line.opened).toBe(101);
    await line.message(({ type }) => type === 'beat');
    expect(line.messages[0]).toEqual({ type: 'state', snapshot: null, connection: null });
    expect(await lab.queue.getDeduplicationJobId(customer)).toBeNull();
    expect(await redis.exists(`keyferry:on-page:${customer}`)).toBe(0);
    // A page of the customer's does.
    const page = (await lab.signIn(customer, { api: quick })).live();
    await page.message(({ type }) => type === 'beat');
    expect(await redis.exists(`keyferry:on-page:${customer}`)).toBe(1);
  });

  test('hears of the customer’s own start', async () => {
    const customer = lab.fresh();
    const line = (await looksAt(customer)).live();
    expect(await line.opened).toBe(101);
    const { json } = await (await lab.signIn(customer)).post('/api/v1/handshake');
    expect((await line.phase('queued')).snapshot?.handshake).toBe((json as { handshake: string }).handshake);
  });
});

describe('in a browser where the customer is signed in', () => {
  test('their session stays as it is, and stays theirs', async () => {
    const customer = lab.fresh();
    const own = await lab.signIn(customer);
    const before = await sessionIn(own);
    const keys = await sessionKeys();
    const mine = own.cookie;
    const opened = await own.enter(await linkTo(customer));
    own.cookie = mine;
    expect(opened.status).toBe(204);
    expect(opened.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-keyferry-view=/)]);
    const added = (await sessionKeys()).filter((key) => !keys.includes(key));
    expect(added).toEqual([expect.stringContaining(':view-session:')]);
    const look = at(customer);
    look.cookie = opened.headers['set-cookie']?.[0]?.split(';')[0];
    expect((await sessionIn(look)).viewer).toBe(name);
    // With both cookies, in either order, they are who they were.
    for (const cookie of [cookies(own, look), cookies(look, own)]) {
      const both = await own.get('/api/v1/session', { cookie });
      expect(both.json).toEqual(before);
      expect((await own.post('/api/v1/handshake', {}, { cookie })).status).toBeLessThan(300);
    }
  });

  test('a look does not turn into the customer’s session, by a click or without one', async () => {
    const customer = lab.fresh();
    const browser = await looksAt(customer);
    const look = await sessionIn(browser);
    const path = await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
    const shown = await browser.get(path);
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain('data-arrived');
    const since = new Date();
    const refused = await browser.enter(path);
    expect([refused.status, refused.json]).toMatchObject([403, { code: 'view_only' }]);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect(await audit.search({ customer, since }, 5)).toMatchObject([
      { actor: 'operator', who: name, action: 'visit', outcome: 'refused', detail: '/connect/:token' },
    ]);
    expect(await sessionIn(browser)).toEqual(look);
    // The link is the customer's still.
    const own = at(customer);
    await own.open(path);
    expect(await sessionIn(own)).not.toHaveProperty('viewer');
  });
});

describe('a look', () => {
  test('ends with the session that the operator has at the console, and with it what is open', async () => {
    const customer = lab.fresh();
    const leaver = await lab.operator('support');
    const browser = await looksAt(customer, leaver);
    const unused = await linkTo(customer, leaver);
    // A session of the same operator's elsewhere has nothing to do with it.
    const line = browser.at(quick.port).live();
    expect(await line.opened).toBe(101);
    expect((await browser.get('/api/v1/handshake')).status).toBe(200);
    expect((await leaver.post('/api/v1/sign-out')).status).toBe(204);
    expect(await line.closed).toBe(CLOSE.signedOut);
    expect((await browser.get('/api/v1/handshake')).status).toBe(401);
    expect(await browser.live().opened).toBe(401);
    expect((await at(customer).enter(unused)).status).toBe(410);
    expect((await support.get('/api/v1/operator')).status).toBe(200);
  });

  test('ends when the operator may not look any more', async () => {
    const customer = lab.fresh();
    const browser = await looksAt(customer);
    const unused = await linkTo(customer);
    const line = browser.at(quick.port).live();
    expect(await line.opened).toBe(101);
    const before = readFileSync(lab.operatorsFile, 'utf8');
    const entries = new Map<string, OperatorEntry>(readOperators(before, 'f'));
    entries.set(name, { ...(entries.get(name) as OperatorEntry), role: 'observer' });
    writeFileSync(lab.operatorsFile, writeOperators(entries));
    try {
      expect(await line.closed).toBe(CLOSE.signedOut);
      await until(async () => (await browser.get('/api/v1/handshake')).status === 401);
      expect((await at(customer).enter(unused)).status).toBe(410);
    } finally {
      writeFileSync(lab.operatorsFile, before);
    }
    // With the role again, within its time.
    await until(async () => (await browser.get('/api/v1/handshake')).status === 200);
  });

  test('ends after its time, however it is used, and with it what is open', async () => {
    const customer = lab.fresh();
    const before = await sessionKeys();
    const browser = (await looksAt(customer)).at(quick.port);
    const [key = ''] = (await sessionKeys()).filter((each) => !before.includes(each));
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(VIEW_MS / 2);
    expect(left).toBeLessThanOrEqual(VIEW_MS);
    await redis.pexpire(key, VIEW_MS / 4);
    const { headers } = await browser.get('/api/v1/session');
    expect(headers['set-cookie']).toBeUndefined();
    const line = browser.live();
    await line.message(({ type }) => type === 'beat');
    expect(await redis.pttl(key)).toBeLessThanOrEqual(VIEW_MS / 4);
    await redis.pexpire(key, 0);
    expect(await line.closed).toBe(CLOSE.signedOut);
    expect((await browser.get('/api/v1/handshake')).status).toBe(401);
    expect((await browser.post('/api/v1/handshake')).status).toBe(401);
  });
});
