import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { handOverOfferSchema } from '../../../core/contract/hand-over.ts';
import { type ApiLab, BASE, connectLink, startApiLab } from '../../support/api-lab.ts';
import {
  AWAY,
  answerIn,
  enterIn,
  HOME,
  handOver,
  offerFrom,
  openIn,
  stateIn,
  wordIn,
} from '../../support/hand-over.ts';
import { redisLine } from '../../support/redis-line.ts';

let lab: ApiLab;
let redis: Redis;

beforeAll(async () => {
  lab = await startApiLab();
  redis = new Redis(lab.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const at = (customer: string) => lab.visitor(`${customer}.${BASE}`);

async function two() {
  const customer = lab.fresh();
  const first = await lab.signIn(customer, { returnUrl: 'https://dashboard.test/x' });
  return { customer, first, second: at(customer) };
}

describe('a hand-over', () => {
  test('gives the other device a session of its own, with the limits of the first', async () => {
    const { customer, first, second } = await two();
    const made = await first.post('/api/v1/hand-over', {}, HOME);
    expect(made.status).toBe(201);
    const { url, id, expiresAt } = handOverOfferSchema.parse(made.json);
    expect(url).toMatch(new RegExp(`^https://${customer}\\.${BASE}/continue/[\\w-]{43}$`));
    const token = url.split('/').at(-1) ?? '';
    const [key = ''] = await redis.keys(`*:hand-over-link:${customer}:*`);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - (await redis.pttl(key)))).toBeLessThan(5_000);
    expect((await second.post('/api/v1/continue/look', { token }, HOME)).json).toEqual({ customer });

    const opened = await openIn(second, token);
    expect(opened.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-keyferry-continue=[\w-]{43}; Path=\/; Max-Age=240; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ]);
    const word = await wordIn(second);
    expect((await enterIn(second)).json).toEqual({ state: 'opened', word });
    expect((await answerIn(first, word)).json).toEqual({ state: 'confirmed', id });
    expect((await second.get('/api/v1/continue')).json).toEqual({ state: 'confirmed' });

    const entered = await enterIn(second);
    expect(entered.json).toEqual({ state: 'entered' });
    expect(entered.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-keyferry=[\w-]{43}; .*Secure$/),
    ]);
    const { json } = await second.get('/api/v1/session');
    expect(json).toMatchObject({ customer, returnUrl: 'https://dashboard.test/x' });
    expect(json).not.toHaveProperty('canHandOver');
    expect(second.cookie).not.toContain(first.cookie);
    expect((json as { csrf: string }).csrf).not.toBe(first.csrf);
    expect(await stateIn(first)).toEqual({ state: 'entered' });
  });

  test('has the options of the first’s link, and leads to the platform from elsewhere', async () => {
    const customer = lab.fresh();
    const options = { displayName: 'Alice Example', refreshUrl: 'https://dashboard.test/fresh' };
    const first = await lab.signIn(customer, { ...options, origin: 'https://dashboard.test' });
    const second = at(customer);
    const token = await offerFrom(first);
    const look = await second.post('/api/v1/continue/look', { token }, HOME);
    expect(look.json).toEqual({ customer, displayName: 'Alice Example' });
    const ended = { state: 'ended', why: 'elsewhere', refreshUrl: options.refreshUrl };
    expect((await openIn(second, token, AWAY)).json).toEqual(ended);
    expect((await second.get('/api/v1/continue')).json).toEqual(ended);
    const third = at(customer);
    await handOver(first, third);
    const { json } = await third.get('/api/v1/session');
    expect(json).toMatchObject(options);
    // But for the popup: nobody has opened this browser's page.
    expect(json).not.toHaveProperty('origin');
    expect((await third.get('/')).headers['cross-origin-opener-policy']).toBe('same-origin');
  });

  test('both see one handshake, which either may cancel', async () => {
    const { first, second } = await two();
    const { json } = await first.post('/api/v1/handshake');
    const { handshake } = json as { handshake: string };
    await handOver(first, second);
    expect((await second.post('/api/v1/handshake')).json).toMatchObject({ handshake });
    expect((await second.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
  });

  test('is renewed as one, and its earlier link stays good for its time', async () => {
    const { customer, first, second } = await two();
    const early = await offerFrom(first);
    const { id } = (await stateIn(first)) as { id: string };
    const late = await offerFrom(first);
    expect(await stateIn(first)).toEqual({ state: 'offered', id });
    await openIn(second, early);
    expect((await openIn(at(customer), late)).status).toBe(410);
    // Offered again, it is another, and nothing is left of the one that was opened.
    await offerFrom(first);
    expect((await second.get('/api/v1/continue')).status).toBe(410);
    expect((await openIn(at(customer), late)).status).toBe(410);
  });

  test('is left alone by a browser that is signed in already', async () => {
    const { customer, first } = await two();
    const token = await offerFrom(first);
    const there = await lab.signIn(customer);
    for (const browser of [first, there]) {
      expect((await browser.get(`/continue/${token}`)).headers.location).toBe('/');
      expect((await openIn(browser, token)).json).toEqual({ state: 'entered' });
    }
    expect(await stateIn(first)).toMatchObject({ state: 'offered' });
  });

  test('frees the other device when the platform has signed the customer in there', async () => {
    const { customer, first, second } = await two();
    await handOver(first, second);
    await second.open(await connectLink(lab.visitor(BASE), lab.apiKey, { customer }));
    expect((await second.get('/api/v1/session')).json).toMatchObject({ canHandOver: true });
    await first.post('/api/v1/hand-over/end');
    expect((await second.get('/api/v1/session')).status).toBe(200);
  });

  test('is ended, or the session that it led to, and nothing else', async () => {
    const { customer, first, second } = await two();
    await handOver(first, second);
    // Another is offered and taken back: who is in stays in.
    const token = await offerFrom(first);
    const { id } = (await stateIn(first)) as { id: string };
    expect((await first.post('/api/v1/hand-over/end', { id })).status).toBe(204);
    expect(await stateIn(first)).toMatchObject({ state: 'ended', why: 'cancelled' });
    expect((await openIn(at(customer), token)).status).toBe(410);
    expect((await second.get('/api/v1/session')).status).toBe(200);
    await first.post('/api/v1/hand-over/end');
    expect((await second.get('/api/v1/session')).status).toBe(401);
  });

  test('is ended by the first device although the second has just come in: that one is out again', async () => {
    const { customer, first, second } = await two();
    await openIn(second, await offerFrom(first));
    const { id } = (await stateIn(first)) as { id: string };
    await answerIn(first, await wordIn(second));
    await enterIn(second);
    expect((await second.get('/api/v1/session')).status).toBe(200);
    expect((await first.post('/api/v1/hand-over/end', { id })).status).toBe(204);
    expect((await second.get('/api/v1/session')).status).toBe(401);
    expect((await enterIn(second)).json).toEqual({ state: 'ended', why: 'cancelled' });
    const last = (await lab.audit.search({ customer }, 50))[0];
    expect(last).toMatchObject({ action: 'hand-over-end', detail: 'The second device is signed out.' });
  });

  test('gives the second device its whole time to enter, however late the first has answered', async () => {
    const { customer, first, second } = await two();
    await openIn(second, await offerFrom(first));
    const word = await wordIn(second);
    const places = (await redis.keys(`*hand-over*${customer}*`)).filter((key) => !key.includes(':limit:'));
    for (const place of places) await redis.pexpire(place, 5_000);
    await answerIn(first, word);
    const lives = await Promise.all(places.map((place) => redis.pttl(place)));
    expect(Math.max(...lives)).toBeGreaterThan(60_000);
    expect((await enterIn(second)).json).toEqual({ state: 'entered' });
  });

  test('that is not there is not ended, and the audit log does not say so', async () => {
    const { customer, first } = await two();
    for (const body of [{}, { id: randomUUID() }])
      expect((await first.post('/api/v1/hand-over/end', body)).status).toBe(204);
    const entries = await lab.audit.search({ customer }, 50);
    expect(entries.map(({ action }) => action)).not.toContain('hand-over-end');
  });

  test('is not to be had where the platform has switched it off', async () => {
    const off = await lab.another({}, { HAND_OVER: 'off' });
    const { first, second } = await two();
    const token = await offerFrom(first);
    expect((await first.at(off.port).get('/api/v1/session')).json).not.toHaveProperty('canHandOver');
    expect((await first.at(off.port).post('/api/v1/hand-over', {}, HOME)).status).toBe(404);
    const there = second.at(off.port);
    expect((await there.get(`/continue/${token}`)).status).toBe(404);
    expect((await openIn(there, token)).status).toBe(404);
  });

  test('cannot be made all day', async () => {
    const { first } = await two();
    const made = [];
    for (let count = 0; count < 21; count += 1)
      made.push((await first.post('/api/v1/hand-over', {}, HOME)).status);
    expect(made).toEqual([...Array(20).fill(201), 429]);
  });

  test('is in the audit log, without its link', async () => {
    const { customer, first, second } = await two();
    await offerFrom(first);
    const token = await offerFrom(first);
    await openIn(second, token);
    await answerIn(first, await wordIn(second));
    await enterIn(second);
    await first.post('/api/v1/hand-over/end');
    const entries = await lab.audit.search({ customer }, 50);
    expect(entries.toReversed().map(({ action, outcome, from }) => [action, outcome, from])).toEqual([
      ['connect-link', 'done', '127.0.0.1'],
      ['enter', 'done', '127.0.0.1'],
      ['hand-over', 'done', '203.0.113.7'],
      ['hand-over-open', 'done', '203.0.113.7'],
      ['hand-over-answer', 'done', '203.0.113.7'],
      ['hand-over-enter', 'done', '203.0.113.7'],
      ['hand-over-end', 'done', '127.0.0.1'],
    ]);
    expect(JSON.stringify(entries)).not.toContain(token);
    const dump = await Promise.all(
      (await redis.keys('*hand*')).map(async (key) => [key, await redis.dump(key)]),
    );
    for (const secret of [token, second.cookie?.split('=').at(-1) ?? ''])
      expect([lab.logged(), JSON.stringify(dump)].join()).not.toContain(secret);
  });
});

describe('when a step is done twice, or half', () => {
  test('two clicks, two answers, two entries are one', async () => {
    const { first, second } = await two();
    const before = (await redis.keys('*:handed-session:*')).length;
    const token = await offerFrom(first);
    await openIn(second, token);
    const word = await wordIn(second);
    const answers = await Promise.all([answerIn(first, word), answerIn(first, word)]);
    expect(answers.map(({ json }) => (json as { state: string }).state)).toEqual(['confirmed', 'confirmed']);
    const entries = await Promise.all([enterIn(second), enterIn(second)]);
    const [one, other] = entries.map(({ headers }) => headers['set-cookie']?.[0]?.split(';')[0]);
    expect(one).toBeDefined();
    expect(one).toBe(other);
    expect((await redis.keys('*:handed-session:*')).length - before).toBe(1);
  });

  test.each([
    ['made', "'offered', 'network'"],
    ['opened', "'state', 'opened', 'browser'"],
    ['answered', "'state', 'confirmed')"],
    ['entered', "'state', 'entered')"],
  ])('it goes on although the line to Redis breaks as it is %s', async (step, command) => {
    const line = await redisLine(lab.redis.url);
    const far = await lab.another({}, { REDIS_URL: line.url });
    try {
      const { first, second } = await two();
      const [near, there] = [first.at(far.port), second.at(far.port)];
      const breaks = (now: string) => (now === step ? line.loseAnswerTo(command) : undefined);
      const broken = [breaks('made')];
      const token = await offerFrom(near);
      broken.push(breaks('opened'));
      await openIn(there, token);
      const word = await wordIn(there);
      broken.push(breaks('answered'));
      expect((await answerIn(near, word)).json).toMatchObject({ state: 'confirmed' });
      broken.push(breaks('entered'));
      expect((await enterIn(there)).json).toEqual({ state: 'entered' });
      await Promise.all(broken);
      expect((await there.get('/api/v1/session')).status).toBe(200);
    } finally {
      await far.close();
      await line.stop();
    }
  });

  test.each(['made', 'opened', 'entered'])('nothing is spent while Redis is full: %s', async (step) => {
    const { customer, first, second } = await two();
    const full = async (doing: () => Promise<{ status: number }>) => {
      await redis.config('SET', 'maxmemory', '1');
      const { status } = await doing();
      await redis.config('SET', 'maxmemory', '0');
      expect(status).toBe(503);
    };
    if (step === 'made') await full(() => first.post('/api/v1/hand-over', {}, HOME));
    const token = await offerFrom(first);
    if (step === 'opened') await full(() => at(customer).post('/api/v1/continue/open', { token }, HOME));
    await openIn(second, token);
    await answerIn(first, await wordIn(second));
    if (step === 'entered') await full(() => second.post('/api/v1/continue/enter', {}, HOME));
    expect((await enterIn(second)).json).toEqual({ state: 'entered' });
  });
});
