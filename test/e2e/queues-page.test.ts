import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { FIRST } from '../../core/contract/providers.ts';
import { openBrowser } from '../../lab/browser.ts';
import { freePort } from '../../lab/redis.ts';
import { type ConsoleLab, startConsoleLab } from '../support/console-lab.ts';

let lab: ConsoleLab;
let browser: Browser;
let address: string;

beforeAll(async () => {
  const port = await freePort();
  address = `http://admin.localhost:${port}`;
  const environment = { BASE_DOMAIN: `localhost:${port}`, BASE_SCHEME: 'http', PORT: `${port}` };
  lab = await startConsoleLab({ environment });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

test('Bull Board works in a browser under its policy, and asks no other host for anything', async () => {
  await lab.queue.add('handshake', { ...FIRST, customer: 'alice', requestedBy: 'customer' });
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${address}/queues`);
  expect(page.url()).toBe(`${address}/`);
  const { name, password } = lab.operators.admin;
  const signedIn = await page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v1/sign-in', { method: 'POST', headers, body })).status;
  }, JSON.stringify({ name, password }));
  expect(signedIn).toBe(204);
  await page.goto(`${address}/queues/queue/handshakes`);
  await page.getByText('alice').first().waitFor();
  expect(complaints).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(`${address}/`) && !url.startsWith('data:'))).toEqual([]);
  const cookies = await page.context().cookies();
  // The way back to the console, in the menu at the end of its head.
  await page.locator('ul[class*="actions"] > li:last-child button').first().click();
  await page.getByText('Console', { exact: true }).click();
  await page.waitForURL(`${address}/`);
  expect(cookies).toMatchObject([{ name: 'keyferry-operator', httpOnly: true, sameSite: 'Strict' }]);
});
