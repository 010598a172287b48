import type { Browser, Locator, Page } from 'playwright-core';
import { ERROR_CODES } from '../../core/contract/error-rows.ts';
import { asked } from '../../lab/postgres.ts';
import type { System } from '../../lab/system.ts';
import { table } from './figures.ts';
import { atPercent } from './page-probe.ts';

/** How many cases nobody has resolved, how many have been, and how often each thing is measured. */
export interface CasesBench {
  cases: number;
  resolved: number;
  rounds: number;
}

/** Cases of the cause that is tried again as a whole. */
const MANY = 50;
const MANY_CODE = ERROR_CODES.at(-1);
const MANY_CAUSE = `handshake:${MANY_CODE}`;
/** Connections and boxes are in trouble, too. */
const CAUSES = 40;
/** Single re-runs that are measured, in place of fifty. */
const SINGLES = 5;
/** So many entries of history each. */
const ENTRIES = 6;
/** Answers when the page that is open had something to read. */
const CONTENT = "performance.getEntriesByName('first-contentful-paint')[0].startTime";

/** Milliseconds of what an operator does in a browser, and of what they would do without it. */
interface Took {
  what: string;
  ours: number[];
  /** What they would do instead; absent: nothing. */
  instead?: { what: string; theirs: number[] };
}

/** Measures the cases in Chromium, on a record that has so many of them. Answers a table. */
export async function measureCases(
  { system, browser, machine }: { system: System; browser: Browser; machine: string },
  options: CasesBench,
): Promise<string> {
  await seed(system.databaseUrl, options);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  try {
    await signIn(system, page);
    const took: Took[] = [];
    const paints: number[] = [];
    took.push({
      what: 'the console opens: groups and 100 cases',
      ours: await rounds(options.rounds, async () => {
        const ms = await open(system, page);
        paints.push(await page.evaluate<number>(CONTENT));
        return ms;
      }),
    });
    took.push({ what: 'its first paint with something to read', ours: paints.slice(1) });
    took.push({
      what: 'a cause: its cases',
      ours: await rounds(options.rounds, (round) => ofCause(page, round)),
    });
    took.push({ what: '100 more', ours: await rounds(options.rounds, () => more(page)) });
    took.push({
      what: 'one case, with its customer',
      ours: await rounds(options.rounds, (round) => one(system, page, round, options)),
    });
    took.push({
      what: 'search: a name, part of one, a code, an address, an id',
      ours: await rounds(options.rounds, (round) => search(page, system, round, options)),
    });
    took.push({
      what: 'narrowed by part of a name',
      ours: await rounds(options.rounds, (round) => narrow(page, round, options)),
    });
    const chosen: number[] = [];
    took.push({
      what: 'all of a cause that are shown, chosen',
      ours: chosen,
    });
    took.push({
      what: '100 that are chosen, assigned',
      ours: await rounds(options.rounds, async (round) => {
        const { choosing, assigning } = await choose(page, round);
        if (round > 0) chosen.push(choosing);
        return assigning;
      }),
    });
    took.push(...(await many(system, page)));
    return shown(took, options, machine);
  } finally {
    await context.close();
  }
}

/** Cases of many causes, with customers, names, handshakes and histories. */
async function seed(url: string, { cases, resolved }: CasesBench): Promise<void> {
  process.stderr.write('Writing cases …\n');
  const codes = ERROR_CODES.slice(0, CAUSES)
    .map((code) => `'${code}'`)
    .join(',');
  await asked(
    url,
    `insert into customers (customer, display_name)
      select 'bench-' || n, 'Müller & Søn ' || md5(n::text) from generate_series(1, ${cases + resolved}) n`,
  );
  await asked(
    url,
    `with made as (
      select n, (array[${codes}])[1 + n % ${CAUSES}] as code,
        case when n % 10 = 0 then 'box' when n % 5 = 0 then 'connection' else 'handshake' end as kind,
        now() - (n * 7919 % 40000) * interval '1 minute' as at
      from generate_series(1, ${cases + resolved}) n)
    insert into cases (customer, kind, subject, cause, code, provider, method, box, handshake, since, last_at, state,
      assignee, resolved_at, resolved_by, resolution)
    select 'bench-' || n, kind, 'default', kind || ':' || code, code, 'anthropic', 'setup-token', 'default',
      gen_random_uuid()::text, at, at, case when n > ${cases} then 'resolved' when n % 20 = 0 then 'snoozed' else 'open' end,
      case when n % 3 = 0 then 'sam' end, case when n > ${cases} then now() end,
      case when n > ${cases} then 'system' end, case when n > ${cases} then 'It was over.' end from made`,
  );
  await asked(url, `update cases set snoozed_until = now() + interval '1 day' where state = 'snoozed'`);
  // One cause has as many as are tried again, and no other kind of case.
  await asked(
    url,
    `update cases set cause = '${MANY_CAUSE}', code = '${MANY_CODE}', kind = 'handshake'
      where customer in (select 'bench-' || n from generate_series(1, ${MANY}) n)`,
  );
  await asked(
    url,
    `insert into case_entries ("case", at, who, deed, text)
      select id, since, 'system', 'changed', cause from cases, generate_series(1, ${ENTRIES})`,
  );
  await asked(
    url,
    `insert into handshakes (handshake, customer, provider, method, requested_by, started_at, attempt, steps, since, ended_at, phase, error_code)
      select handshake, customer, provider, method, 'customer', since, 1, 2, last_at, last_at, 'failed', code from cases`,
  );
  await asked(
    url,
    `insert into boxes (id, customer, name, is_default, host_keys, shown_credentials, pending, reach)
      select gen_random_uuid(), 'bench-' || n, 'default', true, '{"pinned":[]}', '{}', '{}',
        jsonb_build_object('kind', 'ssh', 'host', '127.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, 'port', 1, 'user', 'ubuntu')
      from generate_series(1, ${cases + resolved}) n`,
  );
  await asked(url, 'vacuum analyze');
}

async function signIn(system: System, page: Page): Promise<void> {
  const { name, password } = system.console.operators.support;
  await page.goto(system.console.url);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Cases' }).waitFor();
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** One round more goes before: the first of everything is slow. */
async function rounds(count: number, act: (round: number) => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round <= count; round += 1) took.push(await act(round));
  return took.slice(1);
}

/** All cases, as the console shows them at first. */
async function all(page: Page): Promise<void> {
  await page.evaluate("location.hash = '#/fleet'");
  await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
  await page.evaluate("location.hash = '#/cases'");
  await list(page).nth(99).waitFor();
}

/** Until the cases and their groups that match are there and drawn. */
function answered(page: Page, asks: RegExp, act: () => Promise<void>): Promise<number> {
  const answer = (route: string) =>
    page.waitForResponse((response) => {
      const { pathname, search: query } = new URL(response.url());
      return pathname === `/api/v1/${route}` && asks.test(query);
    });
  return timed(async () => {
    const [cases, grouped] = await Promise.all([answer('cases'), answer('case-groups'), act()]);
    await Promise.all([cases.finished(), grouped.finished()]);
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  });
}

const rowsIn = (page: Page, name: string): Locator => page.getByRole('table', { name }).locator('tbody tr');
const list = (page: Page) => rowsIn(page, 'Cases, what was last seen first');
const groups = (page: Page) => rowsIn(page, 'Cases by cause');

function open(system: System, page: Page): Promise<number> {
  return timed(async () => {
    await page.goto('about:blank');
    await page.goto(system.console.url);
    await groups(page).first().waitFor();
    await list(page).nth(99).waitFor();
  });
}

async function ofCause(page: Page, round: number): Promise<number> {
  await all(page);
  const link = groups(page)
    .nth(round % 20)
    .getByRole('link');
  return answered(page, /cause=/, () => link.click());
}

async function more(page: Page): Promise<number> {
  await all(page);
  return timed(async () => {
    await page.getByRole('button', { name: 'Show more' }).click();
    await list(page).nth(199).waitFor();
  });
}

async function one(system: System, page: Page, round: number, { cases }: CasesBench): Promise<number> {
  const customer = nameOf(round, cases);
  const [row] = await asked<{ id: string; display_name: string }>(
    system.databaseUrl,
    `select c.id, k.display_name from cases c join customers k using (customer) where customer = '${customer}'`,
  );
  await all(page);
  return timed(async () => {
    await page.evaluate(`location.hash = '#/cases/${row?.id}'`);
    await page.getByRole('heading', { level: 1, name: row?.display_name ?? '' }).waitFor();
    await page.getByRole('heading', { name: 'Connections' }).waitFor();
  });
}

/** From the last letter until the first hit is there. */
async function search(page: Page, system: System, round: number, { cases }: CasesBench): Promise<number> {
  const customer = nameOf(round, cases);
  const [row] = await asked<{ id: string; display_name: string; host: string }>(
    system.databaseUrl,
    `select c.id, k.display_name, b.reach->>'host' as host from cases c join customers k using (customer)
      join boxes b using (customer) where c.customer = '${customer}'`,
  );
  const words = [customer, row?.display_name.slice(-9), 'credential', row?.host, row?.id][round % 5] ?? '';
  await all(page);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /^Customer, name/ });
  await field.waitFor();
  const took = await timed(async () => {
    await field.fill(words);
    await page.getByRole('option').first().waitFor();
  });
  await page.keyboard.press('Escape');
  return took;
}

async function narrow(page: Page, round: number, { cases }: CasesBench): Promise<number> {
  await all(page);
  const field = page.getByLabel('Customer', { exact: true });
  return answered(page, /q=/, () => field.fill(nameOf(round, cases)));
}

/** Everything that is shown of a cause is chosen, and assigned. */
async function choose(page: Page, round: number): Promise<{ choosing: number; assigning: number }> {
  await ofCause(page, round);
  await list(page).nth(99).waitFor();
  const choosing = await timed(async () => {
    await page.getByRole('button', { name: 'Choose all shown' }).click();
    await page.getByText('100 chosen.').waitFor();
  });
  const assigning = await timed(async () => {
    await page.getByRole('button', { name: 'Assign to me' }).click();
    await page.getByText(/cases are assigned to you\.$/).waitFor();
  });
  return { choosing, assigning };
}

/** Fifty of one cause: assigned, and tried again; and one by one, as before there was such a thing. */
async function many(system: System, page: Page): Promise<Took[]> {
  await page.evaluate(`location.hash = '#/cases?cause=${encodeURIComponent(MANY_CAUSE)}'`);
  await page.getByRole('button', { name: `Re-run ${MANY}…` }).waitFor();
  const assigned = await timed(async () => {
    await page.getByRole('button', { name: 'Assign to me' }).click();
    await page.getByText(`${MANY} cases are assigned to you.`).waitFor();
  });
  const planned = await timed(async () => {
    await page.getByRole('button', { name: `Re-run ${MANY}…` }).click();
    await page.getByRole('heading', { name: 'What will happen' }).waitFor();
  });
  const begun = await timed(async () => {
    await page.getByRole('button', { name: `Start ${MANY}` }).click();
    await page.getByText('Re-running', { exact: false }).waitFor();
  });
  const done = await timed(() =>
    page.getByText('Re-run done', { exact: false }).waitFor({ timeout: 300_000 }),
  );
  const singles: number[] = [];
  for (let at = 0; at < SINGLES; at += 1) {
    const [row] = await asked<{ id: string }>(
      system.databaseUrl,
      `select id from cases where kind = 'handshake' and state = 'open' and cause <> '${MANY_CAUSE}'
        order by id offset ${at * 100} limit 1`,
    );
    await all(page);
    singles.push(
      await timed(async () => {
        await page.evaluate(`location.hash = '#/cases/${row?.id}'`);
        await page.getByRole('button', { name: 'Re-run…' }).click();
        await page.getByRole('button', { name: 'Start it' }).click();
        await page.getByText('It has begun.').waitFor();
      }),
    );
  }
  const fifty = singles.map((ms) => ms * MANY);
  return [
    { what: `assign ${MANY} of a cause`, ours: [assigned] },
    { what: `what a re-run of ${MANY} would do`, ours: [planned] },
    {
      what: `its start, until its progress is shown`,
      ours: [begun],
      instead: { what: `${MANY} times: open the case, Re-run, Start (from ${SINGLES})`, theirs: fifty },
    },
    { what: `until the last of ${MANY} is started (paced, five each 2.5 s)`, ours: [done] },
  ];
}

/** Some of those that nobody has resolved, far apart. */
const nameOf = (round: number, cases: number) => `bench-${100 + ((round * 1_327) % (cases - 200))}`;

function shown(took: readonly Took[], { cases, resolved }: CasesBench, machine: string): string {
  const cell = (all: readonly number[]) =>
    all.length === 1
      ? `${all[0]?.toFixed(0)} ms`
      : `${atPercent(all, 50).toFixed(0)} ms (${atPercent(all, 95).toFixed(0)})`;
  return table({
    title: `${cases.toLocaleString('en')} cases that nobody has resolved, ${resolved.toLocaleString('en')} that are`,
    columns: ['median (95th percentile)', 'instead', ''],
    rows: took.map(({ what, ours, instead }) => [
      what,
      cell(ours),
      instead ? cell(instead.theirs) : '',
      instead?.what ?? '',
    ]),
    notes: [
      machine,
      'From the click, or the last letter, until it is drawn in Chromium; all on this machine.',
    ],
    data: {},
  });
}
