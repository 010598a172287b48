import type { Row } from '../../core/contract/console-api.ts';
import type { HandshakeRecord, Step } from '../../core/contract/handshake-record.ts';
import { hasFailed, isFinal } from '../../core/contract/phases.ts';

/** The part of a row that comes from its record; the rest depends on the clock and the customer. */
export type RowFacts = Omit<Row, 'stuck' | 'onPage'>;

/** A record in one line. */
export function factsOf(record: HandshakeRecord): RowFacts {
  const { handshake, customer, requestedBy, startedAt, reference, asked, attempts } = record;
  const last = attempts.at(-1);
  const { phase, at: since } = standsAt(record);
  const error = hasFailed(phase) ? last?.error : undefined;
  const phaseEndsAt = isFinal(phase) ? undefined : last?.phaseEndsAt;
  const isParked = phase === 'waiting' && last?.parked === true;
  return {
    handshake,
    customer,
    requestedBy,
    startedAt,
    phase,
    since,
    ...(phaseEndsAt === undefined ? {} : { phaseEndsAt }),
    ...(isParked && { parked: true as const }),
    attempt: last?.attempt ?? 0,
    rejected: attempts.reduce((sum, { rejected }) => sum + rejected, 0),
    // An attempt that did not get as far as examining the box keeps what earlier ones found.
    versions: Object.assign({}, ...attempts.map(({ versions }) => versions)),
    ...(reference === undefined ? {} : { reference }),
    ...(asked === undefined ? {} : { asked }),
    ...(error ? { error: { code: error.code, phase: error.phase } } : {}),
  };
}

/** The last step. Before the first one the handshake waits in the queue. */
function standsAt({ attempts, startedAt }: HandshakeRecord): Step {
  const last = attempts.findLast(({ timeline }) => timeline.length > 0);
  return last?.timeline.at(-1) ?? { phase: 'queued', at: startedAt };
}

/** When a worker last took it (ms since 1970); 0 if none has. */
export function takenAt({ attempts }: HandshakeRecord): number {
  const [first] = attempts.findLast(({ attempt }) => attempt > 0)?.timeline ?? [];
  return first && first.phase !== 'queued' ? Date.parse(first.at) : 0;
}
