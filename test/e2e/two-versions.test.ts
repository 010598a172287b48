import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { followLink } from '../../lab/dashboard.ts';
import { type Front, startFront } from '../../lab/front.ts';
import { english } from '../../web/messages/english.ts';
import { type ApiLab, connectLink, startApiLab } from '../support/api-lab.ts';

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

let directory: string;
let front: Front;
let lab: ApiLab;
let browser: Browser;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-two-versions-'));
  const ports: number[] = [];
  front = await startFront(() => ports);
  const environment = { BASE_DOMAIN: `localhost:${front.port}`, BASE_SCHEME: 'http' };
  lab = await startApiLab({ environment, page: DIST });
  const other = await lab.another({ page: nextVersion(directory) });
  ports.push(lab.api.port, other.port);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await front?.stop();
  await lab?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** The page as another build makes it: every file with another name, and another script in it. */
function nextVersion(at: string): string {
  const page = join(at, 'dist');
  cpSync(DIST, page, { recursive: true });
  const names = readdirSync(join(page, 'assets'));
  const other = (name: string) => name.replace(/-[\w-]{8}\./, '-other000.');
  const renamedIn = (text: string) => names.reduce((all, name) => all.replaceAll(name, other(name)), text);
  for (const name of names) {
    const text = readFileSync(join(page, 'assets', name), 'utf8');
    rmSync(join(page, 'assets', name));
    writeFileSync(
      join(page, 'assets', other(name)),
      renamedIn(text) + (name.endsWith('.js') ? '\n;0;\n' : ''),
    );
  }
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  writeFileSync(join(page, 'index.html'), renamedIn(html));
  return page;
}

/** One version does not have the other's chunks, so the first request for one may be in vain. */
const isChunk = (url: string) => new URL(url).pathname.startsWith('/assets/');
const isSeal = (url: string) => new URL(url).pathname.startsWith('/assets/seal-');

test('while two versions are deployed side by side, each request to the other one, the page is always whole, and what seals codes is asked for until it is there', async () => {
  const host = `localhost:${front.port}`;
  const link = await connectLink(lab.visitor(host), lab.apiKey, { customer: 'alice' });
  const page = await browser.newPage();
  const missed: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 404 && !isChunk(response.url())) missed.push(response.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !isChunk(message.location().url)) missed.push(message.text());
  });
  const sealLoads = () => page.waitForResponse((response) => isSeal(response.url()) && response.ok());
  let sealed = sealLoads();
  await followLink(page, `http://alice.${host}${link}`);
  const versions = new Set<boolean>();
  for (let loads = 0; loads < 6; loads += 1) {
    await page.getByRole('heading', { name: english('consent.heading') }).waitFor();
    versions.add((await page.content()).includes('\n;0;\n'));
    expect(missed).toEqual([]);
    await sealed;
    sealed = sealLoads();
    sealed.catch(() => undefined);
    // So that the turn of the versions changes.
    if (loads % 2 === 1) await lab.visitor(`alice.${host}`).at(front.port).get('/');
    await page.reload();
  }
  expect(versions).toEqual(new Set([false, true]));
});
