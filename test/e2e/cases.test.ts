import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { supportCode } from '../../core/contract/support-code.ts';
import { Customers } from '../../core/store/customers.ts';
import { type Outcome, recordOutcome } from '../../core/store/outcomes.ts';
import { openBrowser } from '../../lab/browser.ts';
import { followLink } from '../../lab/dashboard.ts';
import { freePort } from '../../lab/redis.ts';
import { english } from '../../web/messages/english.ts';
import { barriersOn } from '../support/barriers.ts';
import { type ConsoleLab, startConsoleLab } from '../support/console-lab.ts';
import { RecordedHandshake } from '../support/console-scene.ts';
import { MailServer } from '../support/mail-server.ts';
import { until } from '../support/redis-system.ts';

/** The built console on the real api, with a chat that notes what it is told. */
const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

const SUPPORT = 'support@example.com';
const RUN_OPTIONS = {
  ...{ batch: 8, canaries: 1, maxFailures: 3, dryRun: false, swap: true, restartGateway: false },
};

let lab: ConsoleLab;
let chat: Server;
let mails: MailServer;
let browser: Browser;
let base: string;
const said: string[] = [];

beforeAll(async () => {
  chat = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    said.push((JSON.parse(body) as { text: string }).text);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  mails = new MailServer();
  await mails.start();
  const port = await freePort();
  base = `localhost:${port}`;
  const chatPort = (chat.address() as AddressInfo).port;
  const environment = {
    ...{ BASE_DOMAIN: base, BASE_SCHEME: 'http', PORT: `${port}` },
    SUPPORT_WEBHOOK_URL: `http://127.0.0.1:${chatPort}/hook`,
    ...{ SMTP_URL: mails.url, MAIL_FROM: 'Example Hosting <no-reply@example.com>' },
    SUPPORT_MAIL: SUPPORT,
  };
  [lab, browser] = await Promise.all([
    startConsoleLab({ environment, page: DIST, reRunsMs: 100, noticesMs: 100 }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  await mails?.stop();
  chat?.close();
});

async function fail(customer: string, error: ErrorCode = 'box_unreachable'): Promise<void> {
  const at = new Date().toISOString();
  const about = { provider: 'anthropic', method: 'setup-token', attempt: 1, phase: 'failed' } as const;
  const outcome: Outcome = {
    ...about,
    ...{ handshake: randomUUID(), customer, requestedAt: at, at, error },
  };
  await lab.database.transaction().execute((tx) => recordOutcome(tx, outcome));
}

async function signIn(page: Page): Promise<void> {
  const { name, password } = lab.operators.support;
  await page.goto(`http://admin.${base}/`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Cases' }).waitFor();
}

test('fifty failures of one cause are one group and one message, and one click tries all of them again', async () => {
  const customers = Array.from({ length: 50 }, (_, index) => `many-${index}`);
  for (const customer of customers) await fail(customer);
  await new Customers(lab.database).put('many-0', { displayName: '=cmd|calc 🦊 شركة' });
  const page = await browser.newPage();
  await signIn(page);
  const group = page.getByRole('row').filter({ hasText: 'box_unreachable' }).filter({ hasText: '× 50' });
  await group.waitFor();
  await group.getByRole('link').click();
  await page.getByRole('button', { name: 'Re-run 50…' }).click();
  await page.getByText('50 customers have their page closed, and must sign in.').waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Start 50' }).click();
  await page.getByText('Re-running', { exact: false }).waitFor();
  const taken = new Set<string>();
  await until(async () => {
    // Workers take what waits.
    for (const job of await lab.queue.getWaiting()) {
      taken.add(job.data.customer);
      await lab.queue.remove(job.id as string);
    }
    return taken.size === 50;
  });
  await page.getByText('50 started').waitFor();
  expect([...taken].toSorted()).toEqual(customers.toSorted());
  await until(async () => said.length > 0);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('New cases: 50 of one cause');
  await until(async () => mails.to(SUPPORT).length > 0);
  const [mail, ...more] = mails.to(SUPPORT);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({
    from: { name: 'Example Hosting', address: 'no-reply@example.com' },
    to: [{ address: SUPPORT }],
    subject: expect.stringContaining('50 of one cause'),
    messageId: expect.stringMatching(/^<[\da-f-]{36}@example\.com>$/),
  });
  expect(mail?.text).toContain('many-0');
  await page.close();
}, 90_000);

test('a re-run of many is stopped by a click: what was not started stays as it is', async () => {
  for (let index = 0; index < 8; index += 1) await fail(`stopped-${index}`, 'node_unfit');
  const page = await browser.newPage();
  await signIn(page);
  const group = page.getByRole('row').filter({ hasText: 'node_unfit' }).filter({ hasText: '× 8' });
  await group.getByRole('link').click();
  await page.getByRole('button', { name: 'Re-run 8…' }).click();
  await page.getByRole('button', { name: 'Start 8' }).click();
  const run = page.getByRole('region', { name: /^Re-run of / }).filter({ hasText: 'to come' });
  // No worker takes the five that wait.
  await run.getByText('5 started, 3 to come').waitFor();
  expect(await barriersOn(page)).toEqual([]);
  const bar = run.getByRole('progressbar', { name: '5 of 8' });
  expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['5', '8']);
  await run.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('5 started, 3 left').waitFor();
  await page.getByText('Re-run stopped:').waitFor();
  const left = await lab.database
    .selectFrom('re_run_cases')
    .innerJoin('re_runs', 're_runs.id', 're_run_cases.run')
    .select(['re_runs.state as run', 're_run_cases.state as its'])
    .where('re_run_cases.customer', 'like', 'stopped-%')
    .execute();
  expect(left.map(({ run: of, its }) => `${of} ${its}`).toSorted()).toEqual([
    ...Array(5).fill('stopped started'),
    ...Array(3).fill('stopped waiting'),
  ]);
  for (const job of await lab.queue.getWaiting()) await lab.queue.remove(job.id as string);
  await page.close();
}, 60_000);

test('a re-run of one whose page is closed says so first, and offers a link to send instead', async () => {
  const page = await browser.newPage();
  await signIn(page);
  const jobs = async () => (await lab.queue.getWaiting()).map(({ data }) => data.customer);
  const ask = async (customer: string) => {
    const failed = new RecordedHandshake(lab.records, customer);
    await failed.fails();
    await page.goto(`http://admin.${base}/#/handshakes/${failed.handshake}`);
    await page.getByRole('heading', { level: 1, name: customer }).waitFor();
    await page.getByRole('button', { name: 'Re-run', exact: true }).click();
  };
  const isSaid = () => page.getByText('1 customer has their page closed, and must sign in.');
  await ask('sent-a-link');
  await isSaid().waitFor();
  await page.getByRole('button', { name: 'Make a connect link' }).click();
  const link = await page.getByText(`http://sent-a-link.${base}/connect/`).textContent();
  const theirs = await (await browser.newContext()).newPage();
  await followLink(theirs, link ?? '');
  expect(await jobs()).toEqual([]);
  // Now there is nothing to ask: their page is open, and moves on.
  await theirs.getByRole('heading', { name: english('consent.heading') }).waitFor();
  await ask('sent-a-link');
  await until(async () => (await jobs()).join() === 'sent-a-link');
  expect(await isSaid().count()).toBe(0);
  await ask('stays-away');
  await isSaid().waitFor();
  expect(await jobs()).toEqual(['sent-a-link']);
  await page.getByRole('button', { name: 'Start it' }).click();
  await until(async () => (await jobs()).includes('stays-away'));
  await theirs.context().close();
  await page.close();
}, 60_000);

test('whatever customers are called, they are shown as they are, also on a narrow phone; a right code is found, and a wrong one finds nothing', async () => {
  const names = {
    formula: '=cmd|calc!A1',
    html: `<img src=x onerror="document.title='no'">`,
    hebrew: '\u202eשלום וברכה\u202c',
    arabic: 'شركة الأمل للتجارة',
    emoji: '👩‍👩‍👧‍👦 & 🦊',
    long: 'W'.repeat(200),
  };
  const slugs = [...Object.keys(names), 'a'.repeat(63)];
  for (const slug of slugs) await fail(slug);
  for (const [slug, displayName] of Object.entries(names))
    await new Customers(lab.database).put(slug, { displayName });
  const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
  await signIn(page);
  const sticksOut = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
  for (const [slug, shown] of [...Object.entries(names), ['a'.repeat(63), 'a'.repeat(63)] as const]) {
    const row = page.getByRole('row').filter({ has: page.locator('th').getByText(slug, { exact: true }) });
    await row.first().waitFor();
    // As it is, and set apart from what is around it.
    expect(await row.first().locator('bdi').first().textContent()).toBe(shown);
  }
  expect(await sticksOut()).toBeLessThanOrEqual(0);
  await page.goto(`http://admin.${base}/#/fleet`);
  for (const [slug, shown] of Object.entries(names)) {
    const line = page
      .locator('tbody tr')
      .filter({ has: page.locator('th .slug').getByText(slug, { exact: true }) });
    expect(await line.locator('th bdi').textContent()).toBe(shown);
  }
  expect(await sticksOut()).toBeLessThanOrEqual(0);
  await page.goBack();
  await page.getByRole('row').filter({ hasText: 'onerror' }).getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: 'onerror' }).waitFor();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).not.toBe('no');
  expect(await sticksOut()).toBeLessThanOrEqual(0);
  await page.keyboard.press('/');
  const search = page.getByRole('combobox', { name: /^Customer, name/ });
  const quoted = new RecordedHandshake(lab.records, 'quoted');
  await quoted.fails();
  await until(async () => {
    await search.fill('');
    await search.fill(supportCode(quoted.handshake) ?? '');
    return page
      .getByRole('option', { name: 'handshake, failed' })
      .waitFor({ timeout: 2_000 })
      .then(
        () => true,
        () => false,
      );
  });
  await search.fill('');
  for (const wrong of ['ABCD-9999', '"><script>', '%_\\', '\u202e0000']) {
    await search.fill(wrong);
    await page.getByText('Nothing found.').waitFor();
    await search.fill('');
    await page.getByText('Nothing found.').waitFor({ state: 'detached' });
  }
  expect(await sticksOut()).toBeLessThanOrEqual(0);
  await page.close();
}, 60_000);

test('a case is found, noted and resolved by keys and clicks; letters that are written are no keys', async () => {
  await fail('keyed');
  const page = await browser.newPage({ colorScheme: 'dark' });
  await signIn(page);
  await page.getByRole('link', { name: 'keyed' }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  const search = page.getByRole('combobox', { name: /^Customer, name/ });
  // Among them all keys that do something.
  await search.fill('');
  await search.pressSequentially('jk?/x');
  expect(await search.inputValue()).toBe('jk?/x');
  await search.fill('keyed');
  await page.getByRole('option', { name: /case, open/ }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('option', { name: /case, open/ }).click();
  await page.getByRole('heading', { level: 1, name: 'keyed' }).waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Note' }).fill('<b>Called</b> them.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByText('<b>Called</b> them.').waitFor();
  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('Resolved by').waitFor();
  await page.keyboard.press('Control+k');
  await search.fill('keyed');
  await page.keyboard.press('Escape');
  await search.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Cases', exact: false }).first().click();
  await page.getByRole('heading', { name: /^Case by case/ }).waitFor();
  const lines = page.locator('main tbody tr').filter({ has: page.getByRole('link') });
  const isAt = (at: number) =>
    until(() => lines.nth(at).evaluate((line) => line.contains(document.activeElement)));
  for (const [key, at] of [
    ['j', 0],
    ['j', 1],
    ['k', 0],
  ] as const) {
    await page.keyboard.press(key);
    await isAt(at);
  }
  const line = lines.filter({ has: page.getByRole('checkbox') }).first();
  const named = (await line.getByRole('link').first().textContent()) ?? '';
  await line.getByRole('link').first().focus();
  for (const isChosen of [true, false]) {
    await page.keyboard.press('x');
    await until(async () => (await line.getByRole('checkbox').isChecked()) === isChosen);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: named }).waitFor();
  await page.goBack();
  // A new one comes by itself.
  await fail('comes-by-itself');
  await page.getByRole('link', { name: 'comes-by-itself' }).waitFor();
  await page.close();
}, 60_000);

test('what is earlier of a case, and more runs, come as they are asked for', async () => {
  await fail('long-history');
  const { rows } = await sql<{ id: string }>`
    insert into case_entries ("case", at, who, deed, text)
    select c.id, now(), 'system', 'note', 'The note ' || n || '.' from cases c, generate_series(1, 120) n
    where c.customer = 'long-history' order by n returning "case" as id`.execute(lab.database);
  await sql`
    insert into fleet_runs (id, kind, filter, options, asked_by, state, started_at, counted_from)
    select gen_random_uuid(), 'doctor', '{}', ${JSON.stringify(RUN_OPTIONS)}, 'run ' || n, 'done', now(), now()
    from generate_series(1, 60) n`.execute(lab.database);
  const page = await browser.newPage();
  await signIn(page);
  await page.goto(`http://admin.${base}/#/cases/${rows[0]?.id}`);
  const entries = page.locator('.history li');
  const earlier = page.getByRole('button', { name: 'Show earlier' });
  for (const count of [20, 50, 100]) {
    await until(async () => (await entries.count()) === count);
    await earlier.click();
  }
  await page.getByText('The note 1.', { exact: true }).waitFor();
  expect(await earlier.count()).toBe(0);
  expect(new Set(await entries.allTextContents()).size).toBe(121);
  await page.goto(`http://admin.${base}/#/fleet/runs`);
  const runs = page.getByRole('row').filter({ hasText: /run \d+/ });
  await until(async () => (await runs.count()) === 50);
  const more = page.getByRole('button', { name: 'Show more' });
  await more.click();
  await until(async () => (await runs.count()) === 60);
  expect(await more.count()).toBe(0);
  await page.close();
}, 60_000);

test('what was done to cases is said also where they are no longer chosen, or no longer there', async () => {
  for (const customer of ['chosen-1', 'chosen-2']) await fail(customer, 'claude_crashed');
  const page = await browser.newPage();
  await signIn(page);
  for (const customer of ['chosen-1', 'chosen-2'])
    await page.getByRole('checkbox', { name: customer }).check();
  await page.getByRole('button', { name: 'Assign to me' }).click();
  await page.getByText('2 cases are assigned to you.').waitFor();
  await page.getByText('Choose some, or open a cause').waitFor();
  expect(await page.getByText('2 cases are assigned to you.').isVisible()).toBe(true);
  const group = page.getByRole('row').filter({ hasText: 'claude_crashed' }).filter({ hasText: '× 2' });
  await group.getByRole('link').click();
  await page.getByText('None chosen: it applies to all 2 of this cause.').waitFor();
  expect(await page.getByText('2 cases are assigned to you.').count()).toBe(0);
  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('Nothing matches.').waitFor();
  expect(await page.getByText('2 cases are resolved.').isVisible()).toBe(true);
  await page.close();
}, 60_000);
