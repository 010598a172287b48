import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { Api } from '../../api/api.ts';
import { CATALOGUE } from '../../core/contract/errors.ts';
import { openBrowserAt } from '../../lab/browser.ts';
import { followLink } from '../../lab/dashboard.ts';
import { freePort } from '../../lab/redis.ts';
import { english } from '../../web/messages/english.ts';
import { connectLink } from '../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../support/console-lab.ts';

/** The built page and console on the real api, in a browser that says what it does not like. */
const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

let lab: ConsoleLab;
let base: string;
/** The same behind something that takes off every cookie. */
let thief: string;
let proxy: Server;
let behind: Api;
let directory: string;
let browser: BrowserContext | undefined;
/** What stood in the browser's console, and what its policy refused. */
let complaints: string[];

beforeAll(async () => {
  const port = await freePort();
  base = `localhost:${port}`;
  const environment = { BASE_DOMAIN: base, BASE_SCHEME: 'http', PORT: `${port}` };
  lab = await startConsoleLab({ environment, page: DIST });
  proxy = await startThief(() => behind.port);
  thief = `localhost:${(proxy.address() as AddressInfo).port}`;
  behind = await lab.another({ page: DIST }, { BASE_DOMAIN: thief, PORT: '0' });
});
afterAll(async () => {
  proxy?.close();
  await lab?.stop();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-browser-'));
  complaints = [];
});
afterEach(async () => {
  await browser?.close();
  browser = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function open({ cookies = true } = {}): Promise<Page> {
  mkdirSync(join(directory, 'Default'));
  // What "Block all cookies" in its settings writes.
  const profile = cookies ? {} : { default_content_setting_values: { cookies: 2 } };
  writeFileSync(join(directory, 'Default', 'Preferences'), JSON.stringify({ profile }));
  browser = await openBrowserAt(directory);
  const page = await browser.newPage();
  await page.exposeFunction('complain', (what: string) => complaints.push(what));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (violation) =>
    complain(violation.violatedDirective + ' ' + violation.blockedURI))`);
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

async function linkOf(customer: string, at = base): Promise<string> {
  const path = await connectLink(lab.visitor(base), lab.apiKey, { customer });
  return `http://${customer}.${at}${path}`;
}

async function signIn(page: Page, at = base): Promise<void> {
  const { name, password } = lab.operators.admin;
  await page.goto(`http://admin.${at}/`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('the page loads, and nothing stands in the browser’s console', async () => {
  const page = await open();
  await followLink(page, await linkOf(lab.fresh()));
  await page.getByRole('heading', { name: english('consent.heading') }).waitFor();
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('button', { name: english('consent.connect') }).click();
  await page.getByRole('heading', { name: english('preparing.heading') }).waitFor();
  expect(complaints).toEqual([]);
});

test('the support console loads, and nothing stands in the browser’s console', async () => {
  const page = await open();
  await signIn(page);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  // Nobody was signed in when it asked first: that answer is all.
  expect(complaints.filter((text) => !/401 \(Unauthorized\)/.test(text))).toEqual([]);
});

test('with all cookies blocked the page says that cookies are needed', async () => {
  const page = await open({ cookies: false });
  await followLink(page, await linkOf(lab.fresh()));
  await page.getByRole('heading', { name: english('trouble.cookies') }).waitFor();
  await page.getByText(CATALOGUE.cookies_blocked.customer).first().waitFor();
});

test('with all cookies blocked the support console says that cookies are needed', async () => {
  const page = await open({ cookies: false });
  await page.goto(`http://admin.${base}/`);
  await page.getByText(CATALOGUE.cookies_blocked.next).waitFor();
});

test('where no cookie is kept although the browser says so, page and console say that cookies are needed', async () => {
  const page = await open();
  await followLink(page, await linkOf(lab.fresh(), thief));
  await page.getByText(CATALOGUE.cookies_blocked.customer).first().waitFor();
  await signIn(page, thief);
  await page.getByText(CATALOGUE.cookies_blocked.next).waitFor();
});

/** Takes off every cookie on its way to a browser, as an extension does. */
function startThief(to: () => number): Promise<Server> {
  const server = createServer(({ method, url, headers }, response) => {
    const asked = request({ host: '127.0.0.1', port: to(), method, path: url, headers }, (answer) => {
      const { 'set-cookie': _, ...kept } = answer.headers;
      answer.pipe(response.writeHead(answer.statusCode ?? 502, kept));
    });
    response.req.pipe(asked);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
