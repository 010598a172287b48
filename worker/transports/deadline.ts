import { KeyferryError } from '../../core/contract/errors.ts';
import { ownTimeout } from '../../core/process/own-time.ts';
import type { CallLimits } from './transport.ts';

/** What a call has opened so far, to be freed if the call fails, runs late or is aborted. */
export interface Opened {
  /** Registers how to free something. Runs `free` at once when the call has already failed. */
  add(free: () => void): void;
}

/**
 * Runs a call that may never return (a channel on a half-dead link never does).
 * Rejects with the signal's reason on abort and with `onTimeout()` after `limits.timeoutMs` milliseconds of our own time;
 * whenever it rejects, everything in `opened` is freed, last opened first. What `call` opens after that is
 * freed as it is added, so a late answer leaks nothing.
 */
export function withinLimits<T>(
  limits: CallLimits,
  onTimeout: () => KeyferryError,
  call: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = limits;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const frees: (() => void)[] = [];
    let state: 'running' | 'done' | 'failed' = 'running';
    const settle = (next: 'done' | 'failed') => {
      if (state !== 'running') return false;
      state = next;
      callOff();
      signal.removeEventListener('abort', onAbort);
      if (next === 'failed') for (const free of frees.reverse()) free();
      return true;
    };
    const fail = (error: unknown) => {
      if (settle('failed')) reject(error);
    };
    const onAbort = () => fail(signal.reason);
    const callOff = ownTimeout(timeoutMs, () => fail(onTimeout()));
    signal.addEventListener('abort', onAbort, { once: true });
    const opened: Opened = {
      add: (free) => {
        if (state === 'failed') free();
        else frees.push(free);
      },
    };
    // The async wrapper turns a synchronous throw into a rejection.
    (async () => call(opened))().then((value) => {
      if (settle('done')) resolve(value);
    }, fail);
  });
}

/** The timeout error of a call on a box; `what` completes "… ms passed while …". */
export function callTimeout(limits: CallLimits, what: string): () => KeyferryError {
  return () =>
    new KeyferryError('box_call_timeout', { detail: `${limits.timeoutMs} ms passed while ${what}.` });
}

/** Waits for `promise`, but at most `ms` milliseconds; for clean-up that must not hang on a dead box. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}
