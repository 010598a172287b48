import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunBoxState, RunOutcome } from '../../../core/contract/fleet-runs.ts';
import {
  type ShownRun,
  type ShownRunReport,
  shownRunReportSchema,
  shownRunSchema,
  shownRunsSchema,
} from '../../../core/contract/shown-runs.ts';
import { FleetRuns } from '../../../core/store/fleet-runs.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let support: Visitor;
let runs: FleetRuns;
let place = 0;

beforeAll(async () => {
  lab = await startConsoleLab();
  support = await lab.operator('support');
  runs = new FleetRuns(lab.database);
});
afterAll(async () => {
  await lab?.stop();
});

const OPTIONS = {
  ...{ batch: 8, canaries: 1, maxFailures: 3, dryRun: false, swap: true, restartGateway: false },
};

/** A run that somebody has begun. */
async function begun(): Promise<string> {
  const id = await runs.begin({
    ...{ kind: 'migrate', filter: { customer: ['a*'] }, askedBy: 'a test' },
    options: OPTIONS,
  });
  await lab.database.updateTable('fleet_runs').set({ listed_at: new Date() }).where('id', '=', id).execute();
  return id;
}

interface Box {
  state: RunBoxState;
  code?: string;
  why?: string;
  outcome?: RunOutcome;
  box?: string;
  is_canary?: boolean;
}

/** Boxes of a run, by customer. */
async function boxes(run: string, all: Readonly<Record<string, Box>>): Promise<void> {
  await lab.database
    .insertInto('fleet_run_boxes')
    .values(
      Object.entries(all).map(([customer, { outcome = {}, box = 'default', ...more }]) => {
        place += 1;
        const ours = { run, customer, box, name: box, place, inventory: 'file' };
        return { ...ours, ...more, outcome: JSON.stringify(outcome) };
      }),
    )
    .execute();
}

const report = async (run: string): Promise<ShownRunReport> =>
  shownRunReportSchema.parse((await support.get(`/api/v1/fleet/runs/${run}`)).json);
const code = ({ status, json }: { status: number; json?: unknown }) => [
  status,
  (json as { code?: string } | undefined)?.code,
];

test('the newest runs are listed with how their boxes stand, for observers too', async () => {
  const [older, newer] = [await begun(), await begun()];
  await boxes(older, { alice: { state: 'done' }, bob: { state: 'waiting' }, carol: { state: 'failed' } });
  const observer = await lab.operator('observer');
  const found = shownRunsSchema.parse((await observer.get('/api/v1/fleet/runs')).json).runs;
  const at = (id: string) => found.findIndex((run) => run.id === id);
  expect(at(newer)).toBeLessThan(at(older));
  expect(found[at(older)]).toMatchObject({
    ...{ kind: 'migrate', filter: 'customer=a*', state: 'running', askedBy: 'a test' },
    counts: { total: 3, done: 1, waiting: 1, failed: 1, running: 0 },
  });
  expect(found[at(newer)]?.counts.total).toBe(0);
});

test('runs come in pages, each of them once, also those that were begun at the same time', async () => {
  const at = new Date('2026-01-01T00:00:00.000Z');
  const ids = Array.from({ length: 110 }, (): string => randomUUID());
  const shared = { kind: 'doctor', filter: '{}', options: JSON.stringify(OPTIONS) };
  await lab.database
    .insertInto('fleet_runs')
    .values(
      ids.map((id) => ({
        ...shared,
        id,
        asked_by: 'pages',
        state: 'done',
        started_at: at,
        counted_from: at,
      })),
    )
    .execute();
  const found: ShownRun[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    const page = shownRunsSchema.parse((await support.get(`/api/v1/fleet/runs${query}`)).json);
    expect(page.runs.length).toBeLessThanOrEqual(50);
    found.push(...page.runs);
    cursor = page.next;
  } while (cursor !== undefined);
  const listed = found.map(({ id }) => id);
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed.filter((id) => ids.includes(id))).toEqual(ids.toSorted());
  const times = found.map(({ startedAt }) => startedAt);
  expect(times).toEqual(times.toSorted().reverse());
  expect(code(await support.get('/api/v1/fleet/runs?cursor=other'))).toEqual([400, 'input_invalid']);
});

test('its report says what boxes have in common, the most frequent first, and names a few of them', async () => {
  const run = await begun();
  const step = (state: 'done' | 'there') => ({ step: 'node', state, words: 'v24' });
  const seen: RunOutcome = {
    verdict: 'warning',
    findings: [{ id: 'memory', status: 'warning' }],
    steps: [step('done'), { step: 'claude', state: 'there', words: '2.1.332' }],
    credentials: ['variable ANTHROPIC_API_KEY in /etc/environment', 'variable ANTHROPIC_API_KEY in .env'],
  };
  const names = Array.from({ length: 8 }, (_, n) => `full-${n}`);
  const full = { state: 'failed', code: 'prepare_failed', why: 'ENOSPC', outcome: seen } as const;
  await boxes(run, Object.fromEntries(names.map((name) => [name, full])));
  await boxes(run, {
    away: { state: 'skipped', code: 'box_unreachable', is_canary: true, box: 'second' },
    odd: { state: 'skipped', code: 'of_a_newer_version', why: 'Something new.' },
    well: { state: 'done', outcome: { verdict: 'ok', steps: [step('there')] } },
    strange: { state: 'done', outcome: { steps: 'none', findings: 7 } as unknown as RunOutcome },
  });
  const told = await report(run);
  expect(told.canaries).toEqual([
    { customer: 'away', box: 'second', state: 'skipped', code: 'box_unreachable', why: null },
  ]);
  const first = names.slice(0, 6).map((customer) => ({ customer, box: 'default' }));
  const away = { customer: 'away', box: 'second' };
  expect(told.report).toEqual({
    verdicts: [
      { verdict: 'warning', count: 8 },
      { verdict: 'ok', count: 1 },
    ],
    findings: [{ id: 'memory', status: 'warning', count: 8, boxes: first }],
    steps: [
      { step: 'node', state: 'done', count: 8 },
      { step: 'node', state: 'there', count: 1 },
      { step: 'claude', state: 'there', count: 8 },
    ],
    credentials: [{ words: 'variable ANTHROPIC_API_KEY', count: 8, boxes: first }],
    unwell: [
      { state: 'failed', code: 'prepare_failed', why: 'ENOSPC', count: 8, boxes: first },
      { state: 'skipped', code: 'box_unreachable', why: null, count: 1, boxes: [away] },
      {
        ...{ state: 'skipped', code: null, why: 'Something new.', count: 1 },
        boxes: [{ customer: 'odd', box: 'default' }],
      },
    ],
    isCut: false,
  });
});

test('support pauses a run; an admin resumes and stops it; who did is in the audit log', async () => {
  const run = await begun();
  await boxes(run, { alice: { state: 'failed', code: 'prepare_failed' }, bob: { state: 'waiting' } });
  const at = `/api/v1/fleet/runs/${run}`;
  const admin = await lab.operator('admin');
  const since = new Date();
  expect(shownRunSchema.parse((await support.post(`${at}/pause`)).json)).toMatchObject({
    state: 'paused',
    reason: 'Paused by operator:olga-support.',
  });
  for (const verb of ['resume', 'stop'])
    expect(code(await support.post(`${at}/${verb}`))).toEqual([403, 'role_refused']);
  expect((await report(run)).run.state).toBe('paused');
  const resumed = await admin.post(`${at}/resume`, { failed: true });
  expect(shownRunSchema.parse(resumed.json)).toMatchObject({
    ...{ state: 'running', reason: null },
    counts: { failed: 0, waiting: 2 },
  });
  expect(shownRunSchema.parse((await admin.post(`${at}/stop`)).json).state).toBe('stopped');
  const entries = (await lab.audit.search({ since }, 20)).filter(({ detail }) => detail?.includes(run));
  expect(entries.map(({ actor, action, who }) => `${actor} ${action} ${who ?? ''}`.trim()).reverse()).toEqual(
    [
      'operator fleet-pause olga-support',
      'system fleet-pause',
      'operator fleet-resume olga-admin',
      'system fleet-resume',
      'operator fleet-stop olga-admin',
      'system fleet-stop',
    ],
  );
});

test('no other run is changed, and none by an observer or with words of its own', async () => {
  const run = await begun();
  const [observer, admin] = [await lab.operator('observer'), await lab.operator('admin')];
  const at = `/api/v1/fleet/runs/${run}`;
  expect(code(await observer.post(`${at}/pause`))).toEqual([403, 'role_refused']);
  expect(code(await admin.post(`${at}/resume`, { failed: 'yes' }))).toEqual([400, 'input_invalid']);
  for (const none of [randomUUID(), 'none'])
    for (const path of ['', '/pause'])
      expect(
        code(
          await (path === ''
            ? admin.get(`/api/v1/fleet/runs/${none}`)
            : admin.post(`/api/v1/fleet/runs/${none}${path}`)),
        ),
      ).toEqual([404, 'not_here']);
  expect((await report(run)).run.state).toBe('running');
});
