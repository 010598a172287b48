import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CATALOGUE } from '../../core/contract/errors.ts';
import { openBrowser } from '../../lab/browser.ts';
import { shutOff, withGates } from '../../lab/gates.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { ask } from '../../lab/loopback.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { expectConnected, PATHS } from '../support/e2e-paths.ts';
import { metricsOf } from '../support/metrics.ts';
import { Scene } from '../support/scene.ts';

const CUSTOMERS = ['alice', 'bob', 'carol', 'dora', 'eve'] as const;
const paths = Object.entries(PATHS).map(([sentence, path], at) => ({
  sentence,
  path,
  customer: `main-${at}`,
}));

let programs: PracticePrograms;
let system: System;
let browser: Browser;
let scene: Scene;
/** What all browsers have received from the api. */
const received: string[] = [];
/** The part behind the # of every code that was copied. */
const states: string[] = [];

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  const customers = [...CUSTOMERS, ...paths.map(({ customer }) => customer)];
  [system, browser] = await Promise.all([
    startSystem({ customers, programs: withGates(programs) }),
    openBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  programs?.remove();
});

beforeEach(() => {
  scene = new Scene({ system, browser, real: false });
});

afterEach(async () => {
  received.push(await scene.end());
});

describe('a customer', () => {
  test.each(paths)('$sentence', ({ path, customer }) => scene.play(() => path(scene, customer)));

  const plays = (sentence: string, path: () => Promise<void>) => test(sentence, () => scene.play(path));

  plays('is told what is wrong with a code before anything is sent', async () => {
    const person = await scene.person('alice');
    const tab = await person.arrive();
    const code = await (await tab.connect()).copyCode();
    states.push(code.split('#')[1] ?? '');
    const mistakes = [
      [code.split('#')[0], CATALOGUE.code_incomplete.customer],
      ['how do I sign in?', CATALOGUE.code_malformed.customer],
      [`${'B'.repeat(43)}#${'C'.repeat(43)}`, CATALOGUE.code_from_other_link.customer],
    ] as const;
    for (const [text, explained] of mistakes) {
      await tab.paste(text);
      await tab.reads(explained);
      expect(await tab.codeField.getAttribute('aria-invalid')).toBe('true');
    }
    expect(await tab.barriers()).toEqual([]);
    expect(person.sent('handshake/code')).toBe(0);
    await tab.paste(code);
    await expectConnected(tab, person);
    expect(person.sent('handshake/code')).toBe(1);
    // Connected already, and connects another account.
    await tab.click(english('connected.again'));
    await (await tab.connect()).copyCode();
    await tab.paste();
    await expectConnected(tab, person);
  });

  plays('connects with the keyboard alone', async () => {
    const person = await scene.person('bob');
    const tab = await person.arrive();
    await tab.connectLink.waitFor();
    const opening = person.context.waitForEvent('page');
    await tab.focusByTab(english('consent.connect'));
    await tab.page.keyboard.press('Enter');
    const signIn = await opening;
    for (const button of ['Approve', 'Copy code']) {
      await signIn.getByRole('button', { name: button }).waitFor();
      await signIn.keyboard.press('Tab');
      await signIn.keyboard.press('Enter');
    }
    await signIn.getByText('Copied.').waitFor();
    await signIn.close();
    await tab.sees(english('paste.heading'));
    // Wherever the focus is: whoever comes back with a code pastes it.
    await tab.page.keyboard.press('ControlOrMeta+V');
    await expectConnected(tab, person);
  });

  plays('whose machine cannot be reached is told so, and what to do', async () => {
    const person = await scene.person('carol');
    shutOff(person.box);
    const tab = await person.arrive();
    await tab.consent();
    await tab.reads(english('preparing.retrying'));
    await tab.sees(english('trouble.failed'));
    await tab.reads(CATALOGUE.box_unreachable.customer);
    expect(await tab.barriers()).toEqual([]);
    await tab.page.getByRole('button', { name: english('actions.tryAgain') }).waitFor();
  });

  plays('with a link that has been opened before is sent back to the dashboard', async () => {
    const link = await system.connectLink('dora');
    const first = await (await scene.person('dora')).follow(link);
    await first.connectLink.waitFor();
    const late = await (await scene.person('dora')).open(link);
    await late.sees(english('trouble.signedOut'));
    expect(await late.barriers()).toEqual([]);
  });
});

test('a customer’s cookie opens nothing at another customer’s address', async () => {
  await scene.play(async () => {
    const alice = await scene.person('dora');
    await (await alice.arrive()).connectLink.waitFor();
    const mine = await alice.context.cookies(system.url('dora'));
    const theirs = system.url('eve').slice(0, -1);
    const cookie = mine.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect(cookie).not.toBe('');
    const json = { 'content-type': 'application/json', origin: theirs, cookie };
    const asked = [
      ...['session', 'handshake', 'connection'].map((path) => ({ path, method: 'GET', body: undefined })),
      ...['handshake', 'handshake/code', 'handshake/cancel'].map((path) => ({
        path,
        method: 'POST',
        body: '{}',
      })),
    ];
    for (const { path, method, body } of asked) {
      const answer = await ask(`${theirs}/api/v1/${path}`, { method, headers: json, ...(body && { body }) });
      expect([401, 403, 404]).toContain(answer.status);
      expect(answer.text).not.toContain('dora');
    }
    await alice.context.addCookies(mine.map(({ name, value }) => ({ name, value, url: theirs })));
    const page = await alice.open(`${theirs}/`);
    await page.sees(english('trouble.notHere'));
  });
});

test('no code, token or verifier is in Redis, in the database, in a log, in metrics, or in what a browser has received', async () => {
  const metrics = await metricsOf(system);
  const logs = system.logs();
  const values = await redisValues(system.redis.url);
  const files = { ...filesBelow(system.redis.directory), ...(await databasePlaces(system.databaseUrl)) };
  const { secrets, minted, codes } = system.anthropic;
  expect(minted.length).toBeGreaterThan(8);
  expect(codes.length).toBeGreaterThan(8);
  expect(Object.keys(values).length).toBeGreaterThan(20);
  const places = { ...metrics, ...logs, ...values, ...files, browsers: received.join('\n') };
  expect(leaks(secrets, places)).toEqual([]);
  // The state is in the link, so it is on the page; in a log it has no business.
  expect(states.every((state) => state.length > 20)).toBe(true);
  expect(leaks(states, { ...metrics, ...logs })).toEqual([]);
});
