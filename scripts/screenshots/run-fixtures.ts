import type { ShownRun, ShownRunReport } from '../../core/contract/shown-runs.ts';
import { before } from './console-fixtures.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const NONE = {
  waiting: 0,
  running: 0,
  done: 0,
  failed: 0,
  skipped: 0,
  'waiting-for-customer': 0,
  unreached: 0,
};
let count = 0;

function practiceRun({
  counts,
  ...more
}: Partial<Omit<ShownRun, 'counts'>> & { counts: Partial<ShownRun['counts']> }): ShownRun {
  count += 1;
  return {
    id: `f1ee7002-0000-4000-8000-${String(count).padStart(12, '0')}`.replace(
      'f1ee7002',
      `f1ee70${20 + count}`,
    ),
    kind: 'migrate',
    dryRun: false,
    filter: 'customer=a*,b* openclaw=<2026.9',
    askedBy: 'the command line (root)',
    state: 'running',
    reason: null,
    startedAt: before(HOUR),
    listedAt: before(HOUR - 5),
    endedAt: null,
    ...more,
    counts: { ...NONE, total: 0, ...counts },
  };
}

export const RUNS: readonly ShownRun[] = [
  practiceRun({
    counts: {
      total: 240,
      done: 118,
      'waiting-for-customer': 41,
      failed: 2,
      skipped: 3,
      running: 20,
      waiting: 56,
      unreached: 4,
    },
  }),
  practiceRun({
    kind: 'prepare',
    state: 'paused',
    reason: '3 boxes have failed.',
    startedAt: before(5 * HOUR),
    counts: { total: 240, done: 31, failed: 3, waiting: 206 },
  }),
  practiceRun({
    kind: 'migrate',
    dryRun: true,
    state: 'done',
    filter: '',
    startedAt: before(DAY),
    endedAt: before(DAY - 2_000),
    counts: { total: 240, done: 240 },
  }),
  practiceRun({
    state: 'running',
    filter: 'customer=acme',
    startedAt: before(9 * DAY),
    counts: { total: 12, done: 4, 'waiting-for-customer': 8 },
  }),
  practiceRun({
    kind: 'doctor',
    state: 'stopped',
    reason: 'Stopped by operator:sam@example.com.',
    filter: '200 customers of a list',
    startedAt: before(12 * DAY),
    endedAt: before(12 * DAY - HOUR),
    counts: { total: 200, done: 20, waiting: 180 },
  }),
];

const boxes = (...names: string[]) => names.map((customer) => ({ customer, box: 'default' }));

/** What the practice api says of a run. */
export function runReportOf(run: ShownRun): ShownRunReport {
  return {
    run,
    batch: 20,
    maxFailures: 3,
    canaries: [
      { customer: 'acme', box: 'default', state: 'done', code: null, why: null },
      { customer: 'carol', box: 'second', state: 'skipped', code: 'box_unreachable', why: null },
    ],
    report: {
      verdicts: [
        { verdict: 'ok', count: 160 },
        { verdict: 'warning', count: 2 },
      ],
      findings: [
        {
          id: 'memory',
          status: 'warning',
          count: 14,
          boxes: boxes('alice', 'bob-the-builder', 'dora', 'erin', 'frank', 'grace'),
        },
        { id: 'variables', status: 'warning', count: 2, boxes: boxes('alice', 'dora') },
      ],
      steps: [
        { step: 'node', state: 'there', count: 150 },
        { step: 'node', state: 'done', count: 12 },
        { step: 'openclaw', state: 'done', count: 162 },
        { step: 'fallback', state: 'done', count: 162 },
      ],
      credentials: [
        { words: 'variable ANTHROPIC_API_KEY', count: 90, boxes: boxes('alice', 'dora', 'erin') },
      ],
      unwell: [
        {
          state: 'failed',
          code: 'prepare_failed',
          why: 'openclaw: npm error ENOSPC',
          count: 2,
          boxes: boxes('frank', 'grace'),
        },
        {
          state: 'skipped',
          code: 'box_unreachable',
          why: null,
          count: 2,
          boxes: [...boxes('heidi'), { customer: 'carol', box: 'second' }],
        },
        {
          state: 'skipped',
          code: null,
          why: 'Its gateway runs, and may not be restarted.',
          count: 1,
          boxes: boxes('ivan'),
        },
      ],
      isCut: false,
    },
  };
}
