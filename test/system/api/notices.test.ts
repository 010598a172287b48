import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Email } from 'postal-mime';
import type { Api } from '../../../api/api.ts';
import { smtpPost } from '../../../api/notices/smtp.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { moveByTime, writeLook } from '../../../core/store/connection-health.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { leaks } from '../../../lab/leaks.ts';
import { databasePlaces } from '../../../lab/postgres-places.ts';
import { redisValues } from '../../../lab/redis-values.ts';
import { type ApiLab, BASE, startApiLab } from '../../support/api-lab.ts';
import { made } from '../../support/connected.ts';
import { MailServer, PASSWORD } from '../../support/mail-server.ts';
import { PlatformServer } from '../../support/platform.ts';
import { until } from '../../support/redis-system.ts';

const DAY_MS = 24 * 60 * 60_000;
const CHAT_TOKEN = 'T0000000/B0000000/kf-made-up-token-4711';
const ADDRESS_WORD = 'greptheaddressonly';
const LOOK = { noticesMs: 40 };

let mails: MailServer;
let chat: Server;
let said: string[];
/** What the chat answers next; 200 when there is nothing left. */
let answers: { status: number; headers?: Record<string, string> }[];
let lab: ApiLab;
/** The api that sends; the lab's own only answers. */
let sender: Api;
let platform: PlatformServer;

beforeAll(async () => {
  mails = new MailServer();
  await mails.start();
  said = [];
  answers = [];
  chat = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { status, headers } = answers.shift() ?? { status: 200 };
    if (status === 200) said.push((JSON.parse(body) as { text: string }).text);
    response.writeHead(status, headers).end('ok');
  }).listen(0, '127.0.0.1');
  await once(chat, 'listening');
  lab = await startApiLab({
    noticesMs: 1_000_000_000,
    environment: {
      SMTP_URL: mails.url,
      MAIL_FROM: 'Example Hosting <no-reply@example.com>',
      MAILS_PER_MINUTE: '10000',
      SUPPORT_WEBHOOK_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/services/${CHAT_TOKEN}`,
      SUPPORT_NOTICES: 'disconnected,attention',
    },
  });
  sender = await lab.another(LOOK);
  platform = new PlatformServer(lab);
});
afterEach(async () => {
  mails.refusals = [];
  mails.held = undefined;
  await lab.database.deleteFrom('notice_channels').execute();
});
afterAll(async () => {
  await lab?.stop();
  await mails?.stop();
  chat?.closeAllConnections();
  chat?.close();
});

interface Person {
  customer: string;
  email: string;
  connection: string;
}

/** A customer with an address who has been connected for 300 days, and is until `days` from now. */
async function connected(days = 65, more: Record<string, unknown> = {}): Promise<Person> {
  const customer = lab.fresh();
  const email = `${customer}.${ADDRESS_WORD}@example.com`;
  const { status } = await platform.ask('PUT', `/api/v1/customers/${customer}`, { email, ...more });
  expect(status).toBe(201);
  const [connectedAt, expiresAt] = [-300, days].map((off) => new Date(Date.now() + off * DAY_MS)) as [
    Date,
    Date,
  ];
  const entry = made(customer, connectedAt, { connectedAt, expiresAt, label: 'work <b>' });
  await lab.database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const { id } = await lab.database
    .selectFrom('connections')
    .select('id')
    .where('customer', '=', customer)
    .executeTakeFirstOrThrow();
  return { customer, email, connection: id };
}

/** Two looks, or one that says it is well. */
async function seen({ connection }: Person, code?: 'model_moved' | 'key_no_credit'): Promise<void> {
  for (let look = 0; look < (code ? 2 : 1); look += 1) {
    const outcome = code ? ({ outcome: 'attention', code } as const) : ({ outcome: 'working' } as const);
    await lab.database
      .transaction()
      .execute((transaction) => writeLook(transaction, { connection, at: new Date(), seen: outcome }));
  }
}

const disconnect = ({ customer, connection }: Person) =>
  lab.database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
    );

async function mailsTo({ email }: Person, count: number): Promise<Email[]> {
  await until(() => mails.to(email).length >= count);
  return mails.to(email);
}

const states = async ({ customer }: Person, channel = 'email') =>
  (
    await lab.database
      .selectFrom('notices')
      .select(['kind', 'state', 'why'])
      .where('customer', '=', customer)
      .where('channel', '=', channel)
      .orderBy('event')
      .execute()
  ).map(({ kind, state, why }) => [kind, state, why]);
const settled = async (person: Person, count: number) => {
  await until(async () => (await states(person)).filter(([, state]) => state !== 'waiting').length >= count);
  return states(person);
};

const headerOf = (mail: Email | undefined, name: string) =>
  mail?.headers.find(({ key }) => key === name)?.value;
const linkIn = (mail: Email | undefined) =>
  /<(.+)>/.exec(headerOf(mail, 'list-unsubscribe') ?? '')?.[1] ?? '';

describe('a customer is mailed', () => {
  test('before an end, in their language, whole', async () => {
    const alice = await connected(6.5, { displayName: 'Zoë Müller', locale: 'de-CH' });
    await moveByTime(lab.database, new Date());
    const [mail] = await mailsTo(alice, 1);
    expect(mail).toMatchObject({
      subject: 'Ihre Verbindung zu Anthropic endet in 7 Tagen',
      from: { name: 'Example Hosting', address: 'no-reply@example.com' },
      to: [{ name: 'Zoë Müller', address: alice.email }],
    });
    const { text = '', html = '' } = mail ?? {};
    for (const part of [text, html]) {
      expect(part).toContain('Guten Tag Zoë Müller,');
      expect(part).toContain(`https://${alice.customer}.${BASE}/`);
      expect(part).toMatch(/endet am \d+\. \S+ \d{4} um \d{2}:\d{2} UTC/);
      expect(part).toContain(linkIn(mail));
      expect(part).not.toContain('/connect/');
    }
    expect(text).toContain('Ihr Name dafür: work <b>');
    expect(html).toContain('work &lt;b&gt;');
    expect(headerOf(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated');
    expect(headerOf(mail, 'content-language')).toBe('de');
    const [notice] = await lab.database
      .selectFrom('notices')
      .select('id')
      .where('customer', '=', alice.customer)
      .where('channel', '=', 'email')
      .execute();
    expect(mail?.messageId).toBe(`<${notice?.id}@example.com>`);
  });

  test('of what is wrong, that it is well again, of its end, and of a removal: each once', async () => {
    const alice = await connected();
    await seen(alice, 'model_moved');
    await mailsTo(alice, 1);
    await seen(alice);
    await mailsTo(alice, 2);
    await lab.database
      .updateTable('connections')
      .set({ expires_at: new Date(Date.now() - 1_000), next_change_at: new Date() })
      .where('id', '=', alice.connection)
      .execute();
    await moveByTime(lab.database, new Date());
    await mailsTo(alice, 3);
    await disconnect(alice);
    const all = await mailsTo(alice, 4);
    expect(all.map(({ subject }) => subject)).toEqual([
      'Your connection to Anthropic needs your attention',
      'Your connection to Anthropic works again',
      'Your connection to Anthropic has expired',
      'Your connection to Anthropic has been removed',
    ]);
    expect(all[0]?.text).toContain('now uses a model of another provider');
    expect(all[3]?.text).toContain('https://claude.ai/settings/claude-code');
    // However many apis there are, and whenever they start.
    await restart();
    expect((await states(alice)).map(([, state]) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(mails.to(alice.email)).toHaveLength(4);
  });

  test('nothing that is no longer so when its turn comes, and that is on record', async () => {
    await mails.stop();
    const [renewed, recovered] = [await connected(6.5), await connected()];
    await moveByTime(lab.database, new Date());
    await seen(recovered, 'model_moved');
    await until(async () => (await paused()) !== undefined);
    await seen(recovered);
    const entry = made(renewed.customer, new Date());
    await lab.database.transaction().execute((transaction) => recordConnected(transaction, entry));
    await until(async () => (await states(recovered)).length === 2);
    await mails.start();
    await unpause();
    expect(await settled(renewed, 1)).toEqual([['expiring', 'skipped', 'outdated']]);
    expect(await settled(recovered, 2)).toEqual([
      ['attention', 'skipped', 'outdated'],
      ['recovered', 'skipped', 'unsaid'],
    ]);
    expect([...mails.to(renewed.email), ...mails.to(recovered.email)]).toEqual([]);
  });
});

const paused = () => lab.database.selectFrom('notice_channels').selectAll().executeTakeFirst();
/** Nobody is sending a mail. */
const isIdle = async () => {
  const found = await lab.database
    .selectFrom('notices')
    .select('id')
    .where('settled_at', 'is', null)
    .where('channel', '=', 'email')
    .where('why', 'is', null)
    .where('due_at', '>', new Date())
    .execute();
  return found.length === 0;
};
/** The server is back, and everybody looks at once. */
async function unpause(): Promise<void> {
  await until(isIdle);
  await lab.database.deleteFrom('notice_channels').execute();
  await lab.database
    .updateTable('notices')
    .set({ due_at: new Date() })
    .where('settled_at', 'is', null)
    .where('channel', '=', 'email')
    .execute();
}

/** The sender ends as a deploy has it end, and another one begins. */
async function restart(): Promise<void> {
  await sender.close();
  sender = await lab.another(LOOK);
}

describe('a mail server', () => {
  test('that is away gets each mail once when it is back', async () => {
    await mails.stop();
    const people = [await connected(), await connected(), await connected()];
    for (const person of people) await disconnect(person);
    await until(async () => (await paused()) !== undefined);
    for (const person of people) await until(async () => (await states(person)).length === 1);
    for (const person of people) expect((await states(person))[0]?.[1]).toBe('waiting');
    await mails.start();
    await unpause();
    for (const person of people) expect(await mailsTo(person, 1)).toHaveLength(1);
  });

  test('that says "later" about one is asked again about that one, and the others do not wait', async () => {
    const [later, bob] = [await connected(), await connected()];
    mails.refusals = [{ to: new RegExp(later.customer), at: 'RCPT', code: 450, times: 1 }];
    await disconnect(later);
    await until(async () => (await states(later))[0]?.[2] === 'EENVELOPE 450');
    await disconnect(bob);
    expect(await mailsTo(bob, 1)).toHaveLength(1);
    expect(await states(later)).toEqual([['disconnected', 'waiting', 'EENVELOPE 450']]);
    await unpause();
    expect(await mailsTo(later, 1)).toHaveLength(1);
  });

  test('that refuses an address for good is not asked again, and the platform reads it', async () => {
    const alice = await connected();
    mails.refusals = [{ to: new RegExp(alice.customer), at: 'RCPT', code: 550 }];
    await disconnect(alice);
    expect(await settled(alice, 1)).toEqual([['disconnected', 'refused', 'EENVELOPE 550']]);
    const at = `/api/v1/customers/${alice.customer}`;
    await until(
      async () => (await platform.get<{ emailRefusedAt: string | null }>(at)).emailRefusedAt !== null,
    );
    await platform.ask('PUT', at, { email: `other.${alice.email}` });
    expect(await platform.get(at)).toMatchObject({ emailRefusedAt: null });
  });

  test('that refuses a mail for good says nothing about the address', async () => {
    const alice = await connected();
    mails.refusals = [{ to: new RegExp(alice.customer), at: 'DATA', code: 554 }];
    await disconnect(alice);
    expect(await settled(alice, 1)).toEqual([['disconnected', 'refused', 'EMESSAGE 554']]);
    expect(await platform.get(`/api/v1/customers/${alice.customer}`)).toMatchObject({ emailRefusedAt: null });
  });

  test('that is silent after it was given a mail may have it: that is a try, and the others do not wait', async () => {
    const [held, bob] = [await connected(), await connected()];
    let release = () => {};
    mails.held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { hostname, port } = new URL(mails.url);
    const server = { host: hostname, port: Number(port), tls: 'offered' as const };
    const post = smtpPost({ ...server, user: 'keyferry', password: new Secret(PASSWORD) }, { stillMs: 200 });
    const { signal } = new AbortController();
    const letter = (address: string) => ({
      from: 'no-reply@example.com',
      to: address,
      subject: 'A mail',
      text: 'text',
      html: 'html',
      messageId: `<${address}>`,
      headers: {},
    });
    expect(await post(letter(held.email), signal)).toEqual({ result: 'later', why: 'ETIMEDOUT' });
    mails.held = undefined;
    expect(await post(letter(bob.email), signal)).toEqual({ result: 'sent' });
    release();
    expect(await mailsTo(bob, 1)).toHaveLength(1);
  });

  test('that will not relay for anybody loses no mail and no address', async () => {
    const alice = await connected();
    mails.refusals = [
      { to: new RegExp(alice.customer), at: 'RCPT', code: 554, text: '5.7.1 relay', times: 1 },
    ];
    await disconnect(alice);
    await until(async () => (await states(alice))[0]?.[2] === 'EENVELOPE 554');
    expect(await states(alice)).toEqual([['disconnected', 'waiting', 'EENVELOPE 554']]);
    expect(await platform.get(`/api/v1/customers/${alice.customer}`)).toMatchObject({ emailRefusedAt: null });
    await unpause();
    expect(await mailsTo(alice, 1)).toHaveLength(1);
  });

  test('that has a mail when the process stops may get it twice, under one Message-ID', async () => {
    const alice = await connected();
    let release = () => {};
    mails.held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = mails.handedIn;
    await disconnect(alice);
    await until(() => mails.handedIn > before);
    // Cut off before the server has said that it took it.
    await restart();
    mails.held = undefined;
    release();
    await until(async () => (await states(alice))[0]?.[1] === 'sent');
    const ids = mails.to(alice.email).map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(1);
    expect(ids.length).toBeLessThanOrEqual(2);
  });
});

describe('a link in a mail', () => {
  async function mailed(locale = 'en') {
    const alice = await connected(6.5, { locale });
    await moveByTime(lab.database, new Date());
    const [mail] = await mailsTo(alice, 1);
    const link = new URL(linkIn(mail));
    return { alice, path: link.pathname, browser: lab.visitor(link.host) };
  }
  const offOf = async ({ customer }: Person) =>
    (await platform.get<{ noticesOff: string[] }>(`/api/v1/customers/${customer}`)).noticesOff;
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

  test('changes nothing by being opened, and shows a page that needs no script', async () => {
    const { alice, path, browser } = await mailed('ar');
    for (const method of ['GET', 'HEAD']) {
      const { status } = await browser.send(method, path);
      expect([method, status]).toEqual([method, 200]);
    }
    const { text, headers } = await browser.get(path);
    expect(await offOf(alice)).toEqual([]);
    expect(text).toContain('<html lang="ar" dir="rtl">');
    expect(text).not.toContain('<script');
    expect(text).not.toContain(alice.email);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/script-src|unsafe/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
  });

  test('switches its group off in one click (RFC 8058), and no other, and on again', async () => {
    const { alice, path, browser } = await mailed();
    const off = await browser.send('POST', path, FORM, 'List-Unsubscribe=One-Click');
    expect(off.status).toBe(200);
    expect(await offOf(alice)).toEqual(['reminders']);
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(off.text) ?? [];
    expect(action).toBe(`${path}/on`);
    await lab.database
      .updateTable('connections')
      .set({ next_change_at: new Date(), expires_at: new Date(Date.now() + 0.5 * DAY_MS) })
      .where('id', '=', alice.connection)
      .execute();
    await moveByTime(lab.database, new Date());
    expect(await settled(alice, 2)).toEqual([
      ['expiring', 'sent', null],
      ['expiring', 'skipped', 'switched_off'],
    ]);
    await disconnect(alice);
    await mailsTo(alice, 2);
    expect((await browser.send('POST', action, FORM, '')).status).toBe(200);
    expect(await offOf(alice)).toEqual([]);
    const entries = await lab.audit.search({ customer: alice.customer }, 10);
    expect(entries.map(({ action, detail }) => [action, detail])).toEqual(
      expect.arrayContaining([
        ['notices', 'reminders on'],
        ['notices', 'reminders off'],
      ]),
    );
  });

  test('of another customer’s, or made up, does nothing', async () => {
    const { alice, path } = await mailed();
    const bob = await connected();
    const made = path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const [who, at] of [
      [bob, path],
      [alice, made],
      [alice, path.replace('reminders', 'problems')],
      [alice, path.replace('reminders', 'everything')],
    ] as const) {
      const { status, text } = await lab.visitor(`${who.customer}.${BASE}`).send('POST', at, FORM, '');
      expect(status).toBe(404);
      expect(text).toContain('This link no longer works.');
      expect(await offOf(who)).toEqual([]);
    }
    expect((await lab.visitor(BASE).send('POST', path, FORM, '')).status).toBe(404);
  });
});

describe('support’s chat', () => {
  test('is told of what it wants, with a link to the customer, and waits as long as it asks', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '1' } }];
    const alice = await connected();
    await disconnect(alice);
    await until(() => said.some((text) => text.includes(alice.customer)));
    expect(answers).toEqual([]);
    const text = said.find((each) => each.includes(alice.customer));
    expect(text).toContain(`<https://admin.${BASE}/#/customers/${alice.customer}|${alice.customer}>`);
    expect(text).not.toContain(alice.email);
  });
});

test('the address is where it must be and nowhere else; passwords are nowhere', async () => {
  const secrets = [PASSWORD, CHAT_TOKEN];
  const database = await databasePlaces(lab.environment.DATABASE_URL ?? '');
  const redis = JSON.stringify(await redisValues(lab.redis.url));
  const places = { ...database, redis, log: lab.logged(), chat: said.join('\n') };
  expect(leaks(secrets, places)).toEqual([]);
  const found = leaks([ADDRESS_WORD], places).filter((place) => !place.startsWith('database file '));
  expect(found).toEqual(['table public.customers']);
});
