import type { Page } from 'playwright-core';
import { CLOSE } from '../../core/contract/live-messages.ts';
import type { Role } from '../../core/contract/operators.ts';
import type { RepairRun } from '../../core/contract/repair-run.ts';
import { CASES, RESOLVED_CASES } from './case-fixtures.ts';
import { ALICE, ALICE_DOSSIER, practiceRow, REPORT, ROWS, runningDossier } from './console-fixtures.ts';
import type { ConsoleServer } from './console-server.ts';
import { customerAfterRepair, REPAIRS_AFTER } from './fleet-fixtures.ts';

/** A state of the console: how an operator gets there. The page has not been opened yet when `reach` is called. */
export interface ConsoleState {
  name: string;
  /** Its pictures are few: which of them are kept in docs/screens. */
  kept?: readonly string[];
  reach: (server: ConsoleServer, page: Page) => Promise<void>;
}

const [, SLOW = ALICE, WAITING = ALICE] = ROWS;
const sees = (page: Page, heading: string | RegExp) =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor();

const at = (server: ConsoleServer, hash: string) => `${server.url}/${hash}`;

async function signIn(server: ConsoleServer, page: Page): Promise<void> {
  server.session = undefined;
  await page.goto(server.url);
  await sees(page, 'Sign in');
}

async function list(server: ConsoleServer, page: Page): Promise<void> {
  await page.goto(at(server, '#/handshakes'));
  await page.getByRole('link', { name: 'alice' }).waitFor();
}

async function cases(server: ConsoleServer, page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Acme Bakeries Ltd' }).waitFor();
}

async function ofCause(server: ConsoleServer, page: Page): Promise<void> {
  await page.goto(at(server, '#/cases?cause=handshake%3Abox_unreachable'));
  await page.getByRole('button', { name: 'Re-run 4…' }).waitFor();
}

async function alice(server: ConsoleServer, page: Page): Promise<void> {
  server.dossiers = [ALICE_DOSSIER];
  await page.goto(at(server, `#/handshakes/${ALICE.handshake}`));
  await sees(page, /alice/);
}

async function customer(server: ConsoleServer, page: Page): Promise<void> {
  server.reports = [2, 30].map((days) => ({
    run: `00000000-0000-4000-8000-0000000000${String(days).padStart(2, '0')}`,
    box: 'default',
    at: new Date(server.now() - days * 24 * 60 * 60_000).toISOString(),
    report: REPORT,
  }));
  await page.goto(at(server, `#/customers/${ALICE.customer}`));
  await page.getByRole('link', { name: 'alice' }).first().waitFor();
  await page.getByText('A handshake on this box would fail').first().click();
}

async function running(server: ConsoleServer, page: Page, row = WAITING): Promise<void> {
  server.dossiers = [runningDossier(row)];
  await page.goto(at(server, `#/handshakes/${row.handshake}`));
  await sees(page, new RegExp(row.customer));
}

async function watch(server: ConsoleServer, page: Page): Promise<void> {
  await page.goto(at(server, `#/handshakes/${WAITING.handshake}/watch`));
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Welcome to Claude Code').waitFor();
}

async function replay(server: ConsoleServer, page: Page): Promise<void> {
  server.dossiers = [ALICE_DOSSIER];
  await page.goto(at(server, `#/handshakes/${ALICE.handshake}/replay/2`));
  await page.getByRole('button', { name: /^Failed/ }).click();
  await page.getByText('Could not write').first().waitFor();
}

const as = (role: Role, reach: ConsoleState['reach']): ConsoleState['reach'] => {
  return (server, page) => {
    if (server.session) server.session = { ...server.session, role };
    return reach(server, page);
  };
};

async function fleet(server: ConsoleServer, page: Page, query = ''): Promise<void> {
  await page.goto(at(server, `#/fleet${query}`));
  await page.getByRole('link', { name: 'Acme Bakeries Ltd' }).waitFor();
}

async function usage(server: ConsoleServer, page: Page, query = ''): Promise<void> {
  await page.goto(at(server, `#/fleet/usage${query}`));
  await page.getByRole('link', { name: 'bob-the-builder' }).waitFor();
}

async function runs(server: ConsoleServer, page: Page): Promise<void> {
  await page.goto(at(server, '#/fleet/runs'));
  await page
    .getByRole('link', { name: /^Migrate/ })
    .first()
    .waitFor();
}

async function run(server: ConsoleServer, page: Page, which = 0): Promise<void> {
  await page.goto(at(server, `#/fleet/runs/${server.runs[which]?.id}`));
  await page.getByRole('heading', { name: 'Canaries' }).waitFor();
}

/** The page of somebody of whom no handshake is kept. */
async function quiet(server: ConsoleServer, page: Page, name: string): Promise<void> {
  server.rows = [];
  await page.goto(at(server, `#/customers/${name}`));
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
}

/** The question whether the configuration's key is to be taken out. */
async function askForRepair(server: ConsoleServer, page: Page): Promise<void> {
  await customer(server, page);
  await page.getByRole('button', { name: /^Do it now Take the configuration/ }).click();
  await page.getByRole('heading', { name: /^Put this right/ }).waitFor();
}

async function endRepair(server: ConsoleServer, page: Page, end: Omit<RepairRun, 'run'>): Promise<void> {
  server.repairRun = { ...end, run: server.repairRun.run };
  await page.getByRole('dialog').getByRole('button', { name: 'Do it now' }).click();
}

async function confirmRepair(server: ConsoleServer, page: Page, end: Omit<RepairRun, 'run'>): Promise<void> {
  await askForRepair(server, page);
  await endRepair(server, page, end);
}

export const CONSOLE_STATES: readonly ConsoleState[] = [
  { name: 'console-sign-in', kept: ['desktop-light'], reach: signIn },
  {
    name: 'console-sign-in-refused',
    async reach(server, page) {
      await signIn(server, page);
      await page.getByLabel('Name').fill('sam');
      await page.getByLabel('Password').fill('not the one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('name or the password is wrong').waitFor();
    },
  },
  {
    name: 'console-session-ended',
    async reach(server, page) {
      await list(server, page);
      server.session = undefined;
      server.cut(CLOSE.signedOut);
      await page.getByText('Your session has ended').waitFor();
    },
  },
  { name: 'console-cases', kept: ['desktop-light', 'desktop-dark', 'phone-dark'], reach: cases },
  {
    name: 'console-cases-none',
    async reach(server, page) {
      server.cases = [];
      await page.goto(at(server, '#/cases'));
      await page.getByText('No case is unresolved').waitFor();
    },
  },
  {
    name: 'console-cases-snoozed',
    async reach(server, page) {
      await page.goto(at(server, '#/cases?state=snoozed'));
      await page.getByRole('link', { name: 'judy' }).waitFor();
    },
  },
  {
    name: 'console-cases-resolved',
    async reach(server, page) {
      server.cases = [...CASES, ...RESOLVED_CASES];
      await page.goto(at(server, '#/cases?state=resolved'));
      await page.getByRole('link', { name: 'kim' }).waitFor();
    },
  },
  {
    name: 'console-cases-no-match',
    async reach(server, page) {
      server.cases = [];
      await page.goto(at(server, '#/cases?q=nobody&assignee=sam'));
      await page.getByText('Nothing matches.').waitFor();
    },
  },
  {
    name: 'console-cases-error',
    async reach(server, page) {
      server.missing = 'history_unavailable';
      await page.goto(at(server, '#/cases'));
      await page.getByText('The database does not answer').waitFor();
    },
  },
  {
    name: 'console-cases-chosen',
    async reach(server, page) {
      await cases(server, page);
      for (const name of ['Acme Bakeries Ltd', 'judy']) await page.getByRole('checkbox', { name }).check();
      await page.getByRole('button', { name: 'Re-run 2…' }).waitFor();
    },
  },
  {
    name: 'console-cases-observer',
    reach: as('observer', cases),
  },
  { name: 'console-cases-of-cause', kept: ['desktop-light'], reach: (server, page) => ofCause(server, page) },
  {
    name: 'console-re-run-plan',
    kept: ['desktop-light'],
    async reach(server, page) {
      server.plan = {
        ...{ total: 4, starts: 4, onPage: 1, looks: 0, removals: 0, needsKey: 0, over: 0 },
        closed: ['amal', 'fox', 'a'.repeat(63)],
      };
      await ofCause(server, page);
      await page.getByRole('button', { name: 'Re-run 4…' }).click();
      await page.getByRole('heading', { name: 'What will happen' }).waitFor();
      await page.getByText('Send them a connect link').click();
    },
  },
  {
    name: 'console-re-run-progress',
    async reach(server, page) {
      server.reRuns = [
        {
          ...{ id: '00000000-0000-4000-8000-000000000300', askedBy: 'operator:sam', state: 'running' },
          ...{ about: '50 cases of handshake:box_unreachable', reason: null, endedAt: null },
          startedAt: new Date(server.now()).toISOString(),
          ...{ total: 50, waiting: 30, started: 17, passed: 2, failed: 1 },
        },
      ];
      await cases(server, page);
      await page.getByText('30 to come').waitFor();
    },
  },
  {
    name: 'console-re-run-stopped',
    async reach(server, page) {
      const run = {
        ...{ askedBy: 'operator:sam', startedAt: new Date(server.now()).toISOString() },
        ...{
          endedAt: new Date(server.now()).toISOString(),
          total: 50,
          waiting: 33,
          started: 17,
          passed: 0,
          failed: 0,
        },
      } as const;
      server.reRuns = [
        {
          ...run,
          ...{ id: '00000000-0000-4000-8000-000000000301', about: '50 cases of handshake:box_unreachable' },
          ...{ state: 'stopped', reason: 'Stopped by sam.' },
        },
        {
          ...run,
          ...{ id: '00000000-0000-4000-8000-000000000302', about: '50 cases of connection:key_no_credit' },
          state: 'stopped',
          reason: 'No api was at it for 1440 minutes: it may have come back with a backup.',
        },
      ];
      await cases(server, page);
      await page.getByText('No api was at it').waitFor();
    },
  },
  {
    name: 'console-case-snoozed',
    async reach(server, page) {
      await page.goto(at(server, `#/cases/${CASES[5]?.id}`));
      await page.getByRole('heading', { name: 'Connections' }).waitFor();
      await page.getByText('Called them').waitFor();
    },
  },
  {
    name: 'console-case-resolved',
    async reach(server, page) {
      server.cases = RESOLVED_CASES;
      await page.goto(at(server, `#/cases/${RESOLVED_CASES[1]?.id}`));
      await page.getByRole('heading', { name: 'Connections' }).waitFor();
    },
  },
  {
    name: 'console-case-not-here',
    async reach(server, page) {
      await page.goto(at(server, '#/cases/00000000-0000-4000-8000-000000000999'));
      await page.getByRole('alert').filter({ hasText: 'no such case' }).waitFor();
    },
  },
  {
    name: 'console-case',
    kept: ['desktop-light', 'phone-dark'],
    async reach(server, page) {
      await page.goto(at(server, `#/cases/${CASES[0]?.id}`));
      await page.getByRole('heading', { name: 'Connections' }).waitFor();
      await page.getByText('Called them').waitFor();
    },
  },
  {
    name: 'console-search',
    kept: ['desktop-light'],
    async reach(server, page) {
      await cases(server, page);
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Customer, name/ }).fill('alice');
      await page.getByRole('option', { name: /203\.0\.113\.7/ }).waitFor();
    },
  },
  {
    name: 'console-search-nothing',
    async reach(server, page) {
      await cases(server, page);
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Customer, name/ }).fill('nobody');
      await page.getByText('Nothing found.').waitFor();
    },
  },
  {
    name: 'console-keys',
    async reach(server, page) {
      await cases(server, page);
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Keys' }).waitFor();
    },
  },
  { name: 'console-handshakes', kept: ['desktop-light', 'desktop-dark', 'phone-dark'], reach: list },
  {
    name: 'console-handshakes-none',
    async reach(server, page) {
      server.rows = [];
      await page.goto(at(server, '#/handshakes'));
      await page.getByText('There has been no handshake yet').waitFor();
    },
  },
  {
    name: 'console-handshakes-filtered',
    async reach(server, page) {
      await page.goto(at(server, '#/handshakes?error=credential_overridden'));
      await page.getByRole('link', { name: 'ivan' }).waitFor();
    },
  },
  {
    name: 'console-handshakes-without-history',
    async reach(server, page) {
      server.missing = 'history_unavailable';
      await list(server, page);
      await page.getByText('The database does not answer').waitFor();
    },
  },
  {
    name: 'console-handshakes-by-day',
    async reach(server, page) {
      await page.goto(at(server, '#/handshakes?since=2020-01-01T00:00:00.000Z'));
      await page.getByRole('link', { name: 'alice' }).waitFor();
    },
  },
  { name: 'console-fleet', kept: ['desktop-light', 'phone-dark'], reach: as('support', fleet) },
  { name: 'console-fleet-observer', reach: as('observer', fleet) },
  {
    name: 'console-fleet-narrowed',
    async reach(server, page) {
      await page.goto(at(server, '#/fleet?health=attention&sort=expires'));
      await page.getByRole('link', { name: 'frank' }).waitFor();
    },
  },
  {
    name: 'console-fleet-chosen',
    async reach(server, page) {
      await fleet(server, page);
      for (const name of [/^alice, Anthropic/, /^carol/]) await page.getByLabel(name).check();
      await page.getByRole('button', { name: 'Look now (2)' }).waitFor();
    },
  },
  {
    name: 'console-fleet-due',
    async reach(server, page) {
      await fleet(server, page);
      await page.getByRole('button', { name: 'Choose all shown' }).click();
      await page.getByRole('button', { name: 'Look now (7)' }).click();
      await page.getByText('are due now').waitFor();
    },
  },
  {
    name: 'console-fleet-nothing-matches',
    async reach(server, page) {
      await page.goto(at(server, '#/fleet?q=zoe'));
      await page.getByText('Open the page of zoe').waitFor();
    },
  },
  {
    name: 'console-fleet-empty',
    async reach(server, page) {
      server.fleet = [];
      await page.goto(at(server, '#/fleet'));
      await page.getByText('Nothing has been heard of any customer yet').waitFor();
    },
  },
  {
    name: 'console-fleet-without-history',
    async reach(server, page) {
      server.missing = 'history_unavailable';
      await page.goto(at(server, '#/fleet'));
      await page.getByText('The database does not answer').waitFor();
    },
  },
  { name: 'console-usage', kept: ['desktop-light', 'phone-dark'], reach: as('support', usage) },
  { name: 'console-usage-observer', reach: as('observer', usage) },
  {
    name: 'console-usage-narrowed',
    reach: (server, page) => usage(server, page, '?month=2026-05&leans=mostly-platform&sort=fallback'),
  },
  {
    name: 'console-usage-nothing-matches',
    async reach(server, page) {
      await page.goto(at(server, '#/fleet/usage?q=zoe'));
      await page.getByText('Nothing matches').waitFor();
    },
  },
  {
    name: 'console-usage-empty',
    async reach(server, page) {
      server.fleetUsage = [];
      await page.goto(at(server, '#/fleet/usage'));
      await page.getByText('Nothing was counted in this month').waitFor();
    },
  },
  {
    name: 'console-usage-without-history',
    async reach(server, page) {
      server.missing = 'history_unavailable';
      await page.goto(at(server, '#/fleet/usage'));
      await page.getByText('The database does not answer').waitFor();
    },
  },
  {
    name: 'console-customer-usage',
    async reach(server, page) {
      await customer(server, page);
      await page.getByText('The last 31 days').click();
      await page.getByText('This month by model').click();
      await page.getByText('their subscription').first().waitFor();
    },
  },
  {
    name: 'console-customer-limits',
    reach: as('admin', async (server, page) => {
      await customer(server, page);
      await page.getByRole('heading', { name: 'Limits of use' }).scrollIntoViewIfNeeded();
      await page.getByText('being taken out of use').waitFor();
      await page.getByRole('button', { name: 'Set limit' }).waitFor();
    }),
  },
  {
    name: 'console-customer-usage-none',
    async reach(server, page) {
      server.limits = { ...server.limits, limits: [], holding: [], outOfUse: [] };
      server.usage = { months: [], days: [], models: [], boxes: [] };
      await customer(server, page);
      await page.getByText('Nothing has been read yet').waitFor();
    },
  },
  { name: 'console-runs', kept: ['desktop-light'], reach: runs },
  {
    name: 'console-runs-none',
    async reach(server, page) {
      server.runs = [];
      await page.goto(at(server, '#/fleet/runs'));
      await page.getByText('There has been no run yet').waitFor();
    },
  },
  {
    name: 'console-runs-without-history',
    async reach(server, page) {
      server.missing = 'history_unavailable';
      await page.goto(at(server, '#/fleet/runs'));
      await page.getByText('The database does not answer').waitFor();
    },
  },
  { name: 'console-run', kept: ['desktop-light', 'phone-dark'], reach: run },
  { name: 'console-run-observer', reach: as('observer', (server, page) => run(server, page)) },
  { name: 'console-run-paused', reach: (server, page) => run(server, page, 1) },
  {
    name: 'console-run-to-stop',
    async reach(server, page) {
      await run(server, page);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('heading', { name: 'Stop this run for good?' }).waitFor();
    },
  },
  {
    name: 'console-customer-tested',
    reach: as('support', async (server, page) => {
      await customer(server, page);
      await page.getByRole('button', { name: /^Test OpenAI/ }).click();
      await page.getByText('It did not pass').waitFor();
    }),
  },
  {
    name: 'console-customer-not-disconnected',
    reach: as('support', async (server, page) => {
      await customer(server, page);
      await page.getByRole('button', { name: /^Disconnect OpenAI/ }).click();
      await page.getByRole('button', { name: 'Disconnect it' }).click();
      await page.getByText('so it still counts as connected').waitFor();
    }),
  },
  {
    name: 'console-customer-repairs',
    reach: as('observer', async (server, page) => {
      await customer(server, page);
      await page
        .getByText(/^Earlier repairs/)
        .first()
        .click();
      for (const stood of await page.getByText('What stood on the box').all())
        if (await stood.isVisible()) await stood.click();
    }),
  },
  { name: 'console-customer-repair-asked', reach: as('support', askForRepair) },
  {
    name: 'console-customer-repair-under-way',
    reach: as('support', async (server, page) => {
      await confirmRepair(server, page, { state: 'running' });
      await page.getByText('A worker is at it').waitFor();
    }),
  },
  {
    name: 'console-customer-repaired',
    reach: as('support', async (server, page) => {
      await askForRepair(server, page);
      [server.repairs, server.customerOf] = [REPAIRS_AFTER, customerAfterRepair];
      await endRepair(server, page, { state: 'done', outcome: 'repaired' });
      await page.getByText('has shown that it helped').waitFor();
      await page.getByRole('button', { name: /^Undo Take the configuration/ }).waitFor();
    }),
  },
  {
    name: 'console-customer-repair-failed',
    reach: as('support', async (server, page) => {
      await confirmRepair(server, page, { state: 'done', outcome: 'failed', error: 'box_unreachable' });
      await page.getByText('has not helped').waitFor();
    }),
  },
  {
    name: 'console-customer-repair-not-done',
    reach: as('support', async (server, page) => {
      await confirmRepair(server, page, { state: 'done', outcome: 'not_seen' });
      await page.getByText('Nothing was done').waitFor();
    }),
  },
  {
    name: 'console-customer-repair-to-undo',
    reach: as('support', async (server, page) => {
      await customer(server, page);
      await page.getByRole('button', { name: /^Undo Put the credential back/ }).click();
      await page.getByRole('heading', { name: /^Undo this/ }).waitFor();
    }),
  },
  {
    name: 'console-customer-looked-at',
    reach: as('support', async (server, page) => {
      await customer(server, page);
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.getByText('are due now').waitFor();
    }),
  },
  {
    name: 'console-customer-looks',
    reach: as('support', async (server, page) => {
      await customer(server, page);
      for (const looks of await page.getByText(/^Looks \(/).all()) await looks.click();
      await page.getByText('asked for an answer').first().waitFor();
    }),
  },
  {
    name: 'console-customer-unreached',
    reach: as('support', (server, page) => quiet(server, page, 'carol')),
  },
  {
    name: 'console-customer-suspected',
    reach: as('admin', (server, page) => quiet(server, page, 'dora')),
  },
  {
    name: 'console-customer-not-connected',
    reach: as('support', (server, page) => quiet(server, page, 'erin')),
  },
  {
    name: 'console-customer-unheard-of',
    reach: as('support', (server, page) => quiet(server, page, 'zoe')),
  },
  { name: 'console-customer', kept: ['desktop-light'], reach: as('support', customer) },
  {
    name: 'console-customer-without-history',
    reach: as('support', async (server, page) => {
      server.missing = 'history_unavailable';
      await customer(server, page);
      await page.getByText('The database does not answer').first().waitFor();
    }),
  },
  {
    name: 'console-demonstration',
    async reach(server, page) {
      if (server.session) server.session = { ...server.session, standIn: 'http://127.0.0.1:9' };
      await list(server, page);
    },
  },
  {
    name: 'console-line-lost',
    async reach(server, page) {
      await list(server, page);
      server.takesLines = false;
      server.cut();
      await page.getByText('Reconnecting').waitFor();
    },
  },
  {
    name: 'console-redis-away',
    async reach(server, page) {
      await list(server, page);
      server.say({ type: 'service', available: false });
      await page.getByText('Redis cannot be reached').waitFor();
    },
  },
  { name: 'console-handshake-failed', kept: ['desktop-light', 'phone-light'], reach: as('support', alice) },
  { name: 'console-handshake-observer', reach: as('observer', alice) },
  { name: 'console-handshake-waiting', reach: as('support', running) },
  {
    name: 'console-handshake-slow',
    reach: as('support', (server, page) => running(server, page, SLOW)),
  },
  {
    name: 'console-cancel',
    async reach(server, page) {
      await running(server, page);
      await page.getByRole('button', { name: 'Cancel it' }).click();
      await page.getByRole('heading', { name: /^Cancel .* handshake/ }).waitFor();
    },
  },
  {
    name: 'console-doctor',
    async reach(server, page) {
      await alice(server, page);
      await page.getByRole('button', { name: 'Run doctor' }).click();
      await page.getByText('A handshake on this box would fail').waitFor();
    },
  },
  {
    name: 'console-re-run-page-closed',
    async reach(server, page) {
      server.plan = {
        ...{ total: 1, starts: 1, onPage: 0, looks: 0, removals: 0, needsKey: 0, over: 0 },
        closed: [ALICE.customer],
      };
      await alice(server, page);
      await page.getByRole('button', { name: 'Re-run' }).click();
      await page.getByText('1 customer has their page closed, and must sign in.').waitFor();
    },
  },
  {
    name: 'console-re-run',
    async reach(server, page) {
      await alice(server, page);
      const row = practiceRow('alice', 'reaching', 0, {
        onPage: true,
        requestedBy: 'operator:sam@example.com',
      });
      server.onReRun = row;
      server.dossiers = [...server.dossiers, runningDossier(row)];
      await page.getByRole('button', { name: 'Re-run' }).click();
      await page.getByText('operator:sam@example.com').waitFor();
    },
  },
  {
    name: 'console-not-here',
    async reach(server, page) {
      await page.goto(at(server, '#/handshakes/c0ffee00-0000-4000-8000-999999999999'));
      await page.getByRole('alert').filter({ hasText: 'no such handshake' }).waitFor();
    },
  },
  { name: 'console-live', kept: ['desktop-light', 'phone-dark'], reach: watch },
  {
    name: 'console-live-lost',
    async reach(server, page) {
      await watch(server, page);
      server.takesLines = false;
      server.cut();
      await page.getByText('Connection lost').waitFor();
    },
  },
  {
    // Whoever comes only now gets no screen.
    name: 'console-live-parked',
    async reach(server, page) {
      server.rows = server.rows.map((row) =>
        row.handshake === WAITING.handshake ? { ...row, parked: true as const } : row,
      );
      server.frame = undefined;
      await page.goto(at(server, `#/handshakes/${WAITING.handshake}/watch`));
      await page.getByText('the sign-in waits on the box').waitFor();
      await page.getByText('on the box alone').waitFor();
    },
  },
  {
    name: 'console-live-ended',
    async reach(server, page) {
      await watch(server, page);
      server.say({ type: 'row', row: { ...WAITING, phase: 'cancelled' } });
      await page.getByText('Ended. This is the last').waitFor();
    },
  },
  { name: 'console-replay', kept: ['desktop-light'], reach: replay },
  {
    name: 'console-numbers',
    kept: ['desktop-dark'],
    async reach(server, page) {
      await page.goto(at(server, '#/numbers'));
      await page.getByText('Time per phase').waitFor();
    },
  },
  {
    name: 'console-numbers-without-history',
    async reach(server, page) {
      server.numbers = { ...server.numbers, ended: undefined, missing: 'history_unavailable' };
      await page.goto(at(server, '#/numbers'));
      await page.getByText('The database does not answer').waitFor();
    },
  },
  {
    name: 'console-audit',
    kept: ['desktop-light'],
    async reach(server, page) {
      await page.goto(at(server, '#/audit'));
      await page.getByText('by the identity provider').waitFor();
    },
  },
];
