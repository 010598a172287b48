import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { type Seen, seenByOwnTurn } from '../../core/contract/health.ts';
import type { LookJob } from '../../core/contract/jobs.ts';
import type { Limit } from '../../core/contract/limits.ts';
import { isModelOf, rowAs, rowOf } from '../../core/contract/providers.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Looked } from '../../core/store/looked.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { ReadTo } from '../../core/store/usage.ts';
import { orAborted } from '../abort.ts';
import { awaitTurn, type Turns } from '../boxes/box-turn.ts';
import type { ListedBox } from '../boxes/inventory.ts';
import { type Tested, testedOnBox } from '../connections/on-box.ts';
import type { WorkerMetrics } from '../queue/metrics.ts';
import type { Considering } from './considering.ts';
import { type Look, type LookOptions, lookAtBox } from './look.ts';
import type { Prices } from './prices.ts';

export interface LookingServices {
  recorder: Pick<Recorder, 'record'>;
  turns: Turns;
  metrics: Pick<WorkerMetrics, 'looks' | 'lookSeconds' | 'usageReadings'>;
  /** Decides what of it is put right. */
  considering: Pick<Considering, 'of'>;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: { getDeduplicationJobId(customer: string): Promise<string | null> };
  usage: {
    /** From where on a box's usage is read. */
    readTo(customer: string, box: string): Promise<ReadTo>;
    /** OpenClaw's id for the platform's own provider, where there is one. */
    platform: string | undefined;
    /** What is known to cost what OpenClaw knows no cost of. */
    prices: Pick<Prices, 'for'>;
    /** The configuration's limits, and the turns of the platform's models on a day beyond which it is told; 0: it is not. */
    limits: readonly Limit[];
    fallbackTurns: number;
  };
  log: Logger;
}

/** Milliseconds for a look; for a turn; and that a turn waits for what else is queued for the customer's boxes. */
export const LOOK_MS = 8 * 60_000;
export const TURN_MS = 5 * 60_000;
export const TURN_WAIT_MS = 30_000;

/** Only tests change these. */
interface Ways {
  look: typeof lookAtBox;
  test: (...words: Parameters<typeof testedOnBox>) => Promise<Pick<Tested, 'verdict' | 'isByTurn'>>;
  lookMs: number;
  turnMs: number;
}
const WAYS: Ways = { look: lookAtBox, test: testedOnBox, lookMs: LOOK_MS, turnMs: TURN_MS };

type Listed = Pick<ListedBox, 'transport' | 'agent'>;

/**
 * A look at a box and, where one is due, a turn after it. What the look saw is on record before the turn is made, and so is
 * that either took too long: what is not written is due again and again.
 */
export class Looking {
  readonly #services: LookingServices;
  readonly #watchHours: number;
  readonly #ways: Ways;

  constructor(services: LookingServices, watchHours: number, ways: Partial<Ways> = {}) {
    this.#services = services;
    this.#watchHours = watchHours;
    this.#ways = { ...WAYS, ...ways };
  }

  /**
   * `records`: a customer's connections there; `turn`: the one for which a turn is due; `hadGateway`: a gateway answered when it
   * was last seen to work. Throws the signal's reason.
   */
  async at(
    listed: Listed,
    records: readonly ConnectionRecord[],
    { turn, hadGateway, agents }: Pick<LookJob, 'turn' | 'hadGateway' | 'agents'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { considering, metrics } = this.#services;
    const from = performance.now();
    const looked = await this.#look(listed, records, { hadGateway, agents }, signal);
    const wanted = records.find(({ id }) => id === turn);
    await this.record(looked, records, isPassedOver(looked, wanted) ? wanted : undefined);
    await this.#recordUsage(looked, records);
    if (records[0]) await considering.of(records[0].customer, looked);
    metrics.lookSeconds.observe((performance.now() - from) / 1_000);
    if (wanted && looked.seen.get(wanted.id)?.outcome === 'working')
      await this.#turn(listed, wanted, looked.states.get(wanted.id)?.model, signal);
  }

  /** Writes what a look saw; `tried`: the one whose turn counts as tried. */
  async record(looked: Look, records: readonly ConnectionRecord[], tried?: ConnectionRecord): Promise<void> {
    for (const record of records) {
      const entry = lookedOf(looked, record.id, this.#watchHours);
      if (entry) await this.#write(record, { ...entry, ...(record === tried && { hasTurn: true }) });
    }
  }

  async #write({ id, customer, box, provider, health }: ConnectionRecord, entry: Looked): Promise<void> {
    const { recorder, metrics, log } = this.#services;
    const { outcome, ...why } = entry.seen;
    await recorder.record('looked', entry);
    metrics.looks.inc({ outcome, code: 'code' in entry.seen ? entry.seen.code : '' });
    if (outcome !== 'working' || health !== 'working')
      log.info({ customer, box, connection: id, provider, outcome, ...why }, 'look: seen');
  }

  /** What cannot be read or written now is read by the next look: what OpenClaw says are sums of whole days. */
  async #recordUsage({ at, usage }: Look, [record]: readonly ConnectionRecord[]): Promise<void> {
    if (!usage || !record) return;
    const { recorder, log } = this.#services;
    const { platform, prices, limits, fallbackTurns } = this.#services.usage;
    const { customer, box } = record;
    const { state, days, finalTo, timeZone } = usage;
    const more = {
      ...(finalTo !== undefined && { finalTo }),
      ...(timeZone !== undefined && { timeZone }),
      ...(platform !== undefined && { platform }),
      ...(limits.length > 0 && { limits: [...limits] }),
      ...(fallbackTurns > 0 && { fallbackTurns }),
    };
    this.#services.metrics.usageReadings.inc({ state });
    try {
      const read = { customer, box, at: at.toISOString(), state, days, prices: prices.for(days) };
      await recorder.record('usage', { ...read, ...more });
    } catch (thrown) {
      log.warn({ customer, box, reason: toKeyferryError(thrown).code }, 'look: its usage was not written');
    }
  }

  async #look(
    { transport, agent }: Listed,
    records: readonly ConnectionRecord[],
    { hadGateway, agents = {} }: Pick<LookJob, 'hadGateway' | 'agents'>,
    signal: AbortSignal,
  ) {
    const usage = await this.#usageOf(records[0]);
    const late = AbortSignal.timeout(this.#ways.lookMs);
    const within = AbortSignal.any([signal, late]);
    try {
      const options = { signal: within, agent, hadGateway, agents, usage };
      return await orAborted(() => this.#ways.look(transport, records, options), within);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!late.aborted) throw thrown;
      return saying({ outcome: 'inconclusive', code: 'box_call_timeout' }, records);
    }
  }

  /** Without the database none is read: how far it was read is not known. */
  async #usageOf(record: ConnectionRecord | undefined): Promise<LookOptions['usage']> {
    if (!record) return undefined;
    return this.#services.usage.readTo(record.customer, record.box).then(
      (from) => from,
      () => undefined,
    );
  }

  async #turn(
    { transport, agent }: Listed,
    record: ConnectionRecord,
    model: string | null | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { turns, handshakes, log } = this.#services;
    const { id: connection, customer, box } = record;
    const known = rowOf(record.provider);
    if (!known) return;
    const row = rowAs(known, record.profile);
    // The one of the handshake may have been retired since.
    const asked = model && isModelOf(row, model) ? { ...record, model } : record;
    const lost = new AbortController();
    const onLost = () => lost.abort(new KeyferryError('worker_lost'));
    // What the customer has asked for comes first: then it is due at the next look.
    const over = await awaitTurn(turns, customer, { signal, waitsMs: TURN_WAIT_MS, onLost }).catch(
      () => undefined,
    );
    signal.throwIfAborted();
    if (!over) return;
    try {
      if ((await handshakes.getDeduplicationJobId(customer)) !== null) return;
      const from = performance.now();
      const within = AbortSignal.any([signal, lost.signal, AbortSignal.timeout(this.#ways.turnMs)]);
      const options = { signal: within, agent };
      const seen = await orAborted(() => this.#ways.test(transport, row, asked, options), within).then(
        ({ verdict, isByTurn }) => seenByOwnTurn(verdict, isByTurn),
        (thrown): Seen => ({ outcome: 'inconclusive', code: codeOf(thrown) }),
      );
      if (seen.outcome === 'inconclusive')
        log.info({ customer, box, connection, reason: seen.code }, 'look: its turn came to nothing');
      const at = nowDate().toISOString();
      const watchHours = this.#watchHours;
      const tookMs = Math.round(performance.now() - from);
      await this.#write(record, { connection, at, seen, watchHours, hasTurn: true, tookMs });
    } finally {
      await over();
    }
  }
}

/** What a look says nothing of gets no turn, and keeps its neighbours from none. */
function isPassedOver({ seen }: Look, wanted: ConnectionRecord | undefined): boolean {
  const isSilent = wanted !== undefined && seen.get(wanted.id)?.outcome === 'inconclusive';
  return isSilent && [...seen.values()].some(({ outcome }) => outcome === 'working');
}

function codeOf(thrown: unknown): ErrorCode {
  const isLate = thrown instanceof DOMException && thrown.name === 'TimeoutError';
  return isLate ? 'box_call_timeout' : toKeyferryError(thrown).code;
}

/** The same of all of them. */
export function saying(seen: Seen, records: readonly { id: string }[]): Look {
  return {
    at: nowDate(),
    seen: new Map(records.map(({ id }) => [id, seen])),
    versions: {},
    states: new Map(),
  };
}

/** What a look has seen of a connection, as it goes into the record; undefined: nothing. */
export function lookedOf(
  { at, seen, states, versions, tookMs }: Look,
  id: string,
  watchHours: number,
): Looked | undefined {
  const saw = seen.get(id);
  if (!saw) return undefined;
  const state = states.get(id);
  const good = saw.outcome === 'working' ? state : undefined;
  const isOrdered = state?.order && state.order.length > 0;
  const how = { versions, ...(tookMs !== undefined && { tookMs }) };
  return {
    connection: id,
    at: at.toISOString(),
    seen: saw,
    watchHours,
    ...how,
    ...(good && { good }),
    ...(isOrdered && { isOrdered: true as const }),
  };
}
