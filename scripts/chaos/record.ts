import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { WEBHOOKS } from '../../core/contract/jobs.ts';
import { RECORD } from '../../core/store/recorder.ts';
import { asked } from '../../lab/postgres.ts';
import type { System } from '../../lab/system.ts';
import type { Entry } from './ledger.ts';
import type { Arrived } from './webhook-receiver.ts';

/** What the database has of all trials, once what waited for it has been written. A line for each that is wrong. */
export interface RecordFound {
  /** Entries that still wait, or that it has refused; webhooks that have not been delivered. */
  unwritten: readonly string[];
  /** Handshakes that it does not have, or that it says of what the customer was not told. */
  untold: readonly string[];
  /** Connections that are not there once, and customers whose current one is not that of their last handshake. */
  connections: readonly string[];
  /** Ends that are not one event, or whose event did not arrive as one webhook. */
  webhooks: readonly string[];
  /** How many handshakes it has, and how many webhooks arrived, those that were repeated with the same id included. */
  handshakes: number;
  arrived: number;
}

/** Milliseconds for what waits to be written and delivered. */
const OUT_MS = 60_000;
const PAUSE_MS = 250;

interface HandshakeRow {
  handshake: string;
  customer: string;
  phase: string;
  connections: string;
  events: string[];
}

/** Compares the database, and the webhooks that have arrived, with what customers were told. */
export async function lookAtRecord(
  system: System,
  entries: readonly Entry[],
  arrived: readonly Arrived[],
): Promise<RecordFound> {
  const unwritten = await waiting(system, arrived);
  const rows = await asked<HandshakeRow>(
    system.databaseUrl,
    `select handshake, customer, phase,
       (select count(*) from connections where connections.handshake = handshakes.handshake) as connections,
       array(select id::text || ' ' || type from events where data->>'handshake' = handshakes.handshake) as events
     from handshakes`,
  );
  const current = await asked<{ customer: string; handshake: string }>(
    system.databaseUrl,
    'select customer, handshake from connections where ended_at is null',
  );
  return {
    unwritten,
    untold: wrongEnds(entries, rows),
    connections: [...wrongConnections(rows), ...wrongCurrent(entries, current)],
    webhooks: wrongWebhooks(rows, arrived),
    handshakes: rows.length,
    arrived: arrived.length,
  };
}

const FINAL = new Set(['connected', 'failed', 'expired', 'cancelled']);

function wrongEnds(entries: readonly Entry[], rows: readonly HandshakeRow[]): string[] {
  const phases = new Map(rows.map(({ handshake, phase }) => [handshake, phase]));
  return entries.flatMap(({ connected, handshakes }) =>
    [...handshakes].flatMap((handshake) => {
      const phase = phases.get(handshake) ?? 'not there';
      const isRight = handshake === connected ? phase === 'connected' : FINAL.has(phase);
      return isRight ? [] : [`${handshake}: ${phase}`];
    }),
  );
}

function wrongConnections(rows: readonly HandshakeRow[]): string[] {
  return rows.flatMap(({ handshake, phase, connections }) =>
    Number(connections) === (phase === 'connected' ? 1 : 0)
      ? []
      : [`${handshake} ended ${phase}, and has ${connections} connections`],
  );
}

function wrongCurrent(
  entries: readonly Entry[],
  current: readonly { customer: string; handshake: string }[],
): string[] {
  const last = new Map(
    entries.flatMap(({ customer, connected }) => (connected ? [[customer, connected]] : [])),
  );
  return [...last].flatMap(([customer, handshake]) => {
    const theirs = current.filter((row) => row.customer === customer).map((row) => row.handshake);
    return theirs.length === 1 && theirs[0] === handshake
      ? []
      : [`${customer} is connected by ${handshake}, and on record by ${theirs.join(', ') || 'nothing'}`];
  });
}

/** Nobody is told of one that was cancelled. */
function wrongWebhooks(rows: readonly HandshakeRow[], arrived: readonly Arrived[]): string[] {
  return rows.flatMap(({ handshake, phase, events }) => {
    const wanted = phase === 'cancelled' ? [] : [`handshake.${phase}`];
    const types = events.map((event) => event.split(' ')[1]);
    const came = new Set(
      arrived.filter((each) => each.handshake === handshake).map(({ id, type }) => `${id} ${type}`),
    );
    const isRight =
      types.join() === wanted.join() &&
      came.size === events.length &&
      events.every((event) => came.has(event));
    return isRight
      ? []
      : [`${handshake} ended ${phase}: events ${types.join()}, webhooks ${[...came].join()}`];
  });
}

/** What is left in the queues of the record and of webhooks when they have had their time. */
async function waiting({ redis, databaseUrl }: System, arrived: readonly Arrived[]): Promise<string[]> {
  const queues = [RECORD, WEBHOOKS].map(
    (name) => new Queue(name, { connection: { url: redis.url }, prefix: 'keyferry' }),
  );
  try {
    const until = performance.now() + OUT_MS;
    for (;;) {
      const jobs = await Promise.all(
        queues.map((queue) => queue.getJobs(['active', 'waiting', 'delayed', 'prioritized', 'failed'])),
      );
      const left = jobs.flat().map(({ name, failedReason }) => `${name}: ${failedReason ?? 'waits'}`);
      const [count] = await asked<{ events: string }>(databaseUrl, 'select count(*) as events from events');
      const missing = Number(count?.events) - new Set(arrived.map(({ id }) => id)).size;
      if (missing > 0) left.push(`${missing} webhooks`);
      if (left.length === 0 || performance.now() > until) return left;
      await sleep(PAUSE_MS);
    }
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
}
