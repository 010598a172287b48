import { KeyferryError } from '../../core/contract/errors.ts';

/** Aborts with `cancelled` at the first Ctrl-C, so that the box is cleaned up; a second one leaves at once. */
export function cancelOnSignals(): AbortSignal {
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (cancel.signal.aborted) process.exit(130);
      cancel.abort(new KeyferryError('cancelled'));
    });
  }
  // Nobody reads any more: clean up the box rather than die half-way.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => cancel.abort(new KeyferryError('cancelled')));
  return cancel.signal;
}
