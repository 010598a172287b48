import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { type ExamplePopup, startExamplePopup } from '../support/example-popup.ts';
import { Person, Tab } from '../support/person.ts';

/** @keyferry/connect in the example app, in Chromium, on the whole system. */

/** `gina` has no box: what is begun for her fails. */
const CUSTOMERS = ['alice', 'bob', 'carol', 'dora', 'eve', 'frank'] as const;
const PATIENCE_MS = 30_000;
/** Runs in Keyferry's page: it reads the answer to its wish to start once `letStart` is called. */
const HOLD_START = `{
  const ask = fetch;
  const may = new Promise((resolve) => { globalThis.letStart = resolve; });
  globalThis.fetch = async (to, how) => {
    const answer = await ask(to, how);
    if (how?.method === 'POST' && String(to).endsWith('/handshake')) await may;
    return answer;
  };
}`;
let system: System;
let browser: Browser;
let example: ExamplePopup;
let people: Person[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([
    // Twelve seconds for the sign-in: one of the tests lets them pass.
    startSystem({ customers: CUSTOMERS, folder: true, env: { WAITING_MINUTES: '0.2' } }),
    openBrowser({ blocksPopups: true }),
  ]);
  example = await startExamplePopup(system.platformAccess);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await system?.stop();
}, 60_000);
afterEach(async () => {
  await Promise.all(people.map((person) => person.leave()));
  people = [];
});

/** The dashboard with one customer, in a browser of their own; `at`: the origin under which they have opened it. */
async function dashboard(
  customer: string,
  at = example.url,
): Promise<{ page: Page; person: Person; context: BrowserContext }> {
  const person = remembered(await Person.with(browser, system, customer, PATIENCE_MS));
  const page = await person.context.newPage();
  await page.goto(`${at}/?customer=${customer}`);
  return { page, person, context: person.context };
}

const post = () => ({ method: 'POST', headers: { origin: example.url } });
const remembered = (person: Person) => {
  people.push(person);
  return person;
};

async function popupOf(page: Page, person: Person): Promise<Tab> {
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Connect Claude Account' }).click(),
  ]);
  return new Tab(popup, person);
}

const outcomeOf = async (page: Page) => {
  const outcome = page.getByRole('status');
  await outcome.filter({ hasText: /./ }).waitFor();
  return outcome.textContent();
};
const eventsOn = (page: Page) => page.locator('#events li').allTextContents();
/** A popup that was loaded again says once more where it stands. */
const hasSeen = (page: Page, state: string) =>
  page.locator('#events').getByText(state, { exact: true }).first().waitFor();

describe('a platform that opens the popup', () => {
  test('hears each phase and that the customer has connected; the window is closed', async () => {
    const { page, person } = await dashboard('alice');
    const tab = await popupOf(page, person);
    await tab.consent();
    await (await tab.openSignIn()).copyCode();
    await tab.paste();
    expect(await outcomeOf(page)).toBe('connected');
    const heard = await eventsOn(page);
    expect(heard).toEqual(expect.arrayContaining(['open', 'waiting', 'connected']));
    expect(heard.at(-1)).toBe('connected');
    expect(tab.page.isClosed()).toBe(true);
    // Opened again: what had ended before this visit is not its outcome.
    const again = await popupOf(page, person);
    await again.sees(english('connected.heading', { name: 'Claude' }));
    await hasSeen(page, 'connected');
    await again.page.close();
    expect(await outcomeOf(page)).toBe('closed');
  });

  test('hears that the window was closed, and that a handshake had expired, failed or been cancelled by then', async () => {
    const late = await dashboard('bob');
    const lateTab = await popupOf(late.page, late.person);
    await lateTab.consent();
    await hasSeen(late.page, 'waiting');
    const { page, person } = await dashboard('carol');
    const tab = await popupOf(page, person);
    await tab.consent();
    await hasSeen(page, 'waiting');
    await tab.page.close();
    expect(await outcomeOf(page)).toBe('closed');
    const other = await popupOf(page, person);
    await (await other.connect()).page.close();
    await other.click(english('actions.cancel'));
    await hasSeen(page, 'cancelled');
    await other.page.close();
    expect(await outcomeOf(page)).toBe('cancelled');
    const lost = await dashboard('gina');
    await lost.context.addInitScript({ content: HOLD_START });
    await lost.page.evaluate('addEventListener("message", ({ data }) => { globalThis.heard = data; })');
    const lostTab = await popupOf(lost.page, lost.person);
    // What was begun in advance has failed before the page is told that it has begun, and before they have clicked.
    await hasSeen(lost.page, 'failed');
    await lostTab.page.evaluate('letStart()');
    await lost.page.waitForFunction('heard.isOfThisVisit');
    expect((await eventsOn(lost.page)).filter((event) => event === 'failed')).toHaveLength(1);
    await lostTab.page.close();
    expect(await outcomeOf(lost.page)).toBe('failed');
    await hasSeen(late.page, 'expired');
    await lateTab.page.close();
    expect(await outcomeOf(late.page)).toBe('expired');
  });

  test('hears that the visit was refused', async () => {
    const { page, person } = await dashboard('dora');
    const tab = await popupOf(page, person);
    await tab.consent();
    await hasSeen(page, 'waiting');
    // The session ends under the page.
    const redis = new Redis(system.redis.url);
    const sessions = await redis.keys('*:session:*');
    await redis.del(...sessions);
    redis.disconnect();
    await tab.page.evaluate('dispatchEvent(new Event("focus"))');
    await hasSeen(page, 'refused');
    await tab.page.close();
    expect(await outcomeOf(page)).toBe('refused');
    // So is a link that somebody else has used up.
    const used = await (await fetch(`${example.url}/connect-link?customer=dora`, post())).json();
    await person.context.clearCookies();
    await (await Person.with(browser, system, 'dora', PATIENCE_MS).then(remembered))
      .follow(used.url)
      .then(({ connectLink }) => connectLink.waitFor());
    await page.route('**/connect-link*', (route) => route.fulfill({ status: 201, json: used }));
    const over = await popupOf(page, person);
    await hasSeen(page, 'refused');
    await over.page.close();
    expect(await outcomeOf(page)).toBe('refused');
  });

  test('hears nothing under another origin than the one that the link was made for', async () => {
    const { page, person } = await dashboard('eve', example.url.replace('localhost', '127.0.0.1'));
    await page.evaluate('addEventListener("message", ({ data }) => { globalThis.heard = data; })');
    const tab = await popupOf(page, person);
    await tab.consent();
    await tab.page.getByRole('link', { name: english('open.button') }).waitFor();
    // The page has all that it would tell; its opener is there, and is not told.
    expect(await tab.page.evaluate('opener !== null')).toBe(true);
    expect(await eventsOn(page)).toEqual([]);
    await tab.page.close();
    expect(await outcomeOf(page)).toBe('lost');
    expect(await page.evaluate('globalThis.heard')).toBeUndefined();
  });

  test('has no opener, and hears nothing, where the link names no origin', async () => {
    const { page, person } = await dashboard('eve');
    const link = await system.connectLink('eve');
    await page.route('**/connect-link*', (route) => route.fulfill({ status: 201, json: { url: link } }));
    const tab = await popupOf(page, person);
    expect(await outcomeOf(page)).toBe('lost');
    await tab.sees(english('consent.heading'));
    expect(await tab.page.evaluate('opener === null')).toBe(true);
    expect(await eventsOn(page)).toEqual([]);
  });

  test('is told at once that the browser has blocked it, and that there is no link', async () => {
    const { page } = await dashboard('alice');
    await page.addInitScript('addEventListener("load", () => document.querySelector("#connect").click())');
    await page.reload();
    expect(await outcomeOf(page)).toBe('popup_blocked');
    const { page: other } = await dashboard('Not-A-Customer');
    await other.getByRole('button').click();
    expect(await outcomeOf(other)).toMatch(/^no_link: `customer` /);
  });

  test('may do it with a component of React', async () => {
    // Somebody for whom nothing is under way, whatever the tests before have begun.
    const { page } = await dashboard('frank');
    await page.addScriptTag({ type: 'module', content: example.react });
    const button = page.getByRole('button', { name: 'Connect in React' });
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    // Whatever the page says first: it shows the newest, and a quick worker is soon further than `open`.
    await page.getByText(/In React: (?:open|queued|reaching|preparing|waiting)/).waitFor();
    expect(await button.getAttribute('aria-busy')).toBe('true');
    // There is one window, however often it is asked for.
    await button.click();
    expect(page.context().pages()).toHaveLength(2);
    await popup.close();
    await page.getByText('In React: closed').waitFor();
    expect(await button.getAttribute('aria-busy')).toBe('false');
  });

  test('cannot frame the page, and does not follow the address of a script', async () => {
    const { page, person } = await dashboard('eve');
    const link = await system.connectLink('eve');
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(link)} }))`,
    );
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame?.getByText('refused to connect').first().waitFor({ state: 'attached' });
    // The link is not used up by that.
    await (await person.follow(link)).connectLink.waitFor();
    await page.route('**/connect-link*', (route) =>
      route.fulfill({ status: 201, json: { url: 'javascript:opener.document.title="taken"' } }),
    );
    await page.getByRole('button').click();
    expect(await outcomeOf(page)).toMatch(/^no_link/);
    expect(await page.title()).not.toBe('taken');
  });
});
