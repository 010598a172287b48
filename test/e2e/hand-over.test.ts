import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import { openBrowser } from '../../lab/browser.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english, englishError } from '../../web/messages/english.ts';
import { expectConnected } from '../support/e2e-paths.ts';
import type { Person, Tab } from '../support/person.ts';
import { Scene } from '../support/scene.ts';

/** Continuing on another device, in browsers; the attacks that need none are in integration/api/hand-over-attacks. */

let programs: PracticePrograms;
let system: System;
let browser: Browser;
let scene: Scene;
const people: Person[] = [];

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  [system, browser] = await Promise.all([
    startSystem({ customers: ['alice', 'bob', 'carol', 'mallory', 'victim'], programs }),
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
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

async function somebody(customer: string): Promise<Person> {
  const person = await scene.person(customer);
  people.push(person);
  return person;
}

const DESKTOP = { width: 1280, height: 800 };
const ELSEWHERE = { 'x-forwarded-for': '198.51.100.9' };

/** What a camera reads off the screen. */
async function scanned(code: Locator): Promise<string> {
  await code.waitFor();
  const size = Number((await code.getAttribute('viewBox'))?.split(' ')[2]);
  const path = (await code.locator('path').getAttribute('d')) ?? '';
  const scale = 4;
  const [width, height] = [size * scale, size * scale];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (const [, x = 0, y = 0, length = 0] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = (row * width + Number(x) * scale) * 4;
      for (let at = from; at < from + Number(length) * scale * 4; at += 1) if (at % 4 !== 3) data[at] = 0;
    }
  }
  return decodeQR({ width, height, data });
}

/** The page shows a code; what it says. */
async function offers(first: Tab): Promise<string> {
  await first.sees(english('consent.heading'));
  await first.click(english('actions.handOver'));
  await first.sees(english('handOver.heading'));
  return scanned(first.page.getByRole('img', { name: english('handOver.code') }));
}

/** The second device opens it and shows a word. */
async function shownWord(second: Tab): Promise<string> {
  await second.sees(english('continue.heading'));
  await second.click(english('continue.go'));
  await second.sees(english('continue.word'));
  return (await second.page.locator('main [lang=en][translate=no]').textContent()) ?? '';
}

async function handOver(first: Tab, second: Tab): Promise<void> {
  const word = await shownWord(second);
  await first.sees(english('handOver.which'));
  await first.click(word);
  await second.sees(english('consent.heading'));
  await first.sees(english('handOver.entered'));
}

/** Nobody is signed in with this browser, and nothing of it was sent to Claude. */
async function expectNothing(tab: Tab): Promise<void> {
  const asked = ['session', 'handshake'].map(
    (path) => `fetch('/api/v1/${path}').then(({ status }) => status)`,
  );
  expect(await tab.page.evaluate(`Promise.all([${asked.join()}])`)).toEqual([401, 401]);
  expect(tab.page.context().pages()).toHaveLength(1);
}

describe('a customer', () => {
  test('starts on a phone and finishes on a desktop', () =>
    scene.play(async () => {
      const phone = await somebody('alice');
      const desktop = await somebody('alice');
      const first = await phone.arrive();
      const link = await offers(first);
      expect(link).toMatch(new RegExp(`^${system.url('alice')}continue/[\\w-]{43}$`));
      expect(await first.barriers()).toEqual([]);
      await first.click(english('paste.copyLink'));
      await first.reads(english('handOver.copied'));
      expect(await first.page.evaluate('navigator.clipboard.readText()')).toBe(link);

      const second = await desktop.open(link);
      await second.page.setViewportSize(DESKTOP);
      await second.sees(english('continue.heading'));
      await second.reads('alice');
      expect(await second.barriers()).toEqual([]);
      const word = await shownWord(second);
      expect(second.page.url()).toBe(`${system.url('alice')}continue/opened`);
      expect(await second.barriers()).toEqual([]);
      // Loaded again, it goes on where it was.
      await second.page.reload();
      await second.sees(english('continue.word'));
      await first.sees(english('handOver.which'));
      expect(await first.barriers()).toEqual([]);
      await first.click(word);

      // The same handshake, and consent anew before Claude's sign-in opens.
      await second.sees(english('consent.heading'));
      await second.reads('alice');
      expect(desktop.context.pages()).toHaveLength(1);
      await expect(
        second.page.getByRole('button', { name: english('actions.handOver') }).count(),
      ).resolves.toBe(0);
      const handshake = (await first.truth()).snapshot?.handshake;
      const signIn = await second.connect();
      await signIn.copyCode();
      await second.paste();
      await expectConnected(second, desktop);
      expect((await second.truth()).snapshot?.handshake).toBe(handshake);
      await first.sees(english('handOver.entered'));
      expect(await first.barriers()).toEqual([]);
      await first.click(english('handOver.back'));
      await expectConnected(first, phone);
    }));

  test('starts on a desktop, goes on with a phone, comes back and signs the phone out', () =>
    scene.play(async () => {
      const desktop = await somebody('bob');
      const phone = await somebody('bob');
      const first = await desktop.arrive();
      await first.page.setViewportSize(DESKTOP);
      const second = await phone.open(await offers(first));
      await handOver(first, second);
      await first.click(english('handOver.endThere'));
      await first.sees(english('handOver.signedOut'));
      await second.page.reload();
      await second.sees(english('trouble.signedOut'));
      await expectNothing(second);
      await first.click(english('handOver.back'));
      await (await first.connect()).copyCode();
      await first.paste();
      await expectConnected(first, desktop);
    }));

  test('who chooses a word that is not there has to begin again', () =>
    scene.play(async () => {
      const [one, other] = [await somebody('carol'), await somebody('carol')];
      const first = await one.arrive();
      const second = await other.open(await offers(first));
      const word = await shownWord(second);
      await first.sees(english('handOver.which'));
      const words = await first.page.getByRole('main').getByRole('button').allInnerTexts();
      expect(words).toHaveLength(5);
      expect(words).toContain(word);
      await first.click(words.find((each) => each !== word && each !== english('handOver.none')) ?? '');
      for (const tab of [first, second]) {
        await tab.sees(english('handOver.ended'));
        await tab.reads(english('handOver.why.word'));
        expect(await tab.barriers()).toEqual([]);
      }
      await expectNothing(second);
      await first.click(english('handOver.again'));
      await first.page.getByRole('img', { name: english('handOver.code') }).waitFor();
      await first.click(english('handOver.back'));
      await first.sees(english('consent.heading'));
    }));
});

describe('an attacker on a machine of their own', () => {
  test('has a victim elsewhere open the code: it ends, and the victim is told where to go instead', () =>
    scene.play(async () => {
      const attacker = await (await somebody('mallory')).arrive();
      const link = await offers(attacker);
      const person = await somebody('victim');
      await person.context.setExtraHTTPHeaders(ELSEWHERE);
      const victim = await person.open(link);
      await victim.sees(english('continue.heading'));
      await victim.reads('mallory');
      await victim.click(english('continue.go'));
      await victim.reads(english('continue.openPlatform'));
      await attacker.sees(english('handOver.ended'));
      await attacker.reads(english('handOver.why.elsewhere'));
      await expectNothing(victim);
    }));

  test('has a victim beside them open it, who reads whose machine it is and stops', () =>
    scene.play(async () => {
      const attacker = await (await somebody('mallory')).arrive();
      const victim = await (await somebody('victim')).open(await offers(attacker));
      await shownWord(victim);
      await victim.reads('mallory');
      await victim.click(english('continue.stop'));
      await victim.sees(english('continue.stopped'));
      await attacker.sees(english('handOver.ended'));
      await expectNothing(victim);
    }));

  test('frames the link, and has a bot look at it: neither spends it, nor shows anything to click', () =>
    scene.play(async () => {
      const attacker = await (await somebody('mallory')).arrive();
      const link = await offers(attacker);
      const person = await somebody('victim');
      await person.context.route('https://evil.example/', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<iframe src="${link}" width="800" height="800"></iframe>`,
        }),
      );
      const framed = await person.context.newPage();
      await framed.goto('https://evil.example/');
      await framed.waitForLoadState('networkidle');
      await expect(framed.frameLocator('iframe').getByRole('button').count()).resolves.toBe(0);
      await framed.close();
      // A bot that runs scripts sees the page, and clicks nothing.
      const bot = await (await somebody('victim')).open(link);
      await bot.sees(english('continue.heading'));
      const late = await person.open(link);
      await shownWord(late);
      await bot.click(english('continue.go'));
      await bot.reads(englishError('hand_over_used'));
      await expectNothing(bot);
    }));
});
