import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseChoice } from '../../core/contract/cases.ts';
import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import type { ReRunPlan } from '../../core/contract/re-runs.ts';
import type { CaseRow } from '../../core/store/cases.ts';
import type { TakenCase } from '../../core/store/re-runs.ts';
import { rowOf } from '../http/problems.ts';
import type { Services } from '../services.ts';

type ReRunServices = Pick<
  Services,
  'reRuns' | 'caseChanges' | 'disconnects' | 'handshakes' | 'fleet' | 'presence' | 'database' | 'log'
>;

/** Milliseconds between two looks for what comes next, and handshakes that are started at each: some two a second. */
const LOOK_MS = 2_500;
const AT_ONCE = 5;
/** Handshakes that wait for a worker while none is added to them: whoever clicks Connect comes first. */
const MOST_WAITING = 5;
/** Customers without an open page that a plan names. */
const MOST_NAMED = 50;
const CLOSE_MS = 3_000;
/** After which a case has failed that fails for a reason which nobody knows. */
const MOST_TRIES = 5;
/** What passes without anything being done about this case. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'queue_full',
  'service_unavailable',
  'history_unavailable',
  'disconnect_under_way',
]);

/** Running leader of re-runs. */
export interface ReRunner {
  /** Begins nothing more, and waits for what is under way, some seconds at most. */
  close(): Promise<void>;
}

/** What would be done about a case. */
function whatFor(row: CaseRow | undefined): 'start' | 'remove' | 'look' | 'key' | 'over' {
  if (!row || row.state === 'resolved') return 'over';
  if (row.kind === 'removal') return 'remove';
  if (row.kind !== 'handshake') return 'look';
  return row.method === 'api-key' ? 'key' : 'start';
}

/** What a re-run of these would do, as it is now. */
export async function planOf(
  { caseChanges, database, presence }: Pick<ReRunServices, 'caseChanges' | 'database' | 'presence'>,
  of: CaseChoice,
): Promise<ReRunPlan> {
  const ids = (await caseChanges.chosen(of)).map(({ id }) => id);
  const rows =
    ids.length === 0
      ? []
      : await database.selectFrom('cases').selectAll().where('id', 'in', ids).orderBy('customer').execute();
  const count = (what: ReturnType<typeof whatFor>) => rows.filter((row) => whatFor(row) === what).length;
  // One has a handshake at a time, on whichever of their boxes.
  const starts = rows.filter((row) => whatFor(row) === 'start').map(({ customer }) => customer);
  const customers = [...new Set(starts)];
  const open = await presence.areOpen(customers);
  return {
    total: rows.length,
    starts: customers.length,
    onPage: customers.filter((customer) => open.has(customer)).length,
    looks: count('look'),
    removals: count('remove'),
    needsKey: count('key'),
    over: count('over'),
    closed: customers.filter((customer) => !open.has(customer)).slice(0, MOST_NAMED),
  };
}

/** What a re-run of one handshake would do: whoever has to come, and has their page closed, can be sent a link. */
export async function planOfOne(
  { presence }: Pick<ReRunServices, 'presence'>,
  { customer, method }: Pick<CaseRow, 'customer' | 'method'>,
): Promise<ReRunPlan> {
  const isOpen = (await presence.areOpen([customer])).has(customer);
  const needsKey = Number(method === 'api-key');
  const starts = 1 - needsKey;
  return {
    ...{ total: 1, starts, onPage: isOpen ? starts : 0, looks: 0, removals: 0, needsKey, over: 0 },
    closed: isOpen ? [] : [customer],
  };
}

/**
 * Goes on with re-runs, a few handshakes at a time. What comes next is on record, and of one run one api is the leader at a time,
 * as with runs over the fleet; those are the workers', and handshakes are started by the api.
 */
export function startReRuns(services: ReRunServices & Pick<Services, 'queue'>, lookMs = LOOK_MS): ReRunner {
  const { reRuns, log, queue } = services;
  const over = new AbortController();
  const { signal } = over;
  const ended = (async () => {
    let said: string | undefined;
    while (!signal.aborted) {
      try {
        for (const id of await reRuns.running()) {
          if (signal.aborted || (await queue.getWaitingCount()) >= MOST_WAITING) break;
          await seeToEach(services, (await reRuns.take(id, AT_ONCE)) ?? [], signal);
        }
        said = undefined;
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : 'unknown';
        if (reason !== said) log.warn({ reason }, 're-runs: not this time');
        said = reason;
      }
      await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      over.abort();
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** One after the other, as long as nobody stops it; what is left by then waits again. */
async function seeToEach(
  services: ReRunServices,
  many: readonly TakenCase[],
  signal: AbortSignal,
): Promise<void> {
  const { reRuns } = services;
  for (const [at, taken] of many.entries()) {
    if (signal.aborted || !(await reRuns.isRunning(taken.run))) {
      for (const left of many.slice(at)) await reRuns.settle(left, { state: 'waiting' });
      return;
    }
    const done = await doneFor(services, taken);
    await reRuns.settle(taken, done, done.handshake);
    if (done.state !== 'waiting' || done.code === 'internal_error') continue;
    for (const left of many.slice(at + 1)) await reRuns.settle(left, { state: 'waiting' });
    throw new KeyferryError(done.code ?? 'service_unavailable');
  }
}

interface Done {
  state: 'waiting' | 'started' | 'passed' | 'failed';
  code?: ErrorCode | undefined;
  /** That was started. */
  handshake?: string | undefined;
}

/** Does what there is to do about a case. Never rejects. */
async function doneFor(services: ReRunServices, taken: TakenCase): Promise<Done> {
  const { disconnects, handshakes, fleet, log } = services;
  const { row, customer, askedBy, handshake: id } = taken;
  const what = whatFor(row);
  if (!row || what === 'over') return { state: 'passed' };
  if (what === 'key') return { state: 'passed', code: 'key_needed_again' };
  try {
    if (what === 'remove') {
      const asked = await disconnects.ask(customer, row.connection ?? '', operatorOf(askedBy));
      return { state: asked.state === 'done' ? 'passed' : 'started' };
    }
    if (what === 'look') {
      const due = await fleet.lookNow(row.connection === null ? [] : [row.connection]);
      return { state: due > 0 ? 'started' : 'passed' };
    }
    const { provider, method, box } = row;
    const wanted = { provider, method, box, id, again: row.handshake ?? undefined };
    const { snapshot } = await handshakes.start(customer, operatorOf(askedBy), wanted);
    // The customer is at another one already, which is theirs and may be about another box.
    if (snapshot.handshake !== id) return { state: 'passed' };
    return { state: 'started', handshake: id };
  } catch (thrown) {
    const { code } = rowOf(thrown);
    log.warn({ run: taken.run, customer, code }, 're-runs: not started');
    // The queue is full, or a store is away: it is taken again. So is what nobody knows, a few times.
    const isAgain = PASSING.has(code) || (code === 'internal_error' && taken.tries < MOST_TRIES);
    return { state: isAgain ? 'waiting' : 'failed', code };
  }
}

function operatorOf(askedBy: string): `operator:${string}` {
  return `operator:${askedBy.replace(/^operator:/, '')}`;
}
