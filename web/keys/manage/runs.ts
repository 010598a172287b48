import { type ConnectionRun, connectionRunSchema } from '../../../core/contract/connection-run.ts';
import { type Disconnect, disconnectSchema } from '../../../core/contract/disconnect.ts';
import type { ErrorCode } from '../../../core/contract/error-rows.ts';
import type { Api } from '../../client/api.ts';
import { type Answer, json } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';

/** Milliseconds between two looks at a run, and for all of it: the worker itself gives up after six minutes. */
const LOOK_MS = 1_500;
const LONGEST_MS = 9 * 60_000;
/** A removal is tried five times, of at most ten minutes each. */
const LONGEST_END_MS = 60 * 60_000;
/** Not the run's: another look may be answered. */
const PASSING: readonly Refusal[] = [
  'offline',
  'service_unavailable',
  'history_unavailable',
  'too_many_requests',
];

/** What a run has come to; `why`: nothing is known of what was asked for. */
export type Ended<Run = ConnectionRun> = { ok: true; run: Run } | { ok: false; why: Refusal };

export interface Following {
  /** Asks the api, and ends the visit where the answer does. */
  ask: <Body>(request: (api: Api) => Promise<Answer<Body>>) => Promise<Answer<Body>>;
  /** Aborted when nobody looks any more. */
  signal: AbortSignal;
  /** Whether the last look was answered, each time that it changes. */
  onHeard: (heard: boolean) => void;
  /** Only tests change it. */
  lookMs?: number;
}

/** Follows a run to its end. Undefined: nobody looks any more. Never rejects. */
export function follow(begun: ConnectionRun, following: Following): Promise<Ended | undefined> {
  const look = (api: Api) => api.get(`connection-runs/${begun.run}`, json(connectionRunSchema));
  return followed(begun, look, LONGEST_MS, following);
}

/** The same of a connection's removal. */
export function followEnd(begun: Disconnect, following: Following): Promise<Ended<Disconnect> | undefined> {
  const look = (api: Api) => api.get(`connections/${begun.connection}/disconnect`, json(disconnectSchema));
  return followed(begun, look, LONGEST_END_MS, following);
}

async function followed<Run extends { state: string; error?: ErrorCode | undefined }>(
  begun: Run,
  look: (api: Api) => Promise<Answer<Run>>,
  longestMs: number,
  { ask, signal, onHeard, lookMs = LOOK_MS }: Following,
): Promise<Ended<Run> | undefined> {
  let run = begun;
  let heard = true;
  for (let waited = 0; ; waited += lookMs) {
    if (run.state === 'done') return { ok: true, run };
    if (run.state === 'failed') return { ok: false, why: run.error ?? 'internal_error' };
    if (waited > longestMs) return { ok: false, why: 'unheard' };
    await pause(lookMs, signal);
    if (signal.aborted) return undefined;
    const answer = await ask(look);
    if (signal.aborted) return undefined;
    if (answer.ok) run = answer.body;
    else if (!PASSING.includes(answer.why)) return { ok: false, why: answer.why };
    if (answer.ok !== heard) onHeard(answer.ok);
    heard = answer.ok;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
