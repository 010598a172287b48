import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Browser, BrowserContext } from 'playwright-core';
import { customerStateSchema } from '../../core/contract/http-api.ts';
import { openBrowser } from '../../lab/browser.ts';
import { followLink } from '../../lab/dashboard.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { firstPaint, type Paints } from './first-paint.ts';
import { describeMachine } from './machine.ts';
import { atPercent, type Marks, PROBE } from './page-probe.ts';

/** Milliseconds that a page has been open when the customer clicks. */
const OPEN_FOR_MS = 2_000;

/** How often a page is opened over a slow line; the first time does not count. */
const PAINT_ROUNDS = 6;

/** Notes the time, and then prints a link as `claude setup-token` does, in one write. */
const CLAUDE = `#!/bin/sh
sleep 0.5
link="https://claude.ai/oauth/authorize?I$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\\n')"
date +%s%3N >"$HOME/printed"
printf '%s\\r\\n\\r\\n Paste code here if prompted > ' "$link"
exec sleep 600
`;

/** Milliseconds of one round. */
interface Round {
  printToPage: number;
  readToPage: number;
  clickToSignIn: number;
  /** A link on a page that has nothing else. */
  plainClick: number;
  clickToNext: number;
}

await new Command('npm run bench:page --')
  .description('What a customer waits for: the click, and the way of a link from the box to the browser.')
  .option('--rounds <n>', 'measured rounds, each with a box and a browser profile of its own', Number, 20)
  .action(run)
  .parseAsync();

async function run({ rounds }: { rounds: number }): Promise<void> {
  // One more goes before: the first of everything is slow.
  const customers = Array.from({ length: rounds + 1 }, (_, round) => `round-${round}`);
  process.stderr.write('Bringing the system up …\n');
  const { openclaw, remove } = practicePrograms();
  const programs = { claude: { script: CLAUDE }, openclaw };
  const [system, browser] = await Promise.all([startSystem({ customers, programs }), openBrowser()]);
  try {
    const measured: Round[] = [];
    for (const customer of customers) measured.push(await measure(system, browser, customer));
    process.stdout.write(report(measured.slice(1)));
    const paints: Paints[] = [];
    for (let round = 0; round < PAINT_ROUNDS; round += 1)
      paints.push(await firstPaint(system, browser, 'round-0'));
    process.stdout.write(paintReport(paints.slice(1)));
  } finally {
    await browser.close();
    await system.stop();
    remove();
  }
}

async function measure(system: System, browser: Browser, customer: string): Promise<Round> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    await context.addInitScript(PROBE);
    const plainClick = await clickPlain(system, context);
    const page = await context.newPage();
    await followLink(page, await system.connectLink(customer));
    await sleep(OPEN_FOR_MS);
    const link = page.getByRole('link', { name: english('consent.connect') });
    await link.waitFor();
    const { snapshot } = customerStateSchema.parse(
      await page.evaluate(`fetch('/api/v1/handshake').then((answer) => answer.json())`),
    );
    const [signIn] = await Promise.all([context.waitForEvent('page'), link.click()]);
    await signIn.waitForLoadState();
    await page.getByLabel(english('paste.label')).waitFor();
    const { linkThere, clicked, next } = await page.evaluate<Marks>('globalThis.keyferryMarks');
    // One handshake at a time.
    await page.getByRole('button', { name: english('actions.cancel') }).click();
    await page.getByRole('heading', { name: english('trouble.cancelled') }).waitFor();
    return {
      printToPage: linkThere - Number(readFileSync(join(system.box(customer).home, 'printed'), 'utf8')),
      readToPage: linkThere - Date.parse(snapshot?.at ?? ''),
      clickToSignIn: askedAt(system) - clicked,
      plainClick,
      clickToNext: next - clicked,
    };
  } finally {
    await context.close();
  }
}

/** What the browser itself takes: a click on a plain link, until the new tab asks for the same page. */
async function clickPlain(system: System, context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  const address = `${system.anthropic.baseUrl}/oauth/authorize`;
  await page.goto(`data:text/html,<a target="_blank" rel="noopener" href="${address}">sign in</a>`);
  await sleep(OPEN_FOR_MS);
  const [tab] = await Promise.all([context.waitForEvent('page'), page.getByRole('link').click()]);
  await tab.waitForLoadState();
  const { clicked } = await page.evaluate<Marks>('globalThis.keyferryMarks');
  await Promise.all([tab.close(), page.close()]);
  return askedAt(system) - clicked;
}

/** When the stand-in was asked for its sign-in page last. */
function askedAt(system: System): number {
  const asked = system.anthropic.log.entries.findLast(({ path }) => path.endsWith('/oauth/authorize'));
  return asked?.at ?? Number.NaN;
}

function paintReport(paints: readonly Paints[]): string {
  const median = (of: keyof Paints) =>
    atPercent(
      paints.map((each) => each[of]),
      50,
    ).toFixed(0);
  return `
  Over a slow line (Lighthouse's: 1.6 Mbit/s, 150 ms, as DevTools apply them), ${paints.length} times, nothing kept by the browser:
  something is painted after ${median('paint')} ms, the first text after ${median('content')} ms (medians).
`;
}

function report(rounds: readonly Round[]): string {
  const line = (what: string, of: keyof Round) => {
    const all = rounds.map((round) => round[of]);
    const figures = [50, 95].map((percent) => `${atPercent(all, percent).toFixed(1)} ms`.padStart(10));
    return `  ${what.padEnd(60)}${figures.join('')}\n`;
  };
  return `${describeMachine()}
${rounds.length} rounds, one handshake at a time; Chromium, proxy, api, worker, Redis and box all on this machine

  ${''.padEnd(60)}    median       p95
${line('link read off the box’s screen → in the page', 'readToPage')}${line('link printed by the program on the box → in the page', 'printToPage')}${line('click → the new tab asks for the sign-in', 'clickToSignIn')}${line('the same on a page that has nothing but a link', 'plainClick')}${line('click → the next screen is in the page', 'clickToNext')}
  The page has been open for ${OPEN_FOR_MS / 1_000} s at the click, and the link is in it.
  Read: the snapshot's \`at\`, when the worker has seen the link twice the same. Printed: the clock just before the
  one write of a stand-in for claude; 10 ms of it are the quiet after which a screen counts as complete.
  In the page: a MutationObserver. The click: the event's own time stamp. The tab: as the stand-in for Anthropic
  receives its request. A plain link shows what of that is the browser's own.
`;
}
