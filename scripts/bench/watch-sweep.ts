import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../core/store/database.ts';
import type { SystemProcess } from '../../lab/system-process.ts';
import type { CrowdCustomer } from '../chaos/crowd/customers.ts';
import { WATCHED_PROFILE } from '../chaos/crowd/openclaw.ts';
import { type CrowdSystem, startCrowdSystem, watchedName } from '../chaos/crowd/system.ts';

export interface SweepOptions {
  /** Simulated boxes with a connection each, all of them due at once. */
  boxes: number;
  /** Handshakes each time: before the looks, among them, and after them. */
  handshakes: number;
  /** Milliseconds that the simulated programs seem to work, each time. */
  delayMs: number;
  workerMain?: string | undefined;
  /** Milliseconds without a look after which it is given up. */
  quietMs: number;
}

/** Handshakes that came all at once. */
export interface Wave {
  when: 'before' | 'among' | 'after';
  /** Milliseconds from asking to the link; shorter than the wave where not all got one. */
  toLink: readonly number[];
  /** Seconds of the worker's processor. */
  processor: number;
}

export interface SweepEvidence {
  options: SweepOptions;
  waves: readonly Wave[];
  /** Seconds from the first to the last look, and of the worker's processor meanwhile, the wave among them included. */
  seconds: number;
  processor: number;
  /** Of what looks have seen, by outcome, as the worker counts it. */
  looks: ReadonlyMap<string, number>;
  /** Connections that nobody has looked at, and those of which anything else than `working` is said or suspected. */
  left: number;
  alarmed: number;
}

/** Has one worker look at a whole fleet while customers want their links from it. */
export async function sweep(options: SweepOptions, say: (line: string) => void): Promise<SweepEvidence> {
  const { boxes, handshakes, delayMs, workerMain } = options;
  const crowd = { count: 3 * handshakes, holding: 50, onPage: 100, delayMs, workerMain, watched: boxes };
  const system = await startCrowdSystem(crowd);
  const worker = system.worker();
  let database: Database | undefined;
  try {
    await worker.start();
    await worker.ready();
    const log = pino({ level: 'silent' });
    database = openDatabase({ url: system.databaseUrl, connections: 2, name: 'sweep' }, log);
    await connectAll(database, boxes);
    await system.customers.listen();
    return await new Sweep(system, worker, database, options, say).play();
  } finally {
    await database?.destroy();
    await system.stop();
  }
}

/** As if so many had been connected a month ago, from that number on; none is due yet. */
export async function connectAll(database: Database, count: number, from = 0): Promise<void> {
  const [customer] = [watchedName(0).slice(0, -1)];
  await sql`
    insert into connections (customer, box, provider, method, profile, model, fingerprint, handshake, requested_at,
      attempt, connected_at, expires_at, checked_at, health, next_look_at, next_change_at)
    select ${customer} || at, 'default', 'anthropic', 'setup-token', ${WATCHED_PROFILE}, 'anthropic/claude-opus-5-5',
      '0123456789ab', gen_random_uuid()::text, now() - interval '31 days', 1, now() - interval '31 days',
      now() + interval '334 days', now() - interval '1 day', 'working', now() + interval '1 day', null
    from generate_series(${sql.lit(from)}, ${sql.lit(from + count - 1)}) as at`.execute(database);
}

class Sweep {
  readonly #system: CrowdSystem;
  readonly #worker: SystemProcess;
  readonly #database: Database;
  readonly #options: SweepOptions;
  readonly #say: (line: string) => void;

  constructor(
    system: CrowdSystem,
    worker: SystemProcess,
    database: Database,
    options: SweepOptions,
    say: (line: string) => void,
  ) {
    this.#system = system;
    this.#worker = worker;
    this.#database = database;
    this.#options = options;
    this.#say = say;
  }

  async play(): Promise<SweepEvidence> {
    const before = await this.#wave('before');
    const [from, began] = [await this.#processor(), performance.now()];
    await sql`update connections set next_look_at = now() - interval '1 second' where customer like 'watched-%'`.execute(
      this.#database,
    );
    // The looks are under way by then.
    await this.#until((left) => left <= this.#options.boxes * 0.95);
    const among = await this.#wave('among');
    const left = await this.#until((count) => count === 0);
    const seconds = (performance.now() - began) / 1_000;
    const processor = (await this.#processor()) - from;
    const after = await this.#wave('after');
    return {
      options: this.#options,
      waves: [before, among, after],
      seconds,
      processor,
      looks: await this.#looks(),
      left,
      alarmed: await this.#alarmed(),
    };
  }

  async #wave(when: Wave['when']): Promise<Wave> {
    const { customers } = this.#system;
    const { handshakes, quietMs } = this.#options;
    const first = ['before', 'among', 'after'].indexOf(when) * handshakes;
    const some = customers.all.slice(first, first + handshakes);
    const [from, asked] = [await this.#processor(), performance.now()];
    await customers.ask(some);
    const hasLink = ({ linkAt }: CrowdCustomer) => linkAt.size > 0;
    await customers.until(some, hasLink, { quietMs, say: (left) => this.#say(`${when}: ${left} left`) });
    const toLink = some.flatMap(({ linkAt }) => [...linkAt.values()].slice(0, 1)).map((at) => at - asked);
    this.#say(`${when}: ${toLink.length} links`);
    return { when, toLink, processor: (await this.#processor()) - from };
  }

  /** Waits until so many are left of which the record has no new look, or nothing moves any more; answers how many are. */
  async #until(isSo: (left: number) => boolean): Promise<number> {
    let [left, movedAt] = [Number.POSITIVE_INFINITY, performance.now()];
    for (let tries = 0; ; tries += 1) {
      const { rows } = await sql<{ left: number }>`
        select count(*)::int as left from connections where customer like 'watched-%' and looked_at is null`.execute(
        this.#database,
      );
      const now = rows[0]?.left ?? 0;
      if (now !== left) movedAt = performance.now();
      left = now;
      if (isSo(left) || performance.now() - movedAt > this.#options.quietMs) return left;
      if (tries % 20 === 19) this.#say(`${left} boxes left`);
      await sleep(500);
    }
  }

  async #alarmed(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from connections
      where customer like 'watched-%' and (health != 'working' or suspected is not null or failed_looks > 0)`.execute(
      this.#database,
    );
    return rows[0]?.count ?? 0;
  }

  async #processor(): Promise<number> {
    const text = await this.#metrics();
    return Number(/^process_cpu_seconds_total ([\d.e+-]+)$/m.exec(text)?.[1] ?? Number.NaN);
  }

  async #looks(): Promise<ReadonlyMap<string, number>> {
    const looks = new Map<string, number>();
    for (const [, outcome = '', count] of (await this.#metrics()).matchAll(
      /^keyferry_looks_total\{outcome="(\w+)".*\} (\d+)$/gm,
    ))
      looks.set(outcome, (looks.get(outcome) ?? 0) + Number(count));
    return looks;
  }

  async #metrics(): Promise<string> {
    const answer = await fetch(`${this.#worker.healthUrl}/metrics`, { signal: AbortSignal.timeout(60_000) });
    return answer.text();
  }
}
