import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { LogEvent } from 'kysely';
import { parse } from 'yaml';
import { z } from 'zod';
import { openMetrics } from '../../../api/metrics.ts';
import type { Release } from '../../../core/contract/releases.ts';
import {
  gaugeDatabase,
  gaugeFleet,
  gaugeLeans,
  gaugeNotices,
  gaugeRecord,
  gaugeReleases,
  gaugeRuns,
  gaugeUsage,
  type RecordCounts,
  timeQueries,
} from '../../../core/store/database-gauges.ts';
import { gaugeRedis } from '../../../core/store/redis-gauges.ts';
import { gaugeHolders } from '../../../core/store/worker-key-holders.ts';
import { workerMetrics } from '../../../worker/queue/metrics.ts';
import { gaugeWorker } from '../../../worker/queue/worker-gauges.ts';

const fileOf = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).min(1),
    }),
  ),
});
const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().regex(/^\d+[sm]$/),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string().optional() }),
        }),
      ),
    }),
  ),
});

const dashboard = dashboardSchema.parse(JSON.parse(fileOf('deploy/monitoring/grafana-dashboard.json')));
const alerts = alertsSchema
  .parse(parse(fileOf('deploy/monitoring/alerts.yml')))
  .groups.flatMap(({ rules }) => rules);

/** Every name that Prometheus would store, with what each kind of metric adds to it. */
async function stored(): Promise<Set<string>> {
  const worker = workerMetrics();
  const none = async () => 0;
  const openings = async () => new Map([['done', 2]]);
  gaugeWorker(worker.registry, {
    isTaking: () => true,
    heldBack: () => 0,
    aside: none,
    waiting: none,
    owed: none,
    openings,
  });
  gaugeRedis(worker.registry, async () => {});
  gaugeDatabase(worker.registry, async () => {});
  timeQueries(worker.registry);
  gaugeRecord(worker.registry, async () => ({ waiting: 0, refused: 0 }));
  gaugeFleet(worker.registry, async () => ({ byHealth: new Map(), overdue: 0 }));
  gaugeReleases(worker.registry, async () => []);
  gaugeRuns(worker.registry, async () => new Map());
  gaugeUsage(worker.registry, async () => []);
  gaugeLeans(worker.registry, async () => ({
    ...{ platform: 0, 'mostly-platform': 0, 'mostly-own': 0, own: 0, unknown: 0 },
  }));
  const api = openMetrics();
  gaugeHolders(api.registry, async () => ({ having: 1, lacking: 0 }));
  gaugeNotices(api.registry, async () => new Map());
  const metrics = [worker.registry, api.registry].map((registry) => registry.getMetricsAsJSON());
  const names = (await Promise.all(metrics))
    .flat()
    .flatMap(({ name, type }) =>
      `${type}` === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    );
  return new Set(names);
}

const named = (expr: string) => expr.match(/\b(?:keyferry|process|nodejs)_\w+/g) ?? [];

test.each([
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
])('"%s" asks for metrics that there are', async (_, expr) => {
  const names = named(expr);
  expect(names.length).toBeGreaterThan(0);
  const there = await stored();
  expect(names.filter((name) => !there.has(name))).toEqual([]);
});

test('what the documentation names is measured, and every metric of ours is in the documentation', async () => {
  const text = fileOf('docs/monitoring.md');
  const there = [...(await stored())].map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  const ours = new Set(there.filter((name) => name.startsWith('keyferry_')));
  expect(new Set(text.match(/\bkeyferry_\w+/g))).toEqual(ours);
  for (const { alert } of alerts) expect(text).toMatch(new RegExp(`\\| *${alert} *\\|`));
});

test('no two panels lie on each other', () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)}:${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

describe('versions', () => {
  test('are counted by name up to thirty, then as other; what is none is unknown', async () => {
    const { registry, countVersions } = workerMetrics();
    for (let at = 0; at < 40; at += 1) countVersions({ claude: `2.1.${at}` }, 'failed');
    countVersions({ claude: '2.1.3', openclaw: 'no version" } 1\n' }, 'connected');
    const { values = [] } =
      (await registry.getSingleMetric('keyferry_attempts_by_version_total')?.get()) ?? {};
    const of = (program: string, version: string) =>
      values.filter(({ labels }) => labels.program === program && labels.version === version);
    expect(
      new Set(values.filter(({ labels }) => labels.program === 'claude').map(({ labels }) => labels.version))
        .size,
    ).toBe(31);
    expect(of('claude', 'other').map(({ value }) => value)).toEqual([10]);
    expect(of('claude', '2.1.3').map(({ value }) => value)).toEqual([1, 1]);
    expect(of('openclaw', 'unknown').map(({ value }) => value)).toEqual([40, 1]);
  });
});

test('a Redis that does not answer is reported, and the queue is omitted', async () => {
  const { registry } = workerMetrics();
  let answers = true;
  const waiting = async () => {
    if (!answers) throw new Error('away');
    return 7;
  };
  const openings = async () => new Map([['done', await waiting()]]);
  gaugeWorker(registry, {
    isTaking: () => answers,
    heldBack: () => 3,
    waiting,
    aside: waiting,
    owed: waiting,
    openings,
  });
  gaugeRedis(registry, async () => void (await waiting()));
  const before = await registry.metrics();
  expect(before).toContain('keyferry_redis_up 1');
  expect(before).toContain('keyferry_handshakes_queued 7');
  expect(before).toContain('keyferry_handshakes_parked 7');
  expect(before).toContain('keyferry_vault_owed 7');
  expect(before).toContain('keyferry_vault_openings{outcome="done"} 7');
  answers = false;
  const text = await registry.metrics();
  expect(text).toContain('keyferry_redis_up 0');
  expect(text).toContain('keyferry_worker_taking 0');
  expect(text).not.toMatch(
    /^keyferry_(handshakes_queued|handshakes_parked|vault_owed|vault_openings\{.*) \d/m,
  );
});

test('connections are counted by health while the database answers, and asked about once for both gauges', async () => {
  const { registry } = workerMetrics();
  let questions = 0;
  let counts = async () => ({ byHealth: new Map([['attention', 4]]), overdue: 2 });
  gaugeFleet(registry, () => {
    questions += 1;
    return counts();
  });
  const lines = (await registry.metrics()).split('\n');
  expect(questions).toBe(1);
  for (const line of [
    'keyferry_connections{health="attention"} 4',
    'keyferry_connections{health="working"} 0',
    'keyferry_looks_overdue 2',
  ])
    expect(lines).toContain(line);
  counts = () => Promise.reject(new Error('away'));
  expect(await registry.metrics()).not.toMatch(/^keyferry_(connections\{|looks_overdue )/m);
});

test('what the last releases came to is said while the database answers, and only as it is now', async () => {
  const { registry } = workerMetrics();
  const release = {
    program: 'openclaw',
    version: '2026.9.7',
    at: '2026-11-29T08:00:00.000Z',
    widths: [40],
    failedAt: [],
    summary: '',
  } as const;
  let newest = async (): Promise<Release[]> => [
    { ...release, widths: [40], failedAt: [], verdict: 'broken' },
  ];
  gaugeReleases(registry, () => newest());
  const line = (verdict: string) =>
    `keyferry_release_verdict{program="openclaw",version="2026.9.7",verdict="${verdict}"} 1`;
  expect(await registry.metrics()).toContain(line('broken'));
  newest = async () => [{ ...release, widths: [40], failedAt: [], verdict: 'green' }];
  const after = await registry.metrics();
  expect([after.includes(line('broken')), after.includes(line('green'))]).toEqual([false, true]);
  // A newer one that works has overtaken it: nobody need be told.
  const newer = { ...release, version: '2026.10.1', widths: [40], failedAt: [], verdict: 'drift' } as const;
  newest = async () => [
    { ...newer, widths: [40], failedAt: [] },
    { ...release, widths: [40], failedAt: [], verdict: 'broken' },
  ];
  expect(await registry.metrics()).toContain(line('broken').replace(/1$/, '0'));
  newest = () => Promise.reject(new Error('away'));
  expect(await registry.metrics()).not.toMatch(/^keyferry_release_verdict\{/m);
});

test('a database that does not answer is reported, and so is what waits for it', async () => {
  const { registry } = workerMetrics();
  let isThere = true;
  gaugeDatabase(registry, async () => {
    if (!isThere) throw new Error('away');
  });
  let counts: () => Promise<RecordCounts> = async () => ({ waiting: 3, refused: 1 });
  gaugeRecord(registry, () => counts());
  const onQuery = timeQueries(registry);
  onQuery({ level: 'query', queryDurationMillis: 4 } as LogEvent);
  onQuery({ level: 'error', queryDurationMillis: 6_000 } as LogEvent);
  const before = await registry.metrics();
  for (const line of [
    'keyferry_database_up 1',
    'keyferry_record_waiting 3',
    'keyferry_record_refused 1',
    'keyferry_database_query_seconds_bucket{le="0.005",outcome="answered"} 1',
    'keyferry_database_query_seconds_bucket{le="5",outcome="failed"} 0',
  ])
    expect(before.split('\n')).toContain(line);
  isThere = false;
  counts = () => new Promise(() => undefined);
  const after = await registry.metrics();
  expect(after).toContain('keyferry_database_up 0');
  expect(after).not.toMatch(/^keyferry_record_waiting \d/m);
});
