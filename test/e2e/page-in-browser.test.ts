import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { CATALOGUE } from '../../core/contract/errors.ts';
import { HERE } from '../../core/contract/live-messages.ts';
import { NAMES } from '../../core/contract/provider-names.ts';
import { openBrowser } from '../../lab/browser.ts';
import {
  CODE,
  CONNECTION,
  practiceLink,
  practiceSnapshot,
  STATE,
  shownError,
} from '../../scripts/screenshots/fixtures.ts';
import { OFFERS, WITH_OFFERS } from '../../scripts/screenshots/key-fixtures.ts';
import { OVERLAPS, STICKS_OUT } from '../../scripts/screenshots/layout.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { newerThanFloor } from '../../web/above-floor.ts';
import { english } from '../../web/messages/english.ts';
import { TRANSLATES } from '../support/translator.ts';

/** The page in browsers that are old, that translate, that know no tabs, that were away; before a practice api. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

let browser: Browser;
let server: PageServer;
let context: BrowserContext;
/** What the console and nobody else was told. */
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  complaints = [];
  server = await startPageServer(DIST);
  context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(60_000);
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: '<h1>Claude’s sign-in</h1>' }),
  );
});

afterEach(async () => {
  await context.close();
  await server.stop();
});

async function open(script?: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (script) await page.addInitScript({ content: script });
  await page.goto(server.url);
  return page;
}

const sees = (page: Page, heading: string) =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

/** From the consent to the field for the code. */
async function toPaste(page: Page): Promise<void> {
  await sees(page, english('consent.heading'));
  const link = page.getByRole('link', { name: english('consent.connect') });
  await link.waitFor();
  const [tab] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await tab.close();
  await sees(page, english('paste.heading'));
}

const waiting = () => {
  server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
};

/** The codes that the api was sent, as a worker reads them. */
const sentCodes = () => server.sentCodes();

/** The page shows progress before the api has the code: this waits until it has. */
async function apiHas(code: string): Promise<void> {
  for (let looks = 0; looks < 200 && (await sentCodes()).length === 0; looks += 1) await sleep(50);
  expect(await sentCodes()).toEqual([code]);
}

describe('in a browser as old as the floor', () => {
  /** Takes away what the oldest browsers do not have, by MDN's tables. */
  const OLD = `for (const [owner, where, name] of ${JSON.stringify(newerThanFloor())}) {
    const holder = where === 'global' ? globalThis : where === 'static' ? globalThis[owner] : globalThis[owner]?.prototype;
    if (holder) delete holder[name];
  }`;

  test('the whole path works, and the console has nothing to say', async () => {
    waiting();
    server.onCode = () => server.tell({ snapshot: practiceSnapshot('exchanging') });
    const page = await open(OLD);
    expect(
      await page.evaluate(
        "[URL.canParse, AbortSignal.timeout, [].toSorted, ''.isWellFormed, self.URLPattern].join()",
      ),
    ).toBe(',,,,');
    await toPaste(page);
    await page.getByLabel(english('paste.label')).fill(CODE);
    await page.keyboard.press('Enter');
    await sees(page, english('progress.heading'));
    await apiHas(CODE);
    server.session = { customer: 'alice', csrf: 'practice', returnUrl: 'https://dashboard.example/alice' };
    server.tell({ snapshot: practiceSnapshot('connected'), connection: CONNECTION });
    await sees(page, english('connected.heading', { name: 'Claude' }));
    await page.reload();
    await page
      .getByRole('link', { name: english('actions.backTo', { host: 'dashboard.example' }) })
      .waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('when the page’s own script fails, the page says so', () => {
  const says = (page: Page) => sees(page, 'Something is wrong with this page');

  test.each(['index.html', 'console.html'])('because a browser cannot parse it: %s', async (name) => {
    const directory = mkdtempSync(join(tmpdir(), 'keyferry-broken-'));
    const broken = join(directory, 'dist');
    cpSync(DIST, broken, { recursive: true });
    for (const asset of readdirSync(join(broken, 'assets')))
      if (asset.endsWith('.js')) writeFileSync(join(broken, 'assets', asset), 'let of the = future;');
    writeFileSync(join(broken, 'index.html'), readFileSync(join(broken, name)));
    const old = await startPageServer(broken);
    try {
      const page = await context.newPage();
      await page.goto(old.url);
      await says(page);
      await page.getByRole('link', { name: 'load the page again' }).waitFor();
    } finally {
      await old.stop();
      rmSync(directory, { recursive: true });
    }
  });

  test('because it throws at what it is to show', async () => {
    server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
    const page = await open('Intl.DateTimeFormat = class { format() { throw new Error("too old"); } };');
    await says(page);
    expect(await page.getByRole('heading').count()).toBe(1);
    expect(complaints.join()).toContain('too old');
  });

  test('because nobody catches its error, and not because of an extension’s', async () => {
    waiting();
    const page = await open();
    await sees(page, english('consent.heading'));
    const happens = (stack: string) =>
      page.evaluate(
        `dispatchEvent(new ErrorEvent('error', { error: Object.assign(new Error('x'), { stack: ${JSON.stringify(stack)} }) }))`,
      );
    await happens('Error: x\n    at chrome-extension://abc/content.js:1:1');
    await sees(page, english('consent.heading'));
    await happens(`Error: x\n    at ${server.url}/:1:1`);
    await says(page);
  });

  test('and while all is well nobody sees that it would', async () => {
    waiting();
    const page = await open();
    await sees(page, english('consent.heading'));
    expect(await page.getByText('Something is wrong with this page').isVisible()).toBe(false);
  });
});

describe('a page that the browser translates', () => {
  /** All that is to be read on a page, and said by a screen reader. */
  const WORDS =
    "[...document.querySelectorAll('main.card, .band, [role=status]')].map((one) => one.textContent).join(' | ')";
  let plain: Page;
  let translated: Page;

  /** Both show the same words in the end. */
  async function same(): Promise<string> {
    let words: unknown[] = [];
    for (let looks = 0; looks < 100; looks += 1) {
      words = await Promise.all([plain.evaluate(WORDS), translated.evaluate(WORDS)]);
      if (words[0] === words[1]) break;
      await plain.waitForTimeout(50);
    }
    expect(words[1]).toBe(words[0]);
    expect(await translated.evaluate('document.querySelectorAll("font font").length')).toBeGreaterThan(3);
    return String(words[0]);
  }

  const both = (act: (page: Page) => Promise<unknown>) => Promise.all([act(plain), act(translated)]);

  async function openBoth(): Promise<void> {
    [plain, translated] = await Promise.all([open(), open(TRANSLATES)]);
  }

  afterEach(() => expect(complaints).toEqual([]));

  test('shows every text that changes, from the start to the end', async () => {
    server.state = { snapshot: practiceSnapshot('queued'), connection: null };
    await openBoth();
    await both((page) => page.getByRole('button', { name: english('consent.connect') }).click());
    for (const phase of ['reaching', 'preparing', 'opening'] as const) {
      server.tell({ snapshot: practiceSnapshot(phase) });
      await both((page) =>
        page
          .getByRole('main')
          .getByText(english(`preparing.steps.${phase}`), { exact: true })
          .waitFor(),
      );
      await same();
    }
    server.tell({ snapshot: practiceSnapshot('reaching', { attempt: 2, notice: 'retrying' }) });
    await both((page) => page.getByRole('main').getByText(english('preparing.retrying')).waitFor());
    await same();
    server.tell({ snapshot: practiceSnapshot('waiting', { attempt: 2 }) });
    await both(async (page) => {
      await sees(page, english('open.heading'));
      const [tab] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('link', { name: english('open.button') }).click(),
      ]);
      await tab.close();
      await sees(page, english('paste.heading'));
    });
    await same();
    for (const [text, told] of [
      ['only-half', CATALOGUE.code_incomplete.customer],
      ['how?', CATALOGUE.code_malformed.customer],
    ] as const) {
      await both(async (page) => {
        await page.getByLabel(english('paste.label')).fill(text);
        await page.keyboard.press('Enter');
        await page.locator('#code-says').getByText(told).waitFor();
      });
      expect(await same()).toContain(told);
    }
    const ends = new Date(Date.now() + 120_000).toISOString();
    server.tell({ snapshot: practiceSnapshot('waiting', { attempt: 2, phaseEndsAt: ends }) });
    await both((page) => page.getByText(english('timeLeft.minutes', { minutes: 2 })).waitFor());
    await same();
    await both((page) => page.getByRole('button', { name: english('actions.cancel') }).click());
    expect(await same()).toContain(english('actions.cancelling'));
    const link = practiceLink('x'.repeat(43));
    server.tell({
      snapshot: practiceSnapshot('waiting', { attempt: 2, link, rejected: shownError('code_rejected') }),
    });
    await both((page) => sees(page, english('open.again')));
    await same();
    for (const phase of ['exchanging', 'installing', 'proving'] as const) {
      server.tell({ snapshot: practiceSnapshot(phase, { attempt: 2 }) });
      await both((page) =>
        page
          .locator('[aria-current=step]')
          .getByText(english(`progress.steps.${phase}`))
          .waitFor(),
      );
      await same();
    }
    const connection = {
      ...CONNECTION,
      model: 'anthropic/claude-opus-4-1',
      expiresAt: new Date(0).toISOString(),
    };
    for (const one of [CONNECTION, connection]) {
      server.tell({
        snapshot: practiceSnapshot('connected', { attempt: 2, connection: one }),
        connection: one,
      });
      await both((page) => page.locator(`time[datetime="${one.expiresAt}"]`).waitFor());
      await same();
    }
    for (const code of ['box_unreachable', 'claude_missing', 'host_key_mismatch'] as const) {
      server.tell({
        snapshot: practiceSnapshot('failed', {
          handshake: code.replaceAll('_', '-'),
          error: shownError(code),
        }),
        connection: null,
      });
      await both((page) => page.getByRole('main').getByText(CATALOGUE[code].customer).waitFor());
      await same();
    }
  });

  test('shows what stands above it, and takes it away', async () => {
    server.state = { snapshot: practiceSnapshot('installing'), connection: null };
    await openBoth();
    await both((page) => sees(page, english('progress.heading')));
    server.say('{"type":"service","available":false}');
    await both((page) => page.getByText(english('serviceAway')).waitFor());
    server.takesLines = false;
    server.cut();
    await both((page) => page.getByText(english('reconnecting')).waitFor());
    await same();
    complaints = complaints.filter((what) => !what.startsWith('WebSocket connection to'));
    server.takesLines = true;
    await both((page) => page.getByText(english('reconnecting')).waitFor({ state: 'detached' }));
    await same();
    complaints = complaints.filter((what) => !what.startsWith('WebSocket connection to'));
  });

  test('leaves names, hosts, codes and models alone', async () => {
    const alone = async (name: string) => {
      await translated.getByText(name).first().waitFor();
      expect(
        await translated.evaluate<string[]>(
          '[...document.querySelectorAll("font font")].map((one) => one.textContent)',
        ),
      ).toEqual(expect.not.arrayContaining([expect.stringContaining(name)]));
    };
    const customer = 'alicia-garden';
    server.session = { customer, csrf: 'practice', viewer: 'olga', returnUrl: 'https://green.example/' };
    waiting();
    translated = await open(TRANSLATES);
    await sees(translated, english('consent.heading'));
    await alone(customer);
    await alone('127.0.0.1');
    server.session = { customer, csrf: 'practice', returnUrl: 'https://green.example/' };
    server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
    translated = await open(TRANSLATES);
    await sees(translated, english('connected.heading', { name: 'Claude' }));
    await alone('green.example');
    await alone('Opus');
    const error = shownError('host_key_mismatch');
    server.state = { snapshot: practiceSnapshot('failed', { error }), connection: null };
    translated = await open(TRANSLATES);
    await sees(translated, english('trouble.stopped'));
    await alone('host_key_mismatch');
  });
});

describe('every return to the page asks the api at once', () => {
  test.each([
    ['its tab is looked at again', "document.dispatchEvent(new Event('visibilitychange'))"],
    ['its window has the focus again', "dispatchEvent(new Event('focus'))"],
    [
      'it comes out of the browser’s cache',
      "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
    ],
    ['the network is back', "dispatchEvent(new Event('online'))"],
  ])('%s', async (_, happens) => {
    const snapshot = practiceSnapshot('installing');
    server.state = { snapshot, connection: null };
    const page = await context.newPage();
    // A line that is dead and does not know: after its first message nothing comes.
    await page.routeWebSocket(/live/, (socket) => {
      socket.send(JSON.stringify({ type: 'state', snapshot, connection: null }));
    });
    await page.goto(server.url);
    await sees(page, english('progress.heading'));
    server.tell({ snapshot: practiceSnapshot('connected'), connection: CONNECTION });
    await page.evaluate(happens);
    await sees(page, english('connected.heading', { name: 'Claude' }));
  });
});

test('whoever comes back to the field for the code has a handshake taken ahead that nobody holds', async () => {
  waiting();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(server.url);
  await toPaste(page);
  // Nobody has done anything there for long.
  await page.clock.fastForward(60_000);
  server.tell({ snapshot: { ...practiceSnapshot('waiting'), parked: true } });
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await sleep(200);
  expect(server.said).toEqual([]);
  await page.getByLabel(english('paste.label')).focus();
  for (let looks = 0; looks < 200 && server.said.length === 0; looks += 1) await sleep(50);
  expect(server.said).toEqual([HERE]);
});

test('what a newer version says, of a provider and in fields that this page does not know, is read', async () => {
  waiting();
  const page = await open();
  await sees(page, english('consent.heading'));
  const credential = { provider: 'somebody-new', method: 'api-key', profile: 'somebody-new:default' };
  const { model: _, ...connection } = { ...CONNECTION, ...credential, health: 'well' };
  const snapshot = {
    ...practiceSnapshot('connected'),
    ...credential,
    profile: undefined,
    connection,
    more: [1],
  };
  server.say(JSON.stringify({ type: 'state', snapshot, connection, watched: true }));
  await sees(page, english('connected.heading', { name: 'somebody-new' }));
  expect(complaints).toEqual([]);
});

describe('what is pasted', () => {
  beforeEach(() => {
    waiting();
    server.onCode = () => server.tell({ snapshot: practiceSnapshot('exchanging') });
  });

  test.each([
    ['a code with a line break', `${CODE.slice(0, 30)}\n${CODE.slice(30)}`],
    [
      'a code in indented rows',
      `  ${CODE.slice(0, 20)}\r\n  ${CODE.slice(20, 50)}\r\n  ${CODE.slice(50)}\r\n`,
    ],
    ['a code in a sentence', `here is my code: it is “${CODE}”, then paste it`],
    ['a code and its end in two lines without the #', CODE.replace('#', '\n')],
    [
      'the address of the page that shows the code, without https://',
      `platform.claude.com/oauth/code/callback?code=${CODE.split('#')[0]}&state=${STATE}`,
    ],
  ])('%s, by keyboard, is taken as the code that it is', async (_, text) => {
    const page = await open();
    await toPaste(page);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await page.getByLabel(english('paste.label')).focus();
    await page.keyboard.press('ControlOrMeta+V');
    await sees(page, english('progress.heading'));
    await apiHas(CODE);
  });

  test('a code in two halves, one after the other, is taken when it is whole', async () => {
    const page = await open();
    await toPaste(page);
    await page.getByLabel(english('paste.label')).focus();
    for (const half of [CODE.slice(0, 20), CODE.slice(20)]) {
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(half)})`);
      await page.keyboard.press('ControlOrMeta+V');
    }
    await sees(page, english('progress.heading'));
    await apiHas(CODE);
  });

  test('what a phone’s keyboard puts in from its clipboard, as if it were typed, is looked at at once', async () => {
    const page = await open();
    await toPaste(page);
    const field = page.getByLabel(english('paste.label'));
    await field.focus();
    await page.keyboard.insertText(`sk-ant-api03-${'aB3'.repeat(30)}`);
    await page.locator('#code-says').getByText(CATALOGUE.code_is_key.customer).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.keyboard.insertText(CODE);
    await sees(page, english('progress.heading'));
    await apiHas(CODE);
  });

  test('a token of a sign-in is told to be one and not wanted, and does not stay on the page', async () => {
    const page = await open();
    await toPaste(page);
    const token = `sk-ant-oat01-${'t'.repeat(95)}`;
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(token)})`);
    await page.keyboard.press('ControlOrMeta+V');
    const told = page.locator('#code-says').getByText(CATALOGUE.code_is_token.customer);
    await told.waitFor();
    expect(await page.getByLabel(english('paste.label')).inputValue()).toBe('');
    // Nothing is said of keys, although one may be used.
    expect(
      await page.getByRole('button', { name: english('paste.useKey', { name: 'Anthropic' }) }).count(),
    ).toBe(0);
    expect(await sentCodes()).toEqual([]);
  });

  test('a key of any provider is cleared at once and named, with the step to its own page where keys are on', async () => {
    const offers = OFFERS.filter(({ provider }) => ['anthropic', 'openai', 'groq'].includes(provider));
    const offered = offers.map(({ provider }) => provider);
    server.session = { ...WITH_OFFERS, offers, sealTo: server.keys.publicKey };
    const page = await open();
    await page.getByRole('button', { name: english('actions.others') }).waitFor();
    await toPaste(page);
    const field = page.getByLabel(english('paste.label'));
    const keys = Object.entries(NAMES).flatMap(([provider, row]) =>
      ('starts' in row ? row.starts : []).map((start) => ({
        provider,
        name: row.name,
        key: start + 'aB3'.repeat(14),
      })),
    );
    expect(keys.length).toBeGreaterThan(15);
    for (const { provider, name, key } of keys) {
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(`my key is ${key}`)})`);
      await page.keyboard.press('ControlOrMeta+V');
      await page.locator('#code-says').getByText(CATALOGUE.code_is_key.customer).waitFor();
      expect([key, await field.inputValue()]).toEqual([key, '']);
      const step = page.getByRole('button', { name: english('paste.useKey', { name }) });
      if (offered.includes(provider)) await step.waitFor();
      else expect([key, await step.count()]).toEqual([key, 0]);
      expect(await page.content()).not.toContain(key);
    }
    await page.evaluate(`navigator.clipboard.writeText('sk-proj-${'aB3'.repeat(14)}')`);
    await page.keyboard.press('ControlOrMeta+V');
    await page.getByRole('button', { name: english('paste.useKey', { name: 'OpenAI' }) }).click();
    await sees(page, english('key.heading', { name: 'OpenAI' }));
    expect(await page.locator('#key').inputValue()).toBe('');
    expect(await sentCodes()).toEqual([]);
  });

  const COPY_PICTURE = `new Promise((resolve) => document.createElement('canvas').toBlob(resolve)).then((blob) =>
    navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]))`;

  test.each([
    ['by keyboard', (page: Page) => page.keyboard.press('ControlOrMeta+V')],
    [
      'by the button',
      (page: Page) => page.getByRole('button', { name: english('paste.fromClipboard') }).click(),
    ],
  ])('a picture, %s, is told to be one', async (_, paste) => {
    const page = await open();
    await toPaste(page);
    await page.evaluate(COPY_PICTURE);
    await page.getByLabel(english('paste.label')).focus();
    await paste(page);
    await page.locator('#code-says').getByText(english('paste.picture')).waitFor();
    expect(await sentCodes()).toEqual([]);
  });
});

describe('where a browser opens no second tab', () => {
  const NO_TABS =
    "addEventListener('click', (event) => { if (event.target.closest('[target=_blank]')) event.preventDefault(); }, true);";

  async function toHelp(): Promise<Page> {
    waiting();
    const page = await open(NO_TABS);
    await page.getByRole('link', { name: english('consent.connect') }).click();
    await sees(page, english('paste.heading'));
    await page.getByText(english('paste.noTab')).click();
    return page;
  }

  test('the sign-in is followed in the same one, and whoever comes back pastes the code', async () => {
    const page = await toHelp();
    await page.getByRole('link', { name: english('paste.openHere') }).click();
    await sees(page, 'Claude’s sign-in');
    await page.goBack();
    await sees(page, english('paste.heading'));
  });

  test('or its link is copied, or shown to be copied where the browser does not let us', async () => {
    const page = await toHelp();
    await page.getByRole('button', { name: english('paste.copyLink') }).click();
    await page.getByText(english('paste.copied')).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(practiceLink());
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("barred"))');
    await page.getByRole('button', { name: english('paste.copyLink') }).click();
    await page.getByText(practiceLink()).waitFor();
  });
});

test('text at 200 % on a screen 320 px wide reflows: nothing sticks out, and nothing overlaps', async () => {
  const looks = async (page: Page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect(await page.evaluate(STICKS_OUT)).toEqual([]);
    expect(await page.evaluate(OVERLAPS)).toEqual([]);
  };
  waiting();
  const page = await open();
  await sees(page, english('consent.heading'));
  await looks(page);
  await toPaste(page);
  await page.getByText(english('paste.noTab')).click();
  await looks(page);
  server.tell({ snapshot: practiceSnapshot('proving') });
  await sees(page, english('progress.heading'));
  await looks(page);
  server.tell({ snapshot: practiceSnapshot('connected'), connection: CONNECTION });
  await sees(page, english('connected.heading', { name: 'Claude' }));
  await looks(page);
});

test('before anything is drawn the page begins where it will begin: nothing jumps where the script is late', async () => {
  const page = await context.newPage();
  await page.goto(server.url);
  await sees(page, english('consent.heading'));
  const top = 'document.body.getBoundingClientRect().top';
  expect(await page.evaluate(top)).toBe(0);
  expect(await page.evaluate(`document.getElementById('page').replaceChildren(); ${top}`)).toBe(0);
});
