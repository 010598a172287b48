import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseChoice } from '../../core/contract/cases.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { ReRunPlan } from '../../core/contract/re-runs.ts';
import type { CaseRow } from '../../core/store/cases.ts';
import type { TakenCase } from '../../core/store/re-runs.ts';
import type { Services } from '../services.ts';

type ReRunServices = Pick<
  Services,
  'reRuns' | 'caseChanges' | 'handshakes' | 'fleet' | 'presence' | 'database' | 'log'
>;

/** Milliseconds between two looks for what comes next, and handshakes that are started at each: some two a second. */
const LOOK_MS = 2_500;
const AT_ONCE = 5;
/** Handshakes that wait for a worker while none is added to them: whoever clicks Connect comes first. */
const MOST_WAITING = 5;
/** Customers without an open page that a plan names. */
const MOST_NAMED = 50;
const CLOSE_MS = 3_000;

/** Running leader of re-runs. */
export interface ReRunner {
  /** Begins nothing more, and waits for what is under way, some seconds at most. */
  close(): Promise<void>;
}

/** What would be done about a case. */
function whatFor(row: CaseRow | undefined): 'start' | 'look' | 'key' | 'over' {
  if (!row || row.state === 'resolved') return 'over';
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
  const customers = rows.filter((row) => whatFor(row) === 'start').map(({ customer }) => customer);
  const open = await presence.areOpen(customers);
  return {
    total: rows.length,
    starts: customers.length,
    onPage: customers.filter((customer) => open.has(customer)).length,
    looks: count('look'),
    needsKey: count('key'),
    over: count('over'),
    closed: customers.filter((customer) => !open.has(customer)).slice(0, MOST_NAMED),
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
          for (const taken of (await reRuns.take(id, AT_ONCE)) ?? []) await seeTo(services, taken);
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

async function seeTo(services: ReRunServices, taken: TakenCase): Promise<void> {
  const { reRuns, handshakes, fleet, log } = services;
  const { row, customer, askedBy, handshake: id } = taken;
  const what = whatFor(row);
  if (!row || what === 'over') return reRuns.settle(taken, { state: 'passed' });
  if (what === 'key') return reRuns.settle(taken, { state: 'passed', code: 'key_needed_again' });
  try {
    if (what === 'look') {
      const due = await fleet.lookNow(row.connection === null ? [] : [row.connection]);
      return await reRuns.settle(taken, { state: due > 0 ? 'started' : 'passed' });
    }
    const { provider, method, box } = row;
    const { snapshot } = await handshakes.start(customer, operatorOf(askedBy), { provider, method, box, id });
    await reRuns.settle(taken, { state: 'started' }, snapshot.handshake);
  } catch (thrown) {
    const { code } = toKeyferryError(thrown);
    log.warn({ run: taken.run, customer, code }, 're-runs: not started');
    // The queue is full, or Redis is away: it is taken again.
    const isPassing = code === 'queue_full' || code === 'service_unavailable';
    await reRuns.settle(taken, { state: isPassing ? 'waiting' : 'failed', code });
    if (isPassing) throw new KeyferryError(code);
  }
}

function operatorOf(askedBy: string): `operator:${string}` {
  return `operator:${askedBy.replace(/^operator:/, '')}`;
}
