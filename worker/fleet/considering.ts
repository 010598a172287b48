import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import {
  decideRepair,
  mayHaveRemoved,
  ONLY_TOLD,
  type RepairFacts,
  type RepairJob,
  repairFor,
  whyNotNow,
} from '../../core/contract/repairs.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Connections } from '../../core/store/connections.ts';
import { now } from '../../core/store/redis-clock.ts';
import type { Repairs } from '../../core/store/repairs.ts';
import type { Vault } from '../vault/vault.ts';
import type { Look } from './look.ts';

export interface ConsideringServices {
  connections: Pick<Connections, 'current'>;
  repairs: Repairs;
  /** Undefined: copies of credentials are not kept. */
  vault: Vault | undefined;
  /** Removals of connections by connection, those too that have failed: what is to go is not put back by itself. */
  removals: { getJob(connection: string): Promise<unknown> };
  log: Logger;
}

/** What a repair is decided by. */
export async function factsOf(
  { repairs, vault, removals }: Pick<ConsideringServices, 'repairs' | 'vault' | 'removals'>,
  record: ConnectionRecord,
): Promise<RepairFacts> {
  const { id, method, endpoint } = record;
  const since = record.healthSince ?? record.connectedAt;
  const [good, past, movedIn, wasModelTold, copy, removal, isHeld] = await Promise.all([
    repairs.good(id),
    repairs.past(id),
    repairs.movedIn(id),
    repairs.wasTold(id, 'model-back', since),
    vault?.copies.find(id),
    removals.getJob(id),
    repairs.isHeld(record),
  ]);
  return {
    method,
    isEndpoint: endpoint !== undefined,
    good,
    movedIn,
    wasModelTold,
    hasCopy: copy !== undefined,
    isOurDoing: mayHaveRemoved(past),
    isLeaving: Boolean(removal),
    isHeld,
  };
}

/** Decides after each look what of it Keyferry puts right, by what is on record: no look decides alone. */
export class Considering {
  readonly #services: ConsideringServices;
  readonly #queue: Queue<RepairJob>;
  readonly #mode: 'tell' | 'safe';

  constructor(services: ConsideringServices, queue: Queue<RepairJob>, mode: 'tell' | 'safe') {
    this.#services = services;
    this.#queue = queue;
    this.#mode = mode;
  }

  /** After a look that is on record. Never rejects: what cannot be decided now is at the next look. */
  async of(customer: string, look: Look): Promise<void> {
    try {
      const current = await this.#services.connections.current(customer);
      for (const record of current) await this.#one(record, look);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      this.#services.log.warn({ customer, reason }, 'repairs: not considered this time');
    }
  }

  async #one(record: ConnectionRecord, look: Look): Promise<void> {
    const { repairs } = this.#services;
    const { id, customer, box, health, reason } = record;
    const seen = look.seen.get(id);
    const name = repairFor(reason);
    // Confirmed, and seen to be so this time, too.
    const isSo = health === 'attention' && seen?.outcome === 'attention' && seen.code === reason;
    // Repairs are of the default agent.
    if (seen?.outcome === 'attention' && seen.agent !== undefined) return;
    if (!isSo || !name || !look.states.has(id) || (await repairs.isOfOtherAgent(id))) return;
    const decided = decideRepair(name, await factsOf(this.#services, record));
    if (decided.verdict === 'no') return;
    const why =
      this.#mode === 'tell'
        ? ONLY_TOLD
        : 'why' in decided
          ? decided.why
          : whyNotNow(await repairs.past(id), name, now());
    const since = record.healthSince ?? record.connectedAt;
    if (why !== undefined)
      return repairs.told({ id: randomUUID(), connection: id, customer, box, name }, why, since);
    const data = { task: 'repair', customer, box, connection: id, name } as const;
    const opts = { jobId: `repair-${id}`, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
    await this.#queue.add('repair', data, opts);
  }
}
