import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { practiceSnapshot } from '../../scripts/screenshots/fixtures.ts';
import { CONNECTIONS, toUnwell } from '../../scripts/screenshots/health-states.ts';
import { sees } from '../../scripts/screenshots/key-states.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { english, englishError } from '../../web/messages/english.ts';
import { looksWell } from '../support/looks-well.ts';

/** What the page says of connections that are not simply well, in Chromium, before a practice api. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const TICK = '.picture.is-joined';

let browser: Browser;
let server: PageServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  complaints = [];
  server = await startPageServer(DIST);
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  await server.stop();
  expect(complaints).toEqual([]);
});

const ticks = () => page.locator(TICK).count();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const asked = (what: string) => server.asked.filter((one) => one.what === what);

test('one whose end is near says the day, and "Renew now" begins the handshake', async () => {
  await toUnwell(server, page, 'expiring');
  await page.getByRole('heading', { level: 1, name: /^Claude is connected until/ }).waitFor();
  expect(await ticks()).toBe(1);
  await looksWell(page);
  server.onStart = practiceSnapshot('queued', { handshake: 'the-renewal' });
  await press(english('health.expiring.renew'));
  await sees(page, english('consent.heading'));
  expect(asked('POST handshake')).toHaveLength(1);
  // Its link arrives, and the one button leads to the sign-in.
  server.tell({ snapshot: practiceSnapshot('waiting', { handshake: 'the-renewal' }) });
  await page.getByRole('link', { name: english('consent.connect') }).waitFor();
  await looksWell(page);
});

test('one that has expired has no tick, says so, and can be connected again', async () => {
  await toUnwell(server, page, 'expired');
  await sees(page, english('health.expired.heading', { name: 'Claude' }));
  await page.getByText(englishError('credential_expired', 'signIn')).first().waitFor();
  expect(await ticks()).toBe(0);
  expect(await page.getByText(english('connected.lead')).count()).toBe(0);
  await looksWell(page);
  server.onStart = practiceSnapshot('queued', { handshake: 'another-handshake' });
  await press(english('connected.again'));
  await sees(page, english('consent.heading'));
  expect(asked('POST handshake')).toHaveLength(1);
});

test('one with which something is wrong has no tick: its own action, or support and what to quote', async () => {
  await toUnwell(server, page, 'revoked');
  await sees(page, english('health.attention.heading', { name: 'OpenAI' }));
  await page.getByText(englishError('key_revoked', 'key')).first().waitFor();
  expect(await ticks()).toBe(0);
  await looksWell(page);
  await press(english('connected.replaceKey'));
  await page.getByLabel(english('key.label', { name: 'OpenAI' })).waitFor();
  await toUnwell(server, page, 'overridden');
  await page.getByText('credential_overridden', { exact: true }).waitFor();
  expect(await ticks()).toBe(0);
  await looksWell(page);
});

test('one whose machine has not been reached has no tick, and says what was seen last', async () => {
  await toUnwell(server, page, 'unknown');
  await sees(page, english('health.unknown.heading'));
  await page
    .getByText(/Nothing newer is known\./)
    .first()
    .waitFor();
  expect(await ticks()).toBe(0);
  expect(await page.getByText(english('connected.lead')).count()).toBe(0);
  await looksWell(page);
});

test('a page that is open follows what is pushed, and what it asks for when it is looked at again', async () => {
  const { seen: _, ...unsaid } = CONNECTIONS.expired;
  const before = {
    ...CONNECTIONS.expired.seen,
    health: 'working',
    reason: null,
    healthSince: unsaid.connectedAt,
  };
  server.state = { snapshot: null, connection: { ...unsaid, seen: before } };
  await page.goto(server.url);
  await sees(page, english('connected.heading', { name: 'Claude' }));
  server.tell({ connection: CONNECTIONS.expired });
  await sees(page, english('health.expired.heading', { name: 'Claude' }));
  expect(await ticks()).toBe(0);
  // Nothing is pushed of this one.
  const later = new Date(Date.parse(`${CONNECTIONS.expired.expiresAt}`) + 1_000).toISOString();
  const connection = { ...CONNECTIONS.expired, seen: { ...before, healthSince: later, checkedAt: later } };
  server.state = { snapshot: null, connection };
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await sees(page, english('connected.heading', { name: 'Claude' }));
  expect(await ticks()).toBe(1);
});

test('while nobody can say how it is, the page says when it was connected, and has no tick', async () => {
  const { seen: _, ...unsaid } = CONNECTIONS.unknown;
  server.state = { snapshot: null, connection: unsaid };
  await page.goto(server.url);
  await sees(page, english('health.was.heading', { name: 'Claude' }));
  expect(await ticks()).toBe(0);
  await looksWell(page);
});
