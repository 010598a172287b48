import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { CLOSE } from '../../../core/contract/live-messages.ts';
import { BASE, connectLink } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
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
import { random43, STATE } from '../../support/links.ts';
import type { Visitor } from '../../support/visitor.ts';

/**
 * docs/security/cross-device.md: whoever attacks, no browser gets a session of somebody else's, and nobody's sign-in can be
 * begun from a browser that the first device has not confirmed.
 */
let lab: ConsoleLab;
let redis: Redis;

beforeAll(async () => {
  lab = await startConsoleLab({ beatMs: 200 });
  redis = new Redis(lab.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const at = (customer: string) => lab.visitor(`${customer}.${BASE}`);

/** A customer with their page open at home, and a browser that nobody is signed in with at their address. */
async function two(name = 'alice') {
  const customer = lab.fresh(name);
  return { customer, first: await lab.signIn(customer), second: at(customer) };
}

/** That a browser can neither see nor do anything: no session, no handshake, no code for anybody's box. */
async function expectNothing(browser: Visitor): Promise<void> {
  const code = { handshake: randomUUID(), code: `${random43()}#${STATE}` };
  const answers = [
    await browser.get('/api/v1/session'),
    await browser.get('/api/v1/handshake'),
    await browser.post('/api/v1/handshake'),
    await browser.post('/api/v1/handshake/code', code),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(await browser.live().opened).toBe(401);
}

/** A link that is good for nobody any more. */
async function expectSpent(customer: string, token: string): Promise<void> {
  const late = at(customer);
  const { status, json } = await openIn(late, token);
  expect([status, json]).toMatchObject([410, { code: 'hand_over_used' }]);
  await expectNothing(late);
}

const entriesOf = async (customer: string) => (await lab.audit.search({ customer }, 50)).toReversed();

test('1. a forwarded link: the customer sends it to an attacker, who opens it elsewhere', async () => {
  const { customer, first, second: attacker } = await two();
  const token = await offerFrom(first);
  const opened = await openIn(attacker, token, AWAY);
  expect(opened.json).toEqual({ state: 'ended', why: 'elsewhere' });
  expect(await stateIn(first)).toMatchObject({ state: 'ended', why: 'elsewhere' });
  // Persuaded to confirm all the same, by telephone: there is nothing to confirm.
  expect((await answerIn(first, 'TANGO')).json).toMatchObject({ state: 'ended', why: 'elsewhere' });
  expect((await enterIn(attacker, AWAY)).json).toMatchObject({ state: 'ended' });
  // Nor does coming over help, once it has been opened from elsewhere.
  expect((await enterIn(attacker, HOME)).json).toMatchObject({ state: 'ended' });
  await expectNothing(attacker);
  await expectSpent(customer, token);
  const [, , , refused] = await entriesOf(customer);
  expect(refused).toMatchObject({ action: 'hand-over-open', outcome: 'refused', from: '198.51.100.9' });
});

test('2. a relayed QR code: the attacker shows theirs to a victim elsewhere, and confirms whatever is asked', async () => {
  const { customer, first: attacker, second: victim } = await two('mallory');
  const token = await offerFrom(attacker);
  expect((await openIn(victim, token, AWAY)).json).toEqual({ state: 'ended', why: 'elsewhere' });
  for (const word of ['TANGO', null])
    expect((await answerIn(attacker, word)).json).toMatchObject({ state: 'ended' });
  expect((await enterIn(victim, AWAY)).json).toMatchObject({ state: 'ended' });
  await expectNothing(victim);
  expect(await redis.keys('*:handed-session:*')).toEqual([]);
  expect(await lab.queue.getJobs()).toEqual([]);
  await expectSpent(customer, token);
});

test('3. a swapped box: a victim with a page of their own is led to the attacker’s', async () => {
  const { first: attacker } = await two('mallory');
  const mallory = new URL(attacker.origin).hostname.split('.')[0] ?? '';
  const { customer: alice, first: victim } = await two();
  const token = await offerFrom(attacker);
  // At the attacker's address the victim's session counts for nothing, and at their own the attacker's link does not.
  const stray = at(mallory);
  stray.cookie = victim.cookie;
  expect((await openIn(stray, token, AWAY)).status).toBe(404);
  const own = at(alice);
  expect((await openIn(own, token)).status).toBe(410);
  // The victim's own page goes on being about their own box.
  expect((await victim.get('/api/v1/session')).json).toMatchObject({ customer: alice });
  // On the same network they read whose machine it is, and give up; the attacker may confirm what they like.
  const led = at(mallory);
  expect((await openIn(led, token)).json).toMatchObject({ state: 'opened' });
  const word = await wordIn(led);
  expect((await led.post('/api/v1/continue/stop', {}, HOME)).status).toBe(204);
  expect((await answerIn(attacker, word)).json).toMatchObject({ state: 'ended', why: 'stopped' });
  expect((await enterIn(led)).json).toMatchObject({ state: 'ended', why: 'stopped' });
  await expectNothing(led);
  await expectSpent(mallory, token);
});

describe('4. a preview, a scanner, a frame, another site’s form', () => {
  test.each([
    ['a GET', 'GET', {}, 200],
    ['a HEAD', 'HEAD', {}, 200],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }, 200],
    ['a frame', 'GET', { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }, 200],
    ['a picture', 'GET', { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }, 200],
  ])('%s of the link spends nothing', async (_what, method, headers, status) => {
    const { first, second } = await two();
    const token = await offerFrom(first);
    const seen = await at(second.host.split('.')[0] ?? '').send(method, `/continue/${token}`, {
      ...headers,
      ...AWAY,
    });
    expect(seen.status).toBe(status);
    expect(seen.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(seen.headers['set-cookie']).toBeUndefined();
    expect(await stateIn(first)).toMatchObject({ state: 'offered' });
    expect((await openIn(second, token)).json).toMatchObject({ state: 'opened' });
  });

  test.each([
    ['a page of another origin', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 403],
    ['a page that says no origin', { origin: undefined }, 403],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 400],
    ['a frame’s script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }, 403],
  ])('%s cannot click', async (_what, headers, status) => {
    const { first, second } = await two();
    const token = await offerFrom(first);
    for (const step of ['look', 'open'])
      expect((await second.post(`/api/v1/continue/${step}`, { token }, { ...HOME, ...headers })).status).toBe(
        status,
      );
    expect((await openIn(second, token)).json).toMatchObject({ state: 'opened' });
    const word = await wordIn(second);
    const { id } = (await stateIn(first)) as { id: string };
    expect((await first.post('/api/v1/hand-over/answer', { id, word }, { ...HOME, ...headers })).status).toBe(
      status,
    );
    expect((await first.post('/api/v1/hand-over', {}, { ...HOME, ...headers })).status).toBe(status);
    await answerIn(first, word);
    expect((await second.post('/api/v1/continue/enter', {}, { ...HOME, ...headers })).status).toBe(status);
    await expectNothing(second);
  });
});

test('5. two victims on one link, at the same moment', async () => {
  const { customer, first } = await two();
  const token = await offerFrom(first);
  const both = [at(customer), at(customer)];
  const answers = await Promise.all(both.map((each) => openIn(each, token)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
  const [late, early] = answers[0]?.status === 410 ? both : both.toReversed();
  if (!early || !late) throw new Error('nobody came');
  expect((await late.get('/api/v1/continue')).status).toBe(410);
  await answerIn(first, await wordIn(early));
  expect((await enterIn(late)).status).toBe(410);
  await expectNothing(late);
  expect((await enterIn(early)).json).toEqual({ state: 'entered' });
});

test('6. a replayed link, and a replayed cookie, once the second device is in', async () => {
  const { customer, first, second } = await two();
  const token = await offerFrom(first);
  await openIn(second, token);
  const stolen = at(customer);
  stolen.cookie = second.cookie;
  await answerIn(first, await wordIn(second));
  await enterIn(second);
  await expectSpent(customer, token);
  // Its session ends; the cookie of the way there does not bring it back.
  await first.post('/api/v1/hand-over/end');
  await expectNothing(second);
  expect((await enterIn(stolen)).status).toBe(410);
  await expectNothing(stolen);
});

test.each(['offered', 'opened', 'confirmed'])('7. too late: %s, and its time is over', async (state) => {
  const { customer, first, second } = await two();
  const token = await offerFrom(first);
  if (state !== 'offered') await openIn(second, token);
  if (state === 'confirmed') await answerIn(first, await wordIn(second));
  const keys = (await redis.keys(`*:hand-over*`)).filter((key) => !key.includes(':limit:'));
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
  for (const life of lives) expect(life <= 120_000 && life > 0).toBe(true);
  await Promise.all(keys.map((key) => redis.pexpire(key, 0)));
  await expectSpent(customer, token);
  expect((await enterIn(second)).status).toBe(410);
  expect(await stateIn(first)).toEqual({ state: 'none' });
  await expectNothing(second);
});

test('8. a third session confirms: the same customer’s other browser, another customer’s, the second device itself', async () => {
  const { customer, first, second } = await two();
  const other = await lab.signIn(customer);
  const { first: stranger } = await two('bob');
  await openIn(second, await offerFrom(first));
  const word = await wordIn(second);
  const { id } = (await stateIn(first)) as { id: string };
  for (const third of [other, stranger]) {
    expect(await stateIn(third)).toEqual({ state: 'none' });
    const { status, json } = await third.post('/api/v1/hand-over/answer', { id, word }, HOME);
    expect([status, json]).toMatchObject([410, { code: 'hand_over_used' }]);
  }
  expect((await second.post('/api/v1/hand-over/answer', { id, word }, HOME)).status).toBe(401);
  expect((await enterIn(second)).json).toMatchObject({ state: 'opened' });
  await expectNothing(second);
  expect(await stateIn(first)).toMatchObject({ state: 'opened' });
});

describe('9. a word that is guessed', () => {
  test.each(['a wrong one', 'none of them'])('%s ends it, and the right one is too late', async (what) => {
    const { customer, first, second } = await two();
    const token = await offerFrom(first);
    await openIn(second, token);
    const word = await wordIn(second);
    const state = await stateIn(first);
    if (state.state !== 'opened') throw new Error(state.state);
    expect(state.choices).toContain(word);
    const wrong = what === 'none of them' ? null : (state.choices.find((each) => each !== word) ?? null);
    const why = wrong === null ? 'declined' : 'word';
    expect((await answerIn(first, wrong)).json).toMatchObject({ state: 'ended', why });
    expect((await answerIn(first, word)).json).toMatchObject({ state: 'ended', why });
    expect((await enterIn(second)).json).toEqual({ state: 'ended', why });
    await expectNothing(second);
    await expectSpent(customer, token);
    const entries = await entriesOf(customer);
    expect(entries.at(4)).toMatchObject({ action: 'hand-over-answer', outcome: 'refused' });
  });

  test('the second device cannot choose, and the first is not told which it is', async () => {
    const { first, second } = await two();
    await openIn(second, await offerFrom(first));
    const word = await wordIn(second);
    const { text } = await first.get('/api/v1/hand-over');
    expect(JSON.parse(text)).toEqual({ state: 'opened', id: expect.any(String), choices: expect.any(Array) });
    const letters = new Set((JSON.parse(text).choices as string[]).map((each) => each[0]));
    expect([letters.size, letters.has(word[0])]).toEqual([4, true]);
  });
});

describe('10. a relay between networks, with an attacker at the first device who confirms at once', () => {
  test('the victim’s browser goes on elsewhere after it was opened on the attacker’s network', async () => {
    const { first: attacker, second: victim } = await two('mallory');
    await openIn(victim, await offerFrom(attacker));
    await answerIn(attacker, await wordIn(victim));
    expect((await enterIn(victim, AWAY)).json).toEqual({ state: 'ended', why: 'elsewhere' });
    expect((await enterIn(victim, HOME)).json).toEqual({ state: 'ended', why: 'elsewhere' });
    await expectNothing(victim);
  });

  test('the attacker confirms from elsewhere', async () => {
    const { first: attacker, second: victim } = await two('mallory');
    await openIn(victim, await offerFrom(attacker));
    expect((await answerIn(attacker, await wordIn(victim), AWAY)).json).toMatchObject({ why: 'elsewhere' });
    expect((await enterIn(victim)).json).toMatchObject({ state: 'ended' });
    await expectNothing(victim);
  });

  test.each<[string, Record<string, string | undefined>, Record<string, string | undefined>]>([
    ['neither says where it is', {}, {}],
    ['both are a carrier’s', { 'x-forwarded-for': '100.64.1.2' }, { 'x-forwarded-for': '100.64.1.2' }],
    ['both are the proxy’s', { 'x-forwarded-for': '10.0.0.1' }, { 'x-forwarded-for': '10.0.0.1' }],
    [
      'a proxy that is not trusted stands before both',
      { 'x-forwarded-for': '192.0.2.1, 203.0.113.7' },
      { 'x-forwarded-for': '192.0.2.2, 203.0.113.7' },
    ],
    [
      'they are on neighbouring /64s',
      { 'x-forwarded-for': '2001:db8:1:2::3' },
      { 'x-forwarded-for': '2001:db8:1:3::3' },
    ],
  ])('%s: that is no network that they share', async (_what, one, other) => {
    const { first, second } = await two();
    const opened = await openIn(second, await offerFrom(first, one), other);
    expect(opened.json).toEqual({ state: 'ended', why: 'elsewhere' });
    await expectNothing(second);
  });
});

describe('11. an operator who views a customer’s page', () => {
  async function viewOf(customer: string): Promise<Visitor> {
    const support = await lab.operator('support');
    const { json } = await support.post(`/api/v1/customers/${customer}/visit`);
    const look = at(customer);
    await look.open(new URL((json as { url: string }).url).pathname);
    return look;
  }

  test('makes no hand-over of what they see, and answers none', async () => {
    const { customer, first, second } = await two();
    const look = await viewOf(customer);
    const made = await look.post('/api/v1/hand-over', {}, HOME);
    expect([made.status, made.json]).toMatchObject([403, { code: 'view_only' }]);
    await openIn(second, await offerFrom(first));
    const { id } = (await stateIn(first)) as { id: string };
    expect(await stateIn(look)).toEqual({ state: 'none' });
    const answered = await look.post('/api/v1/hand-over/answer', { id, word: await wordIn(second) }, HOME);
    expect(answered.status).toBe(403);
    await expectNothing(second);
  });

  test('opens none, with which the look would become a session', async () => {
    const { customer, first } = await two();
    const token = await offerFrom(first);
    const look = await viewOf(customer);
    expect((await openIn(look, token)).json).toMatchObject({ code: 'view_only' });
    expect((await look.get('/api/v1/session')).json).toMatchObject({ viewer: lab.operators.support.name });
    expect(await stateIn(first)).toMatchObject({ state: 'offered' });
    const refused = (await entriesOf(customer)).at(-1);
    expect(refused).toMatchObject({ actor: 'operator', action: 'visit', outcome: 'refused' });
  });

  test('opens no connect link of the customer’s, with which it would become one, too', async () => {
    const customer = lab.fresh();
    const look = await viewOf(customer);
    const path = await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
    expect((await look.get(path)).text).not.toContain('data-arrived');
    const opened = await look.enter(path);
    expect([opened.status, opened.json]).toMatchObject([403, { code: 'view_only' }]);
    expect((await entriesOf(customer)).at(-1)).toMatchObject({ actor: 'operator', outcome: 'refused' });
    expect((await at(customer).enter(path)).status).toBe(204);
  });
});

describe('12. a second device that would stay', () => {
  test('it ends with the first, its line too', async () => {
    const { first, second } = await two();
    const before = new Set(await redis.keys('*:session:*'));
    await handOver(first, second);
    expect(new Set(await redis.keys('*:session:*'))).toEqual(before);
    const line = second.live();
    expect(await line.opened).toBe(101);
    const [key = ''] = await Promise.all(
      (await redis.keys('*:session:*')).map(async (each) =>
        (await redis.get(each))?.includes(first.csrf ?? '-') ? each : '',
      ),
    ).then((found) => found.filter(Boolean));
    await redis.del(key);
    expect(await line.closed).toBe(CLOSE.signedOut);
    await expectNothing(second);
    await expectNothing(first);
  });

  test('it does not live longer than the first, however much it is used', async () => {
    const { first, second } = await two();
    await handOver(first, second);
    const [handed = ''] = await Promise.all(
      (await redis.keys('*:handed-session:*')).map(async (each) =>
        (await redis.get(each))?.includes(second.csrf ?? '-') ? each : '',
      ),
    ).then((found) => found.filter(Boolean));
    const from = JSON.parse((await redis.get(handed)) ?? '{}').from as string;
    const parent = (await redis.keys(`*:session:${from}`))[0] ?? '';
    await redis.pexpire(parent, 60_000);
    expect((await second.get('/api/v1/session')).status).toBe(200);
    expect(await redis.pttl(handed)).toBeLessThanOrEqual(60_000);
    expect(await redis.pttl(parent)).toBeLessThanOrEqual(60_000);
  });

  test('it hands nothing on', async () => {
    const { first, second } = await two();
    await handOver(first, second);
    expect((await first.get('/api/v1/session')).json).toMatchObject({ canHandOver: true });
    expect((await second.get('/api/v1/session')).json).not.toHaveProperty('canHandOver');
    const { status, json } = await second.post('/api/v1/hand-over', {}, HOME);
    expect([status, json]).toMatchObject([409, { code: 'hand_over_handed' }]);
    expect(await stateIn(second)).toEqual({ state: 'none' });
  });

  test('a third takes its place', async () => {
    const { customer, first, second } = await two();
    await handOver(first, second);
    expect(await stateIn(first)).toEqual({ state: 'entered' });
    const third = at(customer);
    await handOver(first, third);
    await expectNothing(second);
    expect((await third.get('/api/v1/session')).json).toMatchObject({ customer });
  });
});

describe('13. fixation: the attacker plants a cookie of theirs', () => {
  test('of a hand-over: the click gives a new one, and theirs enters nothing', async () => {
    const { customer, first, second: victim } = await two();
    const attacker = at(customer);
    const planted = `__Host-keyferry-continue=${random43()}`;
    attacker.cookie = planted;
    victim.cookie = planted;
    await openIn(victim, await offerFrom(first));
    expect(victim.cookie).not.toBe(planted);
    await answerIn(first, await wordIn(victim));
    expect((await enterIn(attacker)).status).toBe(410);
    await expectNothing(attacker);
    expect((await enterIn(victim)).json).toEqual({ state: 'entered' });
    await expectNothing(attacker);
  });

  test('the session is another’s than what the browser showed while it waited', async () => {
    const { customer, first, second } = await two();
    await openIn(second, await offerFrom(first));
    const [, waiting = ''] = second.cookie?.split('=') ?? [];
    await handOver(first, at(customer));
    const guess = at(customer);
    guess.cookie = `__Host-keyferry=${waiting}`;
    await expectNothing(guess);
  });

  test('of another customer’s session: it is refused at this address', async () => {
    const { customer, first, second } = await two();
    const { first: mallory } = await two('mallory');
    second.cookie = mallory.cookie;
    const token = await offerFrom(first);
    expect((await openIn(second, token)).status).toBe(404);
    expect(await stateIn(first)).toMatchObject({ state: 'offered' });
    expect((await at(customer).get('/api/v1/continue')).status).toBe(410);
  });
});

test('14. guessed links are refused for a while', async () => {
  const { customer } = await two();
  const guesser = at(customer);
  const from = { 'x-forwarded-for': '198.51.100.77' };
  const tries = [];
  for (let count = 0; count < 31; count += 1)
    tries.push((await guesser.post('/api/v1/continue/open', { token: random43() }, from)).status);
  expect(tries).toEqual([...Array(30).fill(410), 429]);
});
