import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type OperatorEntry, writeOperators } from '../../../api/operators/file-text.ts';
import { hashPassword } from '../../../api/operators/passwords.ts';
import type { Role } from '../../../core/contract/operators.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import type { Audit } from '../../../core/store/audit.ts';
import { redisValues } from '../../../lab/redis-values.ts';
import { type ConsoleLab, signInOperator, startConsoleLab } from '../../support/console-lab.ts';
import type { Answer, Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let redis: Redis;
let audit: Audit;
beforeAll(async () => {
  lab = await startConsoleLab();
  redis = new Redis(lab.redis.url);
  audit = lab.audit;
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const PASSWORD = 'a password for all of them';
const hashes: Record<string, string> = {};

/** Writes a file of operators with one of these roles for each name. */
async function operators(roles: Record<string, Role>, password = PASSWORD): Promise<void> {
  const entries = new Map<string, OperatorEntry>();
  // The same hash each time, as in a file where somebody changes a role.
  const hash = hashes[password] ?? (await hashPassword(new Secret(password)));
  hashes[password] = hash;
  for (const [name, role] of Object.entries(roles)) entries.set(name, { role, password: hash });
  writeFileSync(lab.operatorsFile, writeOperators(entries));
}

/** What a browser hears when it asks who is signed in, once that is what is wanted. */
async function becomes(browser: Visitor, wanted: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { status, json } = await browser.get('/api/v1/operator');
    const now = status === 200 ? (json as { role: string }).role : `${status}`;
    if (now === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never became ${wanted}`);
}

describe('with a password', () => {
  test('begins a session with a strict cookie, and signing out ends it', async () => {
    const { name, password } = lab.operators.support;
    const browser = lab.console();
    const { status, headers } = await browser.post('/api/v1/sign-in', { name, password });
    expect(status).toBe(204);
    const [cookie] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-keyferry-operator=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure$/,
    );
    await signInOperator(browser, name, password);
    expect(await browser.get('/api/v1/operator')).toMatchObject({
      status: 200,
      json: { name, role: 'support', baseDomain: 'keyferry.test' },
    });
    const out = await browser.post('/api/v1/sign-out');
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect(await browser.get('/api/v1/operator')).toMatchObject({ status: 401 });
    const entries = await audit.search({ who: name }, 3);
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['sign-out', 'done'],
      ['sign-in', 'done'],
      ['sign-in', 'done'],
    ]);
  });

  test('is offered', async () => {
    const { json } = await lab.console().get('/api/v1/sign-in');
    expect(json).toEqual({ password: true });
  });

  test('that is wrong, or of nobody, is refused with the same words and written down', async () => {
    const wrong = { name: 'olga-admin', password: 'not the right one' };
    const answers = [
      await lab.console().post('/api/v1/sign-in', wrong),
      await lab.console().post('/api/v1/sign-in', { ...wrong, name: 'nobody' }),
    ];
    for (const { status, json, headers } of answers) {
      expect([status, json]).toEqual([401, expect.objectContaining({ code: 'sign_in_refused' })]);
      expect(headers['set-cookie']).toBeUndefined();
    }
    const [unknown, known] = await audit.search({ action: 'sign-in', outcome: 'refused' }, 2);
    expect(known).toMatchObject({ who: 'olga-admin', from: '127.0.0.1' });
    // It may be a password that somebody typed in the wrong place.
    expect(unknown).not.toHaveProperty('who');
  });

  test('of nobody is written down once for a network, and of somebody each time', async () => {
    const since = new Date();
    const tried = (name: string, network: number) =>
      lab
        .console()
        .post('/api/v1/sign-in', { name, password: 'guess' }, { 'x-forwarded-for': `203.0.113.${network}` });
    for (const name of ['one', 'two', 'olga-observer', 'olga-observer']) await tried(name, 1);
    await tried('one', 2);
    const entries = await audit.search({ outcome: 'refused', since }, 9);
    expect(entries.map(({ who, from }) => [who, from])).toEqual([
      [undefined, '203.0.113.2'],
      ['olga-observer', '203.0.113.1'],
      ['olga-observer', '203.0.113.1'],
      [undefined, '203.0.113.1'],
    ]);
    const left = await redis.ttl('keyferry:audit-once:stranger:203.0.113.1');
    expect([left > 800, left <= 900]).toEqual([true, true]);
  });

  test('in a crowd is refused at once where there is no room, and that is no guess', async () => {
    const { name, password } = lab.operators.admin;
    const from = { 'x-forwarded-for': '203.0.113.9' };
    const tried = () => lab.console().post('/api/v1/sign-in', { name, password }, from);
    const crowded: Answer[] = [];
    for (let round = 0; round < 4; round += 1)
      for (const answer of await Promise.all(Array.from({ length: 9 }, tried)))
        if (answer.status !== 204) crowded.push(answer);
    expect(crowded.length).toBeGreaterThan(0);
    for (const { status, headers } of crowded) expect([status, headers['retry-after']]).toEqual([429, '1']);
    expect((await tried()).status).toBe(204);
  });

  test('is tried a few times and no more, from wherever', async () => {
    await operators({ victim: 'admin' });
    await lab.console().get('/');
    const tried = (address: string, password: string) =>
      lab.console().post('/api/v1/sign-in', { name: 'victim', password }, { 'x-forwarded-for': address });
    const statuses: number[] = [];
    for (let each = 0; each < 12; each += 1)
      statuses.push((await tried(`192.0.2.${each}`, `guess number ${each}`)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    // Not with the right one either, or guessing would go on.
    const { status, headers } = await tried('192.0.2.99', PASSWORD);
    expect([status, Number(headers['retry-after']) > 60]).toEqual([429, true]);
  });

  test('is tried a few times and no more with many names from one network', async () => {
    const statuses: number[] = [];
    for (let each = 0; each < 32; each += 1) {
      const body = { name: `name-${each}`, password: 'guess' };
      const from = { 'x-forwarded-for': '198.51.100.7' };
      statuses.push((await lab.console().post('/api/v1/sign-in', body, from)).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });
});

describe('a session follows the file', () => {
  test('to another role, at once', async () => {
    await operators({ rita: 'admin' });
    const browser = await signedIn('rita');
    await becomes(browser, 'admin');
    await operators({ rita: 'observer' });
    await becomes(browser, 'observer');
    expect(await browser.get('/api/v1/audit')).toMatchObject({ status: 403 });
  });

  test('out, when the entry is gone or has another password', async () => {
    await operators({ paul: 'support', quinn: 'support' });
    const [paul, quinn] = [await signedIn('paul'), await signedIn('quinn')];
    await operators({ quinn: 'support' }, 'another password for quinn');
    await becomes(paul, '401');
    await becomes(quinn, '401');
  });

  test('but not a file that is broken: the one before stays', async () => {
    await operators({ sam: 'support' });
    const browser = await signedIn('sam');
    for (const text of ['operators: [', 'operators:\n  sam: { role: admin, password: plain }\n']) {
      writeFileSync(lab.operatorsFile, text);
      await logged(/operators: the new file is not right/);
      await becomes(browser, 'support');
    }
    expect(lab.logged()).not.toContain('plain');
  });

  test('who is removed by putting another folder in the place of the file’s is out, and cannot sign in again', async () => {
    await operators({ sam: 'support' });
    const browser = await signedIn('sam');
    const folder = dirname(lab.operatorsFile);
    renameSync(folder, `${folder}.before`);
    mkdirSync(folder);
    try {
      await operators({ somebody: 'support' });
      await becomes(browser, '401');
      await expect(signInOperator(lab.console(), 'sam', PASSWORD)).rejects.toThrow('not signed in: 401');
    } finally {
      rmSync(`${folder}.before`, { recursive: true });
    }
  });

  /** Signs in as soon as the file with them has been read. */
  async function signedIn(name: string): Promise<Visitor> {
    for (let tries = 0; tries < 9; tries += 1) {
      const browser = lab.console();
      const signing = await signInOperator(browser, name, PASSWORD).catch(() => undefined);
      if (signing) return signing;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${name} could not sign in`);
  }

  async function logged(wanted: RegExp): Promise<void> {
    for (let tries = 0; tries < 200 && !wanted.test(lab.logged()); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lab.logged()).toMatch(wanted);
  }
});

test('no password and no cookie is in a log or in Redis', async () => {
  await operators({ tess: 'support' });
  let browser: Visitor | undefined;
  for (let tries = 0; tries < 9 && !browser; tries += 1) {
    browser = await signInOperator(lab.console(), 'tess', PASSWORD).catch(() => undefined);
    if (!browser) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const id = browser?.cookie?.split('=')[1] ?? '';
  expect(id).toHaveLength(43);
  const places = `${lab.logged()}\n${JSON.stringify(await redisValues(lab.redis.url))}`;
  expect(places).toContain('operator-session');
  expect(places).toContain('olga-support');
  for (const secret of [id, PASSWORD, lab.operators.admin.password, 'not the right one', 'guess number'])
    expect(places).not.toContain(secret);
  // Nor is the csrf token in the log; in Redis it stands beside the hash of the cookie.
  expect(lab.logged()).not.toContain(browser?.csrf);
});
