import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { type Front, startFront } from '../../lab/front.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { CONNECTION, practiceSnapshot, shownError } from '../../scripts/screenshots/fixtures.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { english } from '../../web/messages/english.ts';
import type { AnyBrowser, AnyTab } from '../support/any-browser.ts';
import { type ExamplePopup, startExamplePopup } from '../support/example-popup.ts';
import { OVERHEAR } from '../support/overhear.ts';
import { openChromium, openFirefox } from '../support/puppeteer-browser.ts';
import { openWebKit } from '../support/webkit-browser.ts';

/** The customer's whole path and its ends in every kind of browser: Chromium, Firefox, and WebKit as Safari has it. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const PATHS = ['whole', 'offline', 'http', 'same', 'popup'];
const NAMES = ['chromium', 'firefox', 'webkit'];

let browsers: AnyBrowser[];
let programs: PracticePrograms;
let system: System;
let server: PageServer;
let example: ExamplePopup;
/** Before the practice api, for scripts that listen. */
let front: Front;
let tabs: AnyTab[];

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  const customers = NAMES.flatMap((name) => PATHS.map((path) => `${name}-${path}`));
  [system, server, browsers] = await Promise.all([
    startSystem({ customers, programs }),
    startPageServer(DIST),
    Promise.all([openChromium(), openFirefox(), openWebKit()]),
  ]);
  example = await startExamplePopup(system.platformAccess);
  front = await startFront(() => [Number(new URL(server.url).port)]);
  system.front.script = OVERHEAR;
  front.script = OVERHEAR;
});

afterAll(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await Promise.all([system?.stop(), front?.stop(), server?.stop(), example?.stop()]);
  programs?.remove();
});

beforeEach(() => {
  tabs = [];
});

afterEach(async () => {
  system.front.mend();
  system.front.takesWebSockets = true;
  await Promise.all(tabs.map((tab) => tab.close()));
});

/** The same in every browser at once; what fails says in which. */
async function everywhere(act: (browser: AnyBrowser) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  const inOne = (browser: AnyBrowser) =>
    Promise.race([act(browser), late()]).catch(
      (thrown) => void failed.push(`${browser.name}: ${thrown?.stack ?? thrown}`),
    );
  await Promise.all(browsers.map(inOne));
  expect(failed).toEqual([]);
}

/** Before the test's own time is over, which would not say in which browser. */
const late = () =>
  new Promise<never>((_, reject) => void setTimeout(reject, 90_000, new Error('stands still')).unref());

async function arrive(browser: AnyBrowser, path: string): Promise<AnyTab> {
  const tab = await browser.open(await system.connectLink(`${browser.name}-${path}`));
  tabs.push(tab);
  await tab.sees(english('consent.heading'));
  // It was typed, as far as the browser knows: the first click uses the link up.
  await tab.click(english('consent.connect'));
  // The sign-in is behind the button as soon as the box has shown one.
  await tab.until("document.querySelector('a.primary') !== null");
  return tab;
}

/** Approves at the stand-in for Anthropic, and copies the code with its button. */
async function copyCode(tab: AnyTab): Promise<void> {
  await tab.click('Approve');
  await tab.click('Copy code');
  await tab.reads('Copied.');
}

/** Consents, signs in in the new tab, and has the code in the clipboard. */
async function signIn(tab: AnyTab): Promise<void> {
  const other = await tab.clickForTab(english('open.button'));
  await copyCode(other);
  await other.close();
  await tab.sees(english('paste.heading'));
}

/** Pastes what was copied. */
async function connects(tab: AnyTab): Promise<void> {
  await tab.pasteInto('#code');
  await tab.sees(english('connected.heading', { name: 'Claude' }));
}

test('a customer connects in Chromium, Firefox and WebKit, and no console complains', async () => {
  await everywhere(async (browser) => {
    const tab = await arrive(browser, 'whole');
    await signIn(tab);
    await connects(tab);
    expect(await tab.complaints()).toEqual([]);
  });
});

test('a customer in any of them is offline for 20 s with the code at hand, and connects', async () => {
  const ready = new Map<AnyBrowser, AnyTab>();
  await everywhere(async (browser) => {
    const tab = await arrive(browser, 'offline');
    await signIn(tab);
    ready.set(browser, tab);
  });
  system.front.cut();
  await everywhere(async (browser) => {
    const tab = ready.get(browser) as AnyTab;
    await tab.pasteInto('#code');
    await tab.reads(english('unanswered.offline'));
  });
  await sleep(20_000);
  system.front.mend();
  await everywhere(async (browser) => {
    const tab = ready.get(browser) as AnyTab;
    // The code that did not get there is still in the field.
    await tab.click(english('paste.send'));
    await tab.sees(english('connected.heading', { name: 'Claude' }));
  });
});

test('a customer in any of them connects by HTTP alone where the WebSocket is refused', async () => {
  system.front.takesWebSockets = false;
  await everywhere(async (browser) => {
    const tab = await arrive(browser, 'http');
    await signIn(tab);
    await connects(tab);
  });
});

test('a customer in any of them signs in in the same tab, comes back, and connects', async () => {
  await everywhere(async (browser) => {
    const tab = await arrive(browser, 'same');
    const other = await tab.clickForTab(english('open.button'));
    await other.close();
    await tab.sees(english('paste.heading'));
    await tab.click(english('paste.noTab'));
    await tab.click(english('paste.openHere'));
    await copyCode(tab);
    await comesBack(browser, tab);
    await tab.sees(english('paste.heading'));
    await connects(tab);
  });
});

/**
 * By the Back button; by the page's address in WebKitGTK 2.50. There too Back leads to the page, which asks the api, but
 * the driver loses a page with a Cross-Origin-Opener-Policy that is gone back to: it answers nothing any more.
 */
async function comesBack(browser: AnyBrowser, tab: AnyTab): Promise<void> {
  if (browser.name === 'webkit') await tab.go(system.url(`${browser.name}-same`));
  for (let back = 0; back < 3 && !(await isOurs(tab)); back += 1) await tab.back();
}

/** Whether a tab is at the customer's page, not at the stand-in. */
const isOurs = (tab: AnyTab) => tab.evaluate<boolean>("location.hostname.endsWith('.localhost')");

test('a platform in any of them opens the popup, and hears how far it has come and that it was closed', async () => {
  await everywhere(async (browser) => {
    const page = await browser.open(`${example.url}/?customer=${browser.name}-popup`);
    tabs.push(page);
    const popup = await page.clickForTab('Connect Claude Account');
    await popup.sees(english('consent.heading'));
    await popup.click(english('consent.connect'));
    await popup.until("document.querySelector('a.primary') !== null");
    await popup.close();
    // WebKitGTK 2.50, as its driver runs it, lets the page lose sight of the window; the customer has come as far all the same.
    const outcome = browser.name === 'webkit' ? 'lost' : 'closed';
    await page.until(`document.querySelector('[role=status]').textContent === '${outcome}'`);
    if (browser.name === 'webkit') return;
    const heard = await page.evaluate<string>("document.querySelector('#events').innerText");
    expect(heard.split(/\s+/)).toEqual(expect.arrayContaining(['open', 'waiting']));
  });
});

test('every end of the path is told in any of them, and no console complains', async () => {
  const failedWith = (code: ErrorCode) => practiceSnapshot('failed', { error: shownError(code) });
  const ends = [
    [practiceSnapshot('cancelled'), english('trouble.cancelled')],
    [failedWith('box_unreachable'), english('trouble.failed')],
    [failedWith('host_key_mismatch'), english('trouble.stopped')],
    [practiceSnapshot('connected'), english('connected.heading', { name: 'Claude' })],
  ] as const;
  const address = `http://127.0.0.1:${front.port}/`;
  for (const [snapshot, heading] of ends) {
    server.state = { snapshot, connection: snapshot.phase === 'connected' ? CONNECTION : null };
    await everywhere(async (browser) => {
      const tab = await browser.open(address);
      await tab.sees(heading);
      expect(await tab.complaints()).toEqual([]);
      await tab.close();
    });
  }
  server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
  await everywhere(async (browser) => {
    const tab = await browser.open(address);
    tabs.push(tab);
    await tab.until("document.querySelector('a.primary') !== null");
    await (await tab.clickForTab(english('consent.connect'))).close();
    await tab.sees(english('paste.heading'));
  });
  server.tell({ snapshot: practiceSnapshot('expired', { error: shownError('sign_in_expired') }) });
  for (const tab of tabs) {
    await tab.sees(english('trouble.expired'));
    expect(await tab.complaints()).toEqual([]);
  }
  server.session = 'not_signed_in';
  for (const tab of tabs) {
    await tab.go(address);
    await tab.sees(english('trouble.signedOut'));
  }
});
