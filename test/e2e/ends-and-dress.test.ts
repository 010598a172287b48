import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { brandOf, shownBrand } from '../../api/customers/brands.ts';
import type { Session } from '../../core/contract/http-api.ts';
import { supportCode } from '../../core/contract/support-code.ts';
import { openBrowser } from '../../lab/browser.ts';
import { CONNECTION, practiceSnapshot, shownError } from '../../scripts/screenshots/fixtures.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { english } from '../../web/messages/english.ts';
import { looksWell } from '../support/looks-well.ts';

/** How the customer's page ends, what it wears, and what it makes of odd names; in Chromium, before a practice api. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const RETURN = 'https://dashboard.example/alice';
const REFRESH = 'https://dashboard.example/alice/connect';
const CONFIG = {
  PLATFORM_NAME: 'Example Hosting',
  PLATFORM_LOGO: undefined,
  PLATFORM_COLOR: '#7a1fa2',
  PLATFORM_COLOR_DARK: undefined,
  SUPPORT_URL: 'https://example.com/help',
  SUPPORT_EMAIL: 'help@example.com',
  TERMS_URL: 'https://example.com/terms',
};
const LOGO = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><rect width="80" height="20"/></svg>',
);

let browser: Browser;
let server: PageServer;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  complaints = [];
  server = await startPageServer(DIST);
  context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(60_000);
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: 'Elsewhere' }),
  );
});
afterEach(async () => {
  await context.close();
  await server.stop();
  expect(complaints).toEqual([]);
});

async function newPage(): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/^(Failed to load|WebSocket)/.test(message.text()))
      complaints.push(message.text());
  });
  return page;
}

const session = (more: Partial<Session> = {}): Session => ({
  customer: 'alice',
  csrf: 'practice',
  sealTo: server.keys.publicKey,
  returnUrl: RETURN,
  refreshUrl: REFRESH,
  ...more,
});
const sees = (page: Page, heading: string) =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

describe('every end has a way on, support, and a reference that can be copied', () => {
  const link = (page: Page, name: string) =>
    page.getByRole('link', { name, exact: true }).getAttribute('href');

  /** The way back and support are there; so is the code, which a click copies. */
  async function hasWaysOn(page: Page, code: string | undefined): Promise<void> {
    expect(await link(page, english('actions.backTo', { host: 'dashboard.example' }))).toBe(RETURN);
    expect(await link(page, english('ends.support'))).toBe(CONFIG.SUPPORT_URL);
    expect(await link(page, english('ends.mail'))).toBe(`mailto:${CONFIG.SUPPORT_EMAIL}`);
    if (code === undefined) return;
    expect(code).toMatch(/^[0-9A-Z]{8}$/);
    await page.getByRole('code').getByText(code, { exact: true }).waitFor();
    await page.evaluate("navigator.clipboard.writeText('before')");
    await page.getByRole('button', { name: english('ends.copy') }).click();
    await page.getByText(english('ends.copied')).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
  }

  beforeEach(() => {
    server.dress(CONFIG);
    server.session = session();
  });

  async function pasting(): Promise<Page> {
    server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
    const page = await newPage();
    await page.goto(server.url);
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: english('consent.connect') }).click(),
    ]);
    await tab.close();
    await sees(page, english('paste.heading'));
    return page;
  }

  const again = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).waitFor();
  const codeNow = () => supportCode(server.state.snapshot?.handshake ?? '');

  test('a link that is used up: a fresh one', async () => {
    server.link = session({ csrf: '', link: 'over', supportCode: '3EEPQKDV' });
    const page = await newPage();
    await page.goto(`${server.url}/connect/practice`);
    await sees(page, english('trouble.signedOut'));
    expect(await link(page, english('ends.refresh'))).toBe(REFRESH);
    await hasWaysOn(page, '3EEPQKDV');
    await looksWell(page);
  });

  test('a visit that has ended, also once the page is loaded again: a fresh link', async () => {
    const page = await pasting();
    server.session = 'not_signed_in';
    for (const load of [() => page.reload(), () => page.reload()]) {
      await load();
      await sees(page, english('trouble.signedOut'));
      expect(await link(page, english('ends.refresh'))).toBe(REFRESH);
      await hasWaysOn(page, undefined);
    }
  });

  test('a sign-in that was cancelled: another one', async () => {
    const page = await pasting();
    server.onCancel = () => server.tell({ snapshot: practiceSnapshot('cancelled') });
    await page.getByRole('button', { name: english('actions.cancel') }).click();
    await sees(page, english('trouble.cancelled'));
    await again(page, english('actions.startAgain'));
    await hasWaysOn(page, codeNow());
    await looksWell(page);
  });

  test('a sign-in that has expired: another one', async () => {
    const page = await pasting();
    server.tell({ snapshot: practiceSnapshot('expired', { error: shownError('sign_in_expired') }) });
    await sees(page, english('trouble.expired'));
    await again(page, english('actions.startAgain'));
    await hasWaysOn(page, codeNow());
  });

  test('a failure: once more, and what went wrong', async () => {
    const page = await pasting();
    server.tell({ snapshot: practiceSnapshot('failed', { error: shownError('box_unreachable') }) });
    await sees(page, english('trouble.failed'));
    await again(page, english('actions.tryAgain'));
    await hasWaysOn(page, codeNow());
    await page.getByText('box_unreachable', { exact: true }).waitFor();
  });
});

describe('the page wears the platform’s dress', () => {
  const accent = (page: Page) =>
    page.evaluate<string>("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()");
  const primary = (page: Page) => page.getByRole('button', { name: english('consent.connect') });
  const accents = (color: string) =>
    [...JSON.stringify(shownBrand({ color }).styles).matchAll(/--accent:(#[0-9a-f]{6})/g)].map(
      ([, one]) => one,
    );

  test('as it is configured: name, logo, support, terms, and colours that can be read on light and on dark', async () => {
    const dress = {
      ...CONFIG,
      PLATFORM_LOGO: { type: 'image/svg+xml', ending: 'svg' as const, bytes: LOGO },
    };
    server.dress(dress);
    const page = await newPage();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(server.url);
    await primary(page).waitFor();
    const logo = page.getByRole('img', { name: 'Example Hosting' });
    expect(await logo.getAttribute('src')).toBe(brandOf(dress).shown.logo);
    expect(
      await logo.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth),
    ).toBeGreaterThan(0);
    expect(
      await page.getByRole('link', { name: english('footer.support'), exact: true }).getAttribute('href'),
    ).toBe(CONFIG.SUPPORT_URL);
    expect(
      await page.getByRole('link', { name: english('footer.terms'), exact: true }).getAttribute('href'),
    ).toBe(CONFIG.TERMS_URL);
    const [light, dark] = accents(CONFIG.PLATFORM_COLOR);
    expect(light).not.toBe(dark);
    expect(await accent(page)).toBe(light);
    await looksWell(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accent(page)).toBe(dark);
    await looksWell(page);
  });

  test('as the link says, which counts more: its name, its colours, and dark on a light screen', async () => {
    server.dress(CONFIG);
    server.session = session({
      theme: 'dark',
      brand: shownBrand({ name: 'Other Hosting', color: '#1f4e8c', termsUrl: 'https://other.example/terms' }),
    });
    const page = await newPage();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(server.url);
    await primary(page).waitFor();
    await page.getByText('Other Hosting', { exact: true }).waitFor();
    expect(await page.getByText('Example Hosting').count()).toBe(0);
    expect(
      await page.getByRole('link', { name: english('footer.terms'), exact: true }).getAttribute('href'),
    ).toBe('https://other.example/terms');
    expect(await accent(page)).toBe(accents('#1f4e8c')[1]);
    await looksWell(page);
  });
});

describe('a display name is shown for what it is, beside the name in the address', () => {
  const SLUG = 'a'.repeat(63);
  const NAMES = [
    ['as long as it may be, and the slug too', 'W'.repeat(80)],
    ['from the right', 'مساعد أليس (القديم)'],
    ['from the right, with words from the left in it', 'العميل Alice ‏2026'],
    ['of emoji', '👩‍💻🏳️‍🌈👨‍👩‍👧‍👦'],
    ['that would be HTML', '<img src=x onerror="document.title=1">&amp;<b>bold</b>'],
    ['that would be a message of ours', '{customer} <name>x</name> {0, plural, other {#}}'],
  ] as const;

  test('whoever reads it, on every screen that has it', async () => {
    const page = await newPage();
    for (const [what, displayName] of NAMES) {
      server.session = session({ customer: SLUG, displayName });
      server.state = { snapshot: practiceSnapshot('waiting'), connection: null };
      await page.goto(server.url);
      await sees(page, english('consent.heading'));
      const strong = page.getByRole('strong');
      // Within it, what is put in is set apart by two characters that nobody sees.
      const text = `${await strong.textContent()}`.replace(/^\u2068|\u2069$/g, '');
      expect([what, text]).toEqual([what, `${displayName} (${SLUG})`]);
      expect(
        await strong.evaluate((one) => (one as unknown as { children: unknown[] }).children.length),
      ).toBe(0);
      // What stands around it is where it would be beside a plain name: the sentence begins at the left and is whole.
      const { direction, isolation } = await page.evaluate<{ direction: string; isolation: string }>(
        `(({ direction, unicodeBidi }) => ({ direction: getComputedStyle(document.querySelector('strong').parentElement).direction, isolation: unicodeBidi }))(getComputedStyle(document.querySelector('strong')))`,
      );
      expect([what, direction, isolation]).toEqual([what, 'ltr', expect.stringMatching(/isolate|plaintext/)]);
      await looksWell(page);
      expect(await page.title()).not.toBe('1');
    }
    // What the page says to an operator has the name within the sentence.
    server.session = session({ customer: SLUG, displayName: 'مساعد أليس', viewer: 'olga' });
    server.state = { snapshot: null, connection: CONNECTION };
    await page.goto(server.url);
    await page.locator('.band').waitFor();
    await looksWell(page);
  });
});
