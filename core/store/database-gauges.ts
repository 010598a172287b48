import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from 'kysely';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { HEALTHS } from '../contract/connection-record.ts';
import { RUN_BOX_STATES } from '../contract/fleet-runs.ts';
import { LEANS, type Lean } from '../contract/fleet-usage.ts';
import { NOTICE_CHANNELS } from '../contract/notices.ts';
import type { Release } from '../contract/releases.ts';
import { USAGE_KINDS, type UsageKind } from '../contract/usage-kinds.ts';
import { compareVersions } from '../contract/versions.ts';

/** Milliseconds after which the database counts as away; Prometheus gives up on all of it after ten seconds. */
const ANSWER_MS = 2_000;
/** Seconds; most answers take a few milliseconds, and none is waited for longer than six. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the queue `record` holds. */
export interface RecordCounts {
  waiting: number;
  refused: number;
}

/** The state of the database, determined when Prometheus asks. `check` rejects, or does not resolve, if it is away. */
export function gaugeDatabase(registry: Registry, check: () => Promise<void>): void {
  new Gauge({
    name: 'keyferry_database_up',
    help: '1 while the database answers this process and is not read-only',
    registers: [registry],
    async collect() {
      const checked = check().then(
        () => 1,
        () => 0,
      );
      this.set(await Promise.race([checked, sleep(ANSWER_MS, 0, { ref: false })]));
    },
  });
}

/** What is to be called after every query. */
export function timeQueries(registry: Registry): (event: LogEvent) => void {
  const seconds = new Histogram({
    name: 'keyferry_database_query_seconds',
    help: 'Seconds from a query of this process to its answer, or to its failure',
    labelNames: ['outcome'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ level, queryDurationMillis }) =>
    seconds.observe({ outcome: level === 'query' ? 'answered' : 'failed' }, queryDurationMillis / 1_000);
}

/** Connections on record, and those whose look is late. */
export interface FleetCounts {
  byHealth: ReadonlyMap<string, number>;
  overdue: number;
}

/** Gauges that are collected at once ask once; undefined: there is no answer. */
function askedOnce<T>(question: () => Promise<T>): () => Promise<T | undefined> {
  let asked: Promise<T | undefined> | undefined;
  return () => {
    asked ??= Promise.race([
      question().catch(() => undefined),
      sleep(ANSWER_MS, undefined, { ref: false }),
    ]).finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

/** What the record says of customers' connections; `counts` rejects, or does not resolve, if the database does not answer. */
export function gaugeFleet(registry: Registry, counts: () => Promise<FleetCounts>): void {
  const ask = askedOnce(counts);
  new Gauge({
    name: 'keyferry_connections',
    help: 'Connections by their health; the same from every worker, absent while the database is away',
    labelNames: ['health'] as const,
    registers: [registry],
    async collect() {
      const found = await ask();
      this.reset();
      for (const health of found ? HEALTHS : []) this.set({ health }, found?.byHealth.get(health) ?? 0);
    },
  });
  new Gauge({
    name: 'keyferry_looks_overdue',
    help: 'Connections whose look has been due for over an hour; the same from every worker, absent while the database is away',
    registers: [registry],
    async collect() {
      const found = await ask();
      if (found) this.set(found.overdue);
      else this.remove();
    },
  });
}

/** What boxes have used on a day, by kind. */
export interface UsageOfDay {
  kind: UsageKind;
  requests: number;
  tokens: number;
  usd: number;
}

const USAGE_GAUGES = [
  ['requests', 'keyferry_usage_requests', 'Requests'],
  ['tokens', 'keyferry_usage_tokens', 'Tokens'],
  ['usd', 'keyferry_usage_usd', 'What was spent, in US dollars, estimates among it,'],
] as const;

/** What all boxes have used today, as far as it was read; `today` as above. */
export function gaugeUsage(registry: Registry, today: () => Promise<UsageOfDay[]>): void {
  const ask = askedOnce(today);
  for (const [what, name, words] of USAGE_GAUGES)
    new Gauge({
      name,
      help: `${words} on all boxes today (UTC), as far as it was read, by kind of credential; the same from every worker, absent while the database is away`,
      labelNames: ['kind'] as const,
      registers: [registry],
      async collect() {
        const found = await ask();
        this.reset();
        for (const kind of found ? USAGE_KINDS : [])
          this.set({ kind }, found?.find((one) => one.kind === kind)?.[what] ?? 0);
      },
    });
}

/** How many customers lean on what this month; `leans` as above. */
export function gaugeLeans(registry: Registry, leans: () => Promise<Readonly<Record<Lean, number>>>): void {
  const ask = askedOnce(leans);
  new Gauge({
    name: 'keyferry_usage_customers',
    help: 'Customers of whom anything was counted in the month that is now by UTC, by on whose credential they lean; the same from every worker, absent while the database is away',
    labelNames: ['leans'] as const,
    registers: [registry],
    async collect() {
      const found = await ask();
      this.reset();
      for (const lean of found ? LEANS : []) this.set({ leans: lean }, found?.[lean] ?? 0);
    },
  });
}

type Tried = Pick<Release, 'program' | 'version' | 'verdict'>;

/** Whether it is broken, and a newer one works. */
function isOvertaken({ program, version, verdict }: Tried, found: readonly Tried[]): boolean {
  const isNewer = (other: Tried) =>
    other.program === program && other.verdict !== 'broken' && compareVersions(other.version, version) > 0;
  return verdict === 'broken' && found.some(isNewer);
}

/** What releases of the boxes' programs have come to; `newest` rejects, or does not resolve, if the database does not answer. */
export function gaugeReleases(registry: Registry, newest: () => Promise<Release[]>): void {
  new Gauge({
    name: 'keyferry_release_verdict',
    help: '1 for what the last releases of each program that were tried came to, 0 for one that is broken and older than one that works; the same from every worker, absent while the database is away',
    labelNames: ['program', 'version', 'verdict'] as const,
    registers: [registry],
    async collect() {
      const found = await Promise.race([
        newest().catch(() => []),
        sleep(ANSWER_MS, [] as Release[], { ref: false }),
      ]);
      this.reset();
      for (const { program, version, verdict } of found)
        this.set({ program, version, verdict }, isOvertaken({ program, version, verdict }, found) ? 0 : 1);
    },
  });
}

/** Boxes of runs over the fleet that are not over, by state; `counts` as above. */
export function gaugeRuns(registry: Registry, counts: () => Promise<ReadonlyMap<string, number>>): void {
  new Gauge({
    name: 'keyferry_fleet_boxes',
    help: 'Boxes of runs over the fleet that are not over, by state; the same from every worker, absent while the database is away',
    labelNames: ['state'] as const,
    registers: [registry],
    async collect() {
      const asked = counts().catch(() => undefined);
      const found = await Promise.race([asked, sleep(ANSWER_MS, undefined, { ref: false })]);
      this.reset();
      for (const state of found ? RUN_BOX_STATES : []) this.set({ state }, found?.get(state) ?? 0);
    },
  });
}

/** Entries that wait for the database; `counts` rejects, or does not resolve, if Redis does not answer. */
export function gaugeRecord(registry: Registry, counts: () => Promise<RecordCounts>): void {
  const ask = () =>
    Promise.race([counts().catch(() => undefined), sleep(ANSWER_MS, undefined, { ref: false })]);
  const gauge = (name: string, help: string, of: (found: RecordCounts) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const found = await ask();
        if (found) this.set(of(found));
        else this.remove();
      },
    });
  gauge(
    'keyferry_record_waiting',
    'Entries that wait in the queue record; the same from every worker, absent while Redis is away',
    ({ waiting }) => waiting,
  );
  gauge(
    'keyferry_record_refused',
    'Entries that the database will not take, set aside in the queue record; the same from every worker',
    ({ refused }) => refused,
  );
}

/** Measures notices that were not sent, nor given up, a quarter of an hour after what they tell of. */
export function gaugeNotices(registry: Registry, late: () => Promise<ReadonlyMap<string, number>>): void {
  new Gauge({
    name: 'keyferry_notices_late',
    help: 'Notices that are still to be sent 15 minutes after their event; the same from every api, absent while the database is away',
    labelNames: ['channel'] as const,
    registers: [registry],
    async collect() {
      const found = await Promise.race([
        late().catch(() => undefined),
        sleep(ANSWER_MS, undefined, { ref: false }),
      ]);
      this.reset();
      for (const channel of found ? NOTICE_CHANNELS : []) this.set({ channel }, found?.get(channel) ?? 0);
    },
  });
}
