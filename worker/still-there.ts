import { KeyferryError } from '../core/contract/errors.ts';

/** What may still be done on the box after a failure: nothing if another attempt follows, or the link is gone. */
export function stillThere(signal: AbortSignal): AbortSignal | undefined {
  if (!signal.aborted) return signal;
  return isCancelled(signal) ? new AbortController().signal : undefined;
}

/** For what must not be left half done: aborted by all that aborts `signal`, but not by the customer who cancels. */
export function evenIfCancelled(signal: AbortSignal): AbortSignal {
  const own = new AbortController();
  const end = () => {
    if (!isCancelled(signal)) own.abort(signal.reason);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return own.signal;
}

function isCancelled({ reason }: AbortSignal): boolean {
  return reason instanceof KeyferryError && reason.code === 'cancelled';
}
