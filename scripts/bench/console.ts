import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { followLink } from '../../lab/dashboard.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { Viewers } from '../../lab/viewers.ts';
import { english } from '../../web/messages/english.ts';
import { type CasesBench, measureCases } from './console-cases.ts';
import { type ConsoleBench, type ListFigures, report } from './console-report.ts';
import { Crowd } from './crowd.ts';
import { LIST_PROBE, type Smoothness, workDuring } from './list-probe.ts';
import { describeMachine } from './machine.ts';
import { type Marks, PROBE } from './page-probe.ts';

/** Draws twenty times a second until it may go on; notes the time, and then prints a link in one write. */
const CLAUDE = `#!/bin/sh
case "$*" in *setup-token*) ;; *) exit 0 ;; esac
turn=0
while [ ! -e "$HOME/go" ]; do
  turn=$((turn + 1))
  printf '\\r Opening browser to sign in… %s ' "$turn"
  sleep 0.05
done
sleep 0.3
link="https://claude.ai/oauth/authorize?I$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\\n')"
date +%s%3N >"$HOME/printed"
printf '\\r\\n%s\\r\\n\\r\\n Paste code here if prompted > ' "$link"
exec sleep 600
`;
/** Milliseconds that a handshake is watched before its link is printed; without viewers it waits as long. */
const WATCHED_MS = 1_000;

await new Command('npm run bench:console --')
  .description(
    'What a full list, many viewers of one terminal and thousands of cases cost: the page, the api, and the customer.',
  )
  .addOption(new Option('--only <part>', 'one part alone').choices(['live', 'cases']))
  .option('--pairs <n>', 'rounds without viewers and with them, in turns', Number, 10)
  .option('--handshakes <n>', 'live handshakes on the list', Number, 200)
  .option('--viewers <n>', 'viewers of one terminal, 40 at most', Number, 20)
  .option('--changes <n>', 'changes of phase a second on the list', Number, 20)
  .option('--seconds <n>', 'for how long the list is looked at, 30 at most', Number, 20)
  .option('--cases <n>', 'cases that nobody has resolved', Number, 5_000)
  .option('--resolved <n>', 'cases that are resolved', Number, 45_000)
  .option('--rounds <n>', 'how often each thing is done with cases', Number, 20)
  .action(run)
  .parseAsync();

async function run({
  only,
  ...options
}: ConsoleBench & CasesBench & { only?: 'live' | 'cases' }): Promise<void> {
  if (only !== 'cases') await runLive(options);
  if (only !== 'live') await runCases(options);
}

async function runCases(options: CasesBench): Promise<void> {
  process.stderr.write('Bringing the system up …\n');
  const machine = describeMachine();
  // Whoever is tried again has no box: it is the console that is measured.
  const [system, browser] = await Promise.all([startSystem({ folder: true }), openBrowser()]);
  try {
    process.stdout.write(await measureCases({ system, browser, machine }, options));
  } finally {
    await browser.close();
    await system.stop();
  }
}

async function runLive(options: ConsoleBench): Promise<void> {
  // One round more goes before: the first of everything is slow.
  const customers = ['looked-at', ...Array.from({ length: 2 * options.pairs + 1 }, (_, at) => `round-${at}`)];
  process.stderr.write('Bringing the system up …\n');
  const { openclaw, remove } = practicePrograms();
  const programs = { claude: { script: CLAUDE }, openclaw };
  const machine = describeMachine();
  const [system, browser] = await Promise.all([startSystem({ customers, programs }), openBrowser()]);
  const crowd = new Crowd(system.redis.url, 'keyferry', options.handshakes);
  try {
    await crowd.begin(options.changes);
    const viewers = await Viewers.signIn(system);
    const list = await openList(system, browser);
    const smooth = await lookAt({ system, browser, viewers, list }, options);
    const plain: number[] = [];
    const watched: number[] = [];
    await measure({ system, browser, viewers, list }, 'round-0', options.viewers);
    for (let pair = 0; pair < options.pairs; pair += 1) {
      // Who goes first takes turns too.
      for (const isWatched of pair % 2 ? [true, false] : [false, true]) {
        const customer = `round-${1 + 2 * pair + Number(isWatched)}`;
        const ms = await measure(
          { system, browser, viewers, list },
          customer,
          isWatched ? options.viewers : 0,
        );
        (isWatched ? watched : plain).push(ms);
      }
      process.stderr.write(`${pair + 1} of ${options.pairs} pairs\n`);
    }
    process.stdout.write(report(machine, options, smooth, { plain, watched }));
  } finally {
    await browser.close();
    await crowd.end();
    await system.stop();
    remove();
  }
}

interface Stage {
  system: System;
  browser: Browser;
  viewers: Viewers;
  list: Page;
}

/** The list in a browser of an operator's own. */
async function openList(system: System, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(LIST_PROBE);
  const page = await context.newPage();
  await page.goto(`${system.console.url}#/handshakes`);
  const { name, password } = system.console.operators.observer;
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Handshakes' }).waitFor();
  await page.getByRole('link', { name: 'crowd-0', exact: true }).first().waitFor();
  return page;
}

/** Looks at the list while everything on it moves and one terminal, which draws all the time, has its viewers. */
async function lookAt(stage: Stage, { seconds, viewers: count }: ConsoleBench): Promise<ListFigures> {
  const { system, browser, viewers, list } = stage;
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    await followLink(page, await system.connectLink('looked-at'));
    await viewers.watch(await viewers.find('looked-at', 'opening'), count);
    await list.bringToFront();
    const rows = await list
      .getByRole('region', { name: /Under way|Needs attention/ })
      .locator('tbody tr')
      .count();
    const before = { messages: viewers.messages, bytes: viewers.bytes };
    const { noted, work } = await workDuring(list, () =>
      list.evaluate<Smoothness>(`keyferrySmooth(${seconds * 1_000})`),
    );
    const shown = viewers.messages - before.messages;
    const bytes = viewers.bytes - before.bytes;
    await viewers.leave();
    await finish(system, page, 'looked-at');
    return { ...noted, rows, shown, bytes, work };
  } finally {
    await context.close();
  }
}

/** Milliseconds from the link's print on the box until it stands in the customer's page; `count` viewers see it printed. */
async function measure(stage: Stage, customer: string, count: number): Promise<number> {
  const { system, browser, viewers } = stage;
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    await context.addInitScript(PROBE);
    const page = await context.newPage();
    await followLink(page, await system.connectLink(customer));
    const handshake = await viewers.find(customer, 'opening');
    await viewers.watch(handshake, count);
    await page.waitForTimeout(WATCHED_MS);
    await finish(system, page, customer);
    const { linkThere } = await page.evaluate<Marks>('globalThis.keyferryMarks');
    await viewers.leave();
    return linkThere - Number(readFileSync(join(system.box(customer).home, 'printed'), 'utf8'));
  } finally {
    await context.close();
  }
}

/** Lets the program print its link, and waits until the page has it. */
async function finish(system: System, page: Page, customer: string): Promise<void> {
  writeFileSync(join(system.box(customer).home, 'go'), '');
  await page.getByRole('link', { name: english('consent.connect') }).waitFor();
}
