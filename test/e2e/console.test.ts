import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Browser } from 'playwright-core';
import { CATALOGUE } from '../../core/contract/errors.ts';
import type { UsageRow } from '../../core/contract/usage.ts';
import { recordConnected } from '../../core/store/connections.ts';
import { openDatabase } from '../../core/store/database.ts';
import { recordRelease } from '../../core/store/releases.ts';
import { recordUsage } from '../../core/store/usage.ts';
import { openBrowser } from '../../lab/browser.ts';
import { withGates } from '../../lab/gates.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { barriersOn } from '../support/barriers.ts';
import { made, PROFILE, pasteToken } from '../support/connected.ts';
import { breakClaude, FIRST_WORDS, hideClaude, LAST_WORDS } from '../support/console-claude.ts';
import { shownIn } from '../support/console-frames.ts';
import { expectConnected } from '../support/e2e-paths.ts';
import { dense, readCast } from '../support/frames.ts';
import { metricsOf } from '../support/metrics.ts';
import type { ConsoleTab } from '../support/operator.ts';
import type { Person, Tab } from '../support/person.ts';
import { connectedFor, toldRepair } from '../support/repairs.ts';
import { Scene } from '../support/scene.ts';

const CUSTOMERS = [
  'alice',
  'bob',
  'carol',
  'dora',
  'eve',
  'frank',
  'gina',
  'henry',
  'iris',
  'judy',
  'kim',
  'lena',
  'mona',
] as const;
/** Made up, in the shape that keys have. */
const OTHER_KEY = `sk-ant-api03-${'k'.repeat(90)}`;
/** What is where only a lot of it was covered: a token, not a few letters that look like one. */
const COVERED = /█{40}/;

let programs: PracticePrograms;
let system: System;
let browser: Browser;
let scene: Scene;
/** What all browsers have received from the api. */
const received: string[] = [];
/** Frames of live views and recordings, as they came and as they stand together. */
const frames: string[] = [];

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  [system, browser] = await Promise.all([
    startSystem({ customers: CUSTOMERS, programs: withGates(programs) }),
    openBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  programs?.remove();
});

beforeEach(() => {
  scene = new Scene({ system, browser, real: false });
});

afterEach(async () => {
  received.push(await scene.end());
});

const plays = (sentence: string, path: () => Promise<void>) => test(sentence, () => scene.play(path));

/** A customer whose handshake has failed and whose page is still open; `mend` makes the next one succeed. */
async function failing(customer: string) {
  const person = await scene.person(customer);
  const mend = breakClaude(person.box);
  const gate = scene.hold(person, 'preparing');
  const tab = await person.arrive();
  await tab.consent();
  gate.open();
  await tab.sees(english('trouble.stopped'));
  return { person, tab, mend };
}

/** A canary has tried a release. */
async function triedRelease(): Promise<void> {
  const place = { url: system.databaseUrl, connections: 1, name: 'test' };
  const database = openDatabase(place, pino({ level: 'silent' }));
  const summary = 'It connects at 40, 80 and 400 columns. Other than in 2026.9.6: the end.';
  const release = { program: 'openclaw', version: '2026.9.7', verdict: 'drift', summary } as const;
  const widths = [40, 80, 400];
  await recordRelease(database, {
    ...release,
    at: new Date().toISOString(),
    widths,
    failedAt: [],
    moved: [],
  });
  await database.destroy();
}

/** What a recording has drawn. */
async function recordingOf(tab: ConsoleTab, handshake: string, attempt = 1): Promise<string[]> {
  const { status, text } = await tab.ask(`/api/v1/handshakes/${handshake}/recordings/${attempt}`);
  expect(status).toBe(200);
  const { drawn } = readCast(text);
  frames.push(text, dense(drawn));
  return drawn;
}

describe('support', () => {
  plays(
    'finds why a handshake failed, re-runs it and watches it, while the customer’s open page goes on by itself',
    async () => {
      const { person, tab, mend } = await failing('alice');
      await tab.reads(CATALOGUE.claude_crashed.customer);
      const operator = await scene.operator('support');
      const desk = await operator.signIn();
      expect(await desk.barriers()).toEqual([]);
      // One click after the sign-in: the cause, the next step, what the box said.
      await desk.pick('Needs attention', 'alice');
      await desk.reads('ended before it showed a sign-in link.');
      await desk.reads(CATALOGUE.claude_crashed.next);
      await desk.reads(LAST_WORDS);
      await desk.reads('the customer’s page is open');
      expect(await desk.barriers()).toEqual([]);
      const failed = desk.handshake;

      mend();
      const beginning = scene.hold(person, 'opening');
      await desk.click('Re-run');
      await desk.page.waitForURL((url) => url.hash !== '' && !url.hash.includes(failed));
      const reRun = desk.handshake;
      await desk.reads('operator:support-1');
      await desk.follow('Watch live');
      await desk.sees(/^alice, live/);
      await desk.reads(/^Live/);
      // Before the link: the change of the model is started early, and would be past it.
      const gate = scene.hold(person, 'installing');
      beginning.open();
      await desk.terminalShows('Paste code here');
      expect(await desk.barriers()).toEqual([]);

      // Nobody has touched her page.
      await tab.connectLink.waitFor();
      expect((await tab.truth()).snapshot?.handshake).toBe(reRun);
      await (await tab.connect()).copyCode();
      await tab.paste();
      await desk.reads('Installing');
      gate.open();
      await expectConnected(tab, person);
      await desk.reads('Ended. This is the last screen that was seen.');
      await desk.reads('Connected');

      const shown = shownIn(operator.traffic.messages);
      frames.push(...shown, dense(shown));
      expect(dense(shown)).toContain('Pastecodehere');
      expect(dense(shown)).toMatch(COVERED);
      const recorded = await recordingOf(desk, reRun);
      expect(dense(recorded)).toMatch(COVERED);
      await recordingOf(desk, failed);
    },
  );

  plays('re-runs all of one cause; whoever then connects has no case any more, by itself', async () => {
    const people = await Promise.all(['kim', 'lena', 'mona'].map((name) => scene.person(name)));
    const tabs: Tab[] = [];
    const mends = people.map(({ box }) => hideClaude(box));
    for (const person of people) {
      const tab = await person.arrive();
      await tab.reads(CATALOGUE.claude_missing.customer);
      // What their pages had begun by themselves is no case.
      await tab.click(english('actions.startAgain'));
      tabs.push(tab);
    }
    const [kim, lena] = tabs as [Tab, Tab];

    const desk = await (await scene.operator('support')).signIn();
    await desk.page.goto(`${system.console.url}#/cases`);
    const group = desk.page.getByRole('row').filter({ hasText: 'claude_missing' }).filter({ hasText: '× 3' });
    await group.getByRole('link').click();
    for (const mend of mends) mend();
    await desk.click('Re-run 3…');
    await desk.reads('3 customers have their page open: it moves on by itself.');
    await desk.click('Start 3');
    await desk.reads('3 started');
    // Nobody has touched their pages.
    await kim.connectLink.waitFor();
    await lena.connectLink.waitFor();
    await (await lena.connect()).copyCode();
    await lena.paste();
    await expectConnected(lena, people[1] as Person);

    await desk.page.goto(`${system.console.url}#/cases?state=all&q=lena`);
    await desk.page.getByRole('link', { name: 'lena' }).first().click();
    await desk.sees('lena');
    await desk.reads('The customer has connected anthropic by setup-token.');
    await desk.page.goto(`${system.console.url}#/cases?cause=handshake%3Aclaude_missing`);
    await desk.page.getByRole('link', { name: 'mona' }).waitFor();
    expect(await desk.page.getByRole('link', { name: 'lena' }).count()).toBe(0);
  });

  plays('plays the recording of a failed handshake, phase by phase', async () => {
    await failing('bob');
    const desk = await (await scene.operator('support')).signIn();
    await desk.pick('Needs attention', 'bob');
    await desk.follow('Replay');
    await desk.sees(/attempt 1$/);
    // It opens on its first picture, before anybody plays it.
    const terminal = desk.page.getByRole('region', { name: 'Terminal, recorded' });
    await terminal.filter({ hasText: FIRST_WORDS }).waitFor();
    expect(await terminal.textContent()).not.toContain(LAST_WORDS);
    expect(await desk.barriers()).toEqual([]);
    await desk.click('Play');
    await desk.terminalShows(LAST_WORDS);
    const phases = desk.page.getByRole('list', { name: 'Phases' }).getByRole('button');
    expect(await phases.allTextContents()).toEqual([
      expect.stringContaining('Starting the sign-in'),
      expect.stringContaining('Failed'),
    ]);
  });

  plays('is told of a handshake that hangs while it does', async () => {
    const person = await scene.person('eve');
    const gate = scene.hold(person, 'preparing');
    const desk = await (await scene.operator('support')).signIn();
    await person.arrive();
    await desk.row('Under way', 'eve').waitFor();
    await desk.row('Needs attention', 'eve').waitFor();
    await desk.row('Needs attention', 'eve').getByText('Too long in this phase.').waitFor();
    gate.open();
    await desk.row('Under way', 'eve').getByText('Waiting for the customer').waitFor();
    expect(await desk.row('Needs attention', 'eve').count()).toBe(0);
  });

  plays('sees the customer’s page as the customer does, and can do nothing there', async () => {
    const person = await scene.person('frank');
    const tab = await person.arrive();
    await tab.connectLink.waitFor();
    const operator = await scene.operator('support');
    const desk = await operator.signIn();
    await desk.pick('Under way', 'frank');
    const opening = operator.context.waitForEvent('page');
    await desk.click('See the customer’s page');
    const page = await opening;
    await page.getByText('This is what frank sees. Nothing here can be clicked.').waitFor();
    await page.getByRole('heading', { level: 1, name: english('consent.heading') }).waitFor();
    // It looks the same, and is no button.
    await page.locator('main .primary', { hasText: english('consent.connect') }).click({ force: true });
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(operator.traffic.sent('/api/v1/handshake')).toBe(0);
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('heading', { level: 1, name: english('consent.heading') }).waitFor();
    expect(await page.locator('a[href*="/oauth/authorize"]').count()).toBe(0);
    const link = (await tab.truth()).snapshot?.link ?? 'none';
    const came = await operator.received();
    expect(came).toContain('"customer":"frank"');
    expect(leaks([new URL(link).searchParams.get('code_challenge') ?? link], { came })).toEqual([]);
    const refused = `fetch('/api/v1/session').then((answer) => answer.json()).then(({ csrf }) =>
      fetch('/api/v1/handshake/cancel', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'x-keyferry-csrf': csrf } }))
      .then((answer) => answer.json()).then(({ code }) => code)`;
    expect(await page.evaluate(refused)).toBe('view_only');
  });

  plays('finds the queues, but no button there that changes them', async () => {
    await failing('gina');
    const desk = await (await scene.operator('support')).signIn();
    await desk.follow('Queues');
    await desk.page.getByText('handshakes').first().click();
    await desk.page.getByText('claude_crashed').first().waitFor();
    for (const name of [/retry/i, /promote/i, /clean/i, /pause/i, /remove/i])
      expect(await desk.page.getByRole('button', { name }).count()).toBe(0);
  });

  plays(
    'finds a customer in the fleet, and has their box looked at: what the record says is due, a worker sees',
    async () => {
      const database = openDatabase(
        { url: system.databaseUrl, connections: 1, name: 'test' },
        pino({ level: 'silent' }),
      );
      try {
        // On record, and not on the box.
        const what = made('iris', new Date(Date.now() - 10 * 60_000));
        await database.transaction().execute((transaction) => recordConnected(transaction, what));
        const row = () =>
          database
            .selectFrom('connections')
            .select(['looked_at', 'next_look_at', 'connected_at'])
            .where('handshake', '=', what.handshake)
            .executeTakeFirstOrThrow();
        const before = await row();
        expect(before.next_look_at.getTime()).toBeGreaterThan(Date.now());

        const desk = await (await scene.operator('support')).signIn();
        await desk.follow('Fleet');
        await desk.sees('Fleet');
        await desk.page.getByLabel('Customer').first().fill('iri');
        await desk.page.getByRole('navigation', { name: 'By health' }).getByText('Working').click();
        await desk.page.waitForURL(/#\/fleet\?q=iri&health=working$/);
        await desk.page.getByText('1 line', { exact: true }).waitFor();
        expect(await desk.barriers()).toEqual([]);
        await desk.follow('iris');
        await desk.sees('iris');
        await desk.page.getByRole('article', { name: /Anthropic/ }).waitFor();
        expect(await desk.barriers()).toEqual([]);

        await desk.click('Look now');
        // A worker asks every five seconds what is due, and gives way to handshakes.
        await desk.page.getByText('Somebody has looked').waitFor({ timeout: 120_000 });
        await desk.reads('credential_missing');
        const { looked_at } = await row();
        expect(looked_at?.getTime()).toBeGreaterThan(before.connected_at.getTime());
        const written = await database
          .selectFrom('audit')
          .select(['who', 'action'])
          .where('customer', '=', 'iris')
          .where('actor', '=', 'operator')
          .execute();
        expect(written).toEqual([{ who: 'support-1', action: 'look' }]);
      } finally {
        await database.destroy();
      }
    },
  );

  plays('has what is wrong on a box put right, sees on the page that it is, and has it undone', async () => {
    const database = openDatabase(
      { url: system.databaseUrl, connections: 1, name: 'test' },
      pino({ level: 'silent' }),
    );
    const openclaw = async (...words: string[]) => {
      const { code, stdout, stderr } = await system
        .box('judy')
        .run(['openclaw', ...words], { input: OTHER_KEY });
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      return stdout;
    };
    const of = ['--provider', 'anthropic'];
    const order = async () =>
      JSON.parse(await openclaw('models', 'auth', 'order', 'get', ...of, '--json')).order;
    try {
      // Connected, and somebody has put another profile first: two looks have said so.
      await pasteToken(system.box('judy'));
      const connection = await connectedFor(database, 'judy');
      await openclaw('models', 'auth', 'paste-api-key', ...of, '--profile-id', 'anthropic:other');
      const moved = ['anthropic:other', PROFILE];
      await openclaw('models', 'auth', 'order', 'set', ...of, ...moved);
      await database
        .updateTable('connections')
        .set({ health: 'attention', reason: 'other_credential_first', health_since: new Date() })
        .where('id', '=', connection)
        .execute();
      await toldRepair(database, { customer: 'judy', connection }, 'order-back');

      const desk = await (await scene.operator('support')).signIn();
      await desk.follow('Fleet');
      await desk.follow('judy');
      await desk.sees('judy');
      const card = desk.page.getByRole('article', { name: /Anthropic/ });
      await card.getByText('Needs attention').waitFor();
      await card.getByRole('button', { name: /^Do it now/ }).click();
      await desk.page.getByRole('dialog').getByText('come first again').waitFor();
      expect(await desk.barriers()).toEqual([]);
      await desk.page.getByRole('dialog').getByRole('button', { name: 'Do it now' }).click();
      await card.getByText('A look at the box has shown that it helped').waitFor({ timeout: 120_000 });
      await card.getByText('Done', { exact: true }).waitFor();
      expect(await order()).toEqual([PROFILE, 'anthropic:other']);

      await card.getByRole('button', { name: /^Undo/ }).click();
      await desk.page.getByRole('dialog').getByRole('button', { name: 'Undo it' }).click();
      await card.getByText('what stood there before was put back').waitFor({ timeout: 120_000 });
      await card.getByText('Undone', { exact: true }).waitFor();
      expect(await order()).toEqual(moved);
      expect(await desk.barriers()).toEqual([]);
      const written = await database
        .selectFrom('audit')
        .select(['who', 'action'])
        .where('customer', '=', 'judy')
        .where('action', 'like', 'repair%')
        .orderBy('seq')
        .execute();
      expect(written.map(({ who, action }) => `${who ?? 'Keyferry'}: ${action}`)).toEqual([
        'support-1: repair-ask',
        'Keyferry: repair',
        'support-1: repair-ask',
        'Keyferry: repair-undo',
      ]);
    } finally {
      await database.destroy();
    }
  });

  plays('does the same with a phone in hand', async () => {
    const { person, tab, mend } = await failing('henry');
    const desk = await (await scene.operator('support', 'phone')).signIn();
    expect(await desk.barriers()).toEqual([]);
    await desk.pick('Needs attention', 'henry');
    await desk.reads(CATALOGUE.claude_crashed.next);
    expect(await desk.barriers()).toEqual([]);
    const failed = desk.handshake;
    mend();
    const beginning = scene.hold(person, 'opening');
    await desk.click('Re-run');
    await desk.page.waitForURL((url) => url.hash !== '' && !url.hash.includes(failed));
    await desk.follow('Watch live');
    beginning.open();
    await desk.terminalShows('Paste code here');
    expect(await desk.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
      0,
    );
    expect(await desk.barriers()).toEqual([]);
    await tab.connectLink.waitFor();
  });

  plays('who signs out in one tab watches no longer in another', async () => {
    const person = await scene.person('dora');
    await (await person.arrive()).connectLink.waitFor();
    const operator = await scene.operator('support');
    const desk = await operator.signIn();
    await desk.pick('Under way', 'dora');
    const watching = await operator.open(`#/handshakes/${desk.handshake}/watch`);
    await watching.terminalShows('Paste code here');
    await desk.click('Sign out');
    await desk.sees('Sign in');
    await watching.sees('Sign in');
    await watching.page.getByText('Your session has ended.').waitFor();
    expect(await watching.page.getByText('Paste code').count()).toBe(0);
    expect(await watching.barriers()).toEqual([]);

    // Whoever looks at the handshake later reads who has watched it.
    const above = await scene.operator('admin');
    const admin = await above.signIn();
    await admin.pick('Under way', 'dora');
    const watched = admin.page.getByRole('region', { name: 'Who watched' });
    await watched.getByText('support-1').waitFor();
    await watched.getByText('watched live').waitFor();
    await admin.follow('Audit log');
    await admin.sees('Audit log');
    const entry = admin.page.getByRole('row').filter({ hasText: 'support-1' }).filter({ hasText: 'dora' });
    await entry.filter({ hasText: 'watched live' }).waitFor();
    expect(await admin.barriers()).toEqual([]);
    await triedRelease();
    await admin.follow('Numbers');
    await admin.sees('Numbers');
    await admin.reads('OpenClaw 2026.9.7');
    await admin.reads('drift');
    await admin.reads('By version of claude');
    expect(await admin.barriers()).toEqual([]);

    // What dora may use is the admin's to say.
    const theirs = await above.open('#/customers/dora');
    const form = theirs.page.getByRole('button', { name: 'Set limit' });
    await theirs.page.getByLabel('Provider').fill('anthropic');
    await theirs.page.getByLabel('At most').fill('50');
    await form.click();
    const limit = theirs.page.getByRole('listitem').filter({ hasText: 'anthropic: $0.00 of $50.00 a month' });
    await limit.waitFor();
    expect(await theirs.barriers()).toEqual([]);
    await limit.getByRole('button', { name: /^Remove/ }).click();
    await limit.waitFor({ state: 'detached' });
  });
});

describe('an admin', () => {
  plays('pauses a queue and lets it go on, but cannot empty it; the log has all three', async () => {
    const desk = await (await scene.operator('admin')).signIn();
    const { page } = desk;
    await desk.follow('Queues');
    await page.getByText('doctor').first().click();
    await page.getByText('No latest jobs in this queue.').waitFor();
    const choose = async (name: string) => {
      // This button of Bull Board's has no name.
      await page.locator('[aria-haspopup=menu]').last().click();
      await page.getByRole('menuitem', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Confirm' }).click();
    };
    await choose('Pause');
    await choose('Resume');
    await choose('Empty');
    await page.goto(system.console.url);
    await desk.follow('Audit log');
    const entries = page.getByRole('row').filter({ hasText: 'admin-1' });
    for (const entry of ['doctor/pause', 'doctor/resume', 'not allowed here'])
      await entries.filter({ hasText: entry }).waitFor();
  });
});

describe('an observer', () => {
  plays(
    'sees who leans on the platform’s credential, and what one of them has used; a file is not theirs',
    async () => {
      const database = openDatabase(
        { url: system.databaseUrl, connections: 1, name: 'test' },
        pino({ level: 'silent' }),
      );
      try {
        const at = new Date().toISOString();
        const row: UsageRow = [1, 'our-models', 'large', 31, 900, 300, 0, 0, 840_000, 0];
        const reading = {
          customer: 'frank',
          box: 'default',
          at,
          state: 'read',
          platform: 'our-models',
        } as const;
        await database
          .transaction()
          .execute((transaction) =>
            recordUsage(transaction, { ...reading, days: [{ day: at.slice(0, 10), rows: [row] }] }),
          );
      } finally {
        await database.destroy();
      }
      const desk = await (await scene.operator('observer')).signIn();
      await desk.follow('Fleet');
      await desk.follow('Usage: who leans on the platform’s credential');
      await desk.sees('Usage');
      await desk.page
        .getByRole('navigation', { name: 'By whose credential' })
        .getByText('The platform’s alone')
        .click();
      await desk.page.waitForURL(/#\/fleet\/usage\?leans=platform$/);
      await desk.reads('$0.84');
      expect(await desk.link('CSV').count()).toBe(0);
      expect(await desk.barriers()).toEqual([]);
      await desk.follow('frank');
      await desk.sees('frank');
      await desk.page.getByText('This month by model').click();
      await desk.reads('our-models/large');
      expect(await desk.link('CSV').count()).toBe(0);
      expect(await desk.barriers()).toEqual([]);
      const refused = await desk.ask('/api/v1/fleet/usage/export?format=csv');
      expect(refused).toMatchObject({ status: 403 });
    },
  );

  plays('sees why a handshake failed, and is refused a re-run, which the log says', async () => {
    const { tab } = await failing('carol');
    const desk = await (await scene.operator('observer')).signIn();
    await desk.pick('Needs attention', 'carol');
    await desk.reads(CATALOGUE.claude_crashed.next);
    await desk.link('Replay').waitFor();
    for (const name of ['Re-run', 'Run doctor', 'Copy diagnostics', 'See the customer’s page'])
      expect(await desk.button(name).count()).toBe(0);
    expect(await desk.link('Audit log').count()).toBe(0);
    expect(await desk.barriers()).toEqual([]);
    const before = (await tab.truth()).snapshot;
    const answer = await desk.ask(`/api/v1/handshakes/${desk.handshake}/re-run`, { post: true });
    expect(answer).toEqual({ status: 403, text: expect.stringContaining('"role_refused"') });
    expect((await tab.truth()).snapshot).toEqual(before);

    const admin = await (await scene.operator('admin')).signIn();
    await admin.follow('Audit log');
    const refused = admin.page.getByRole('row').filter({ hasText: 'observer-1' });
    await refused.filter({ hasText: 'refused: re-ran' }).waitFor();
  });
});

test('no code, token, verifier or password is in a frame, a recording, Redis, a log, metrics, or in what a browser has received', async () => {
  const { secrets, minted } = system.anthropic;
  const passwords = Object.values(system.console.operators).map(({ password }) => password);
  expect(minted.length).toBeGreaterThan(0);
  expect(frames.length).toBeGreaterThan(4);
  const places = {
    ...(await metricsOf(system)),
    ...system.logs(),
    ...(await redisValues(system.redis.url)),
    ...filesBelow(system.redis.directory),
    ...(await databasePlaces(system.databaseUrl)),
    frames: frames.join('\n'),
    browsers: received.join('\n'),
  };
  expect(leaks([...secrets, ...passwords], places)).toEqual([]);
});
