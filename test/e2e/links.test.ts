import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Browser } from 'playwright-core';
import { CATALOGUE } from '../../core/contract/errors.ts';
import { openBrowser } from '../../lab/browser.ts';
import { ask } from '../../lab/loopback.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { expectConnected } from '../support/e2e-paths.ts';
import { Scene } from '../support/scene.ts';

/** What opens connect links before the customer does, and what is left of a link that is over. */

const CUSTOMERS = ['fetched', 'framed', 'opened', 'again', 'fresh'];
/** An address of the platform's, which signs its customer in and makes a fresh link. */
const REFRESH_URL = 'https://dashboard.example/connect';

let programs: PracticePrograms;
let system: System;
let browser: Browser;
let scene: Scene;
let elsewhere: Server;
/** What the page of another site holds. */
let holds = '';

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  [system, browser] = await Promise.all([
    startSystem({ customers: CUSTOMERS, programs, env: { REFRESH_URL } }),
    openBrowser(),
  ]);
  elsewhere = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${holds}`);
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(async () => {
  elsewhere?.close();
  await browser?.close();
  await system?.stop();
  programs?.remove();
});

beforeEach(() => {
  scene = new Scene({ system, browser, real: false });
});

afterEach(() => scene.end());

/** Of handshakes that have begun. */
async function snapshots(): Promise<string[]> {
  const redis = new Redis(system.redis.url);
  const keys = await redis.keys('keyferry:snapshot:opened*');
  redis.disconnect();
  return keys;
}

const site = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;

test('a link that programs have fetched, with GET, HEAD and as a prefetch, is still the customer’s', async () => {
  await scene.play(async () => {
    const link = await system.connectLink('fetched');
    for (const options of [{}, { method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }])
      expect((await ask(link, options)).headers['set-cookie']).toBeUndefined();
    const person = await scene.person('fetched');
    const tab = await person.follow(link);
    await (await tab.connect()).copyCode();
    await tab.paste();
    await expectConnected(tab, person);
    expect(new URL(tab.page.url()).pathname).toBe('/');
  });
});

test('a link is not used up in a frame, as a picture, nor by a script that goes there', async () => {
  await scene.play(async () => {
    const link = await system.connectLink('framed');
    const person = await scene.person('framed');
    holds = `<iframe src="${link}"></iframe><img src="${link}"><link rel="prefetch" href="${link}">`;
    const page = await person.context.newPage();
    await page.goto(site(), { waitUntil: 'networkidle' });
    holds = `<script>location.href = ${JSON.stringify(link)}</script>`;
    await page.goto(site());
    await page.waitForURL(link);
    await page.getByRole('button', { name: english('consent.connect') }).waitFor();
    await page.close();
    expect(await person.context.cookies(link)).toEqual([]);
    const tab = await person.follow(link);
    await tab.connectLink.waitFor();
  });
});

test('a scanner’s browser that opens a link and runs its script does not use it up; the customer’s first click does', async () => {
  await scene.play(async () => {
    const link = await system.connectLink('opened');
    const scanner = await scene.person('opened');
    const scanned = await scanner.open(link);
    await scanned.page.getByRole('button', { name: english('consent.connect') }).waitFor();
    await scanned.page.mouse.move(100, 100);
    await scanned.page.waitForLoadState('networkidle');
    expect(await scanner.context.cookies(link)).toEqual([]);
    // Nothing has begun on the customer's machine.
    expect(await snapshots()).toEqual([]);

    // Typed, or from a program for mails: the browser does not say that anybody has clicked.
    const person = await scene.person('opened');
    const tab = await person.open(link);
    await tab.consent();
    const signIn = await tab.openSignIn();
    await signIn.copyCode();
    await tab.paste();
    await expectConnected(tab, person);
    // What the scanner still has opens nothing.
    await scanned.consent();
    await scanned.reads(CATALOGUE.link_used.customer);
  });
});

test('a link that is opened a second time leads to the page in the same browser, and nowhere in another', async () => {
  await scene.play(async () => {
    const link = await system.connectLink('again', 'https://dashboard.example/again');
    const person = await scene.person('again');
    const tab = await person.follow(link);
    await tab.connectLink.waitFor();
    const second = await person.open(link);
    await second.connectLink.waitFor();
    const other = await (await scene.person('again')).open(link);
    await other.reads(CATALOGUE.link_used.customer);
    await other.page
      .getByRole('link', { name: english('actions.backTo', { host: 'dashboard.example' }) })
      .waitFor();
    expect(await other.barriers()).toEqual([]);
  });
});

test('a link that is over leads to the platform, which makes a fresh one, and from there to a connection', async () => {
  await scene.play(async () => {
    const link = await system.connectLink('fresh');
    await (await (await scene.person('fresh')).follow(link)).connectLink.waitFor();
    const person = await scene.person('fresh');
    let visits = 0;
    await person.context.route(REFRESH_URL, async (route) => {
      visits += 1;
      const fresh = JSON.stringify(await system.connectLink('fresh'));
      await route.fulfill({ contentType: 'text/html', body: `<script>location.replace(${fresh})</script>` });
    });
    const tab = await person.open(link);
    await tab.reads(CATALOGUE.link_used.customer);
    await tab.page.getByRole('link', { name: english('ends.refresh') }).click();
    await tab.consent();
    await (await tab.openSignIn()).copyCode();
    await tab.paste();
    await expectConnected(tab, person);
    expect(visits).toBe(1);
  });
});
