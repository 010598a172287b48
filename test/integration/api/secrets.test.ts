import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { filesBelow, leaks } from '../../../lab/leaks.ts';
import { databasePlaces } from '../../../lab/postgres-places.ts';
import { type ApiLab, BASE, connectLink, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { random43, SHORT_LINK } from '../../support/links.ts';
import type { Visitor } from '../../support/visitor.ts';

/** What the api is given in confidence, and where it must not be found. */
let lab: ApiLab;
const sealingKey = randomBytes(32).toString('base64');

beforeAll(async () => {
  lab = await startApiLab({ environment: { SEALING_KEYS: `one:${sealingKey}`, LOG_LEVEL: 'debug' } });
});
afterAll(() => lab.stop());

test('no code, token, cookie or key is in Redis, the database, their files, the log, the metrics or an answer that is not its own', async () => {
  const customer = lab.fresh();
  const server = lab.visitor(BASE);
  const path = await connectLink(server, lab.apiKey, { customer });
  const browser = lab.visitor(`${customer}.${BASE}`);
  await browser.open(path);
  await browser.get(path);
  const line = browser.live();
  await line.opened;
  const codes = await pasteAll(browser, customer);
  await server.post('/api/v1/connect-links', {}, { authorization: `Bearer ${lab.apiKey.slice(1)}0` });
  line.socket.close();

  const token = path.slice('/connect/'.length);
  const cookie = browser.cookie?.split('=')[1] ?? '';
  const kept = [...codes, token, cookie, lab.apiKey, sealingKey];
  const metrics = await browser.at(lab.api.healthPort).get('/metrics');
  const pushed = JSON.stringify(line.messages);
  expect(leaks(kept, { ...(await stored()), log: lab.logged(), metrics: metrics.text, pushed })).toEqual([]);
  // A browser is answered its cookie; nothing that it said comes back.
  expect(leaks([...codes, token, lab.apiKey, sealingKey], { browser: browser.heard })).toEqual([]);
  expect(leaks([...codes, lab.apiKey, sealingKey], { server: server.heard })).toEqual([]);
  // The search finds what is there.
  expect(leaks([cookie], { browser: browser.heard })).toEqual(['browser']);
});

const newCode = () => `${random43()}#${random43()}`;

/** Pastes codes in every way that a customer does. Answers what was pasted. */
async function pasteAll(browser: Visitor, customer: string): Promise<string[]> {
  const { json } = await browser.post('/api/v1/handshake');
  const { handshake, startedAt } = json as { handshake: string; startedAt: string };
  const early = newCode();
  const good = newCode();
  const half = newCode();
  const odd = newCode();
  const other = newCode();
  const key = newCode();
  const paste = (code: string) => browser.post('/api/v1/handshake/code', { handshake, code });
  expect((await paste(early)).status).toBe(409);
  await lab.snapshots.publish(customer, {
    ...snapshotOf(handshake),
    startedAt,
    phase: 'waiting',
    link: SHORT_LINK,
  });
  expect((await paste(good)).status).toBe(202);
  expect((await paste(half.split('#')[0] ?? '')).status).toBe(422);
  expect((await paste(`${odd} or ${other}`)).status).toBe(422);
  expect((await browser.post('/api/v1/handshake/code', `{"code": "${odd}"`)).status).toBe(400);
  expect((await browser.post('/api/v1/handshake/code', { handshake, [key]: 1 })).status).toBe(400);
  expect((await browser.get(`/api/v1/${encodeURIComponent(key)}`)).status).toBe(404);
  return [early, good, half, odd, other, key].flatMap((code) => code.split('#'));
}

/** Every value in Redis and the database, and their files. */
async function stored(): Promise<Record<string, string>> {
  const redis = new Redis(lab.redis.url);
  const places: Record<string, string> = filesBelow(lab.redis.directory);
  expect(Object.keys(places).some((name) => name.includes('aof'))).toBe(true);
  for (const key of await redis.keys('*')) {
    const dump = await redis.dumpBuffer(key);
    places[`key ${key}`] = `${key} ${dump?.toString('latin1')}`;
  }
  redis.disconnect();
  return { ...places, ...(await databasePlaces(lab.environment.DATABASE_URL ?? '')) };
}
