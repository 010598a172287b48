/** A process that holds many waiting handshakes, for the bench to look at from outside. Started with --expose-gc. */
import { KeyferryError } from '../../core/contract/errors.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { type Reachable, reach } from './ours.ts';

/** What the bench asks for, one at a time; each is answered by `done` or `{ failed }`. */
export type Ask =
  | { ask: 'start'; box: Reachable; handshakes: number }
  /** Frees what can be freed. */
  | { ask: 'collect' }
  /** Fails unless so many handshakes still wait. */
  | { ask: 'check'; handshakes: number }
  | { ask: 'cancel' };

export type Answer = 'done' | { failed: string };

let cancel = new AbortController();
const running = new Set<Promise<unknown>>();

process.on('message', (ask: Ask) => {
  void answer(ask)
    .then((): Answer => 'done')
    .catch((error): Answer => ({ failed: error instanceof Error ? error.message : String(error) }))
    .then((said) => process.send?.(said));
});
// The bench is gone: so are the handshakes, and their programs on the box.
process.on('disconnect', () => void cancelAll().finally(() => process.exit()));

async function answer(ask: Ask): Promise<void> {
  if (ask.ask === 'start') for (let n = 0; n < ask.handshakes; n += 1) await startOne(ask.box);
  else if (ask.ask === 'cancel') await cancelAll();
  else if (ask.ask === 'check') check(ask.handshakes);
  else for (let n = 0; n < 3; n += 1) globalThis.gc?.();
}

/** Resolves when the handshake waits for its customer; it keeps waiting. */
function startOne(box: Reachable): Promise<void> {
  return new Promise((resolve, reject) => {
    const customer = {
      tell: ({ url }: { url?: string }) => void (url && resolve()),
      code: () => new Promise<never>(() => {}),
    };
    const over = handshake(reach(box), customer, { signal: cancel.signal }).catch((thrown) => {
      reject(thrown);
      const meant = thrown instanceof HandshakeFailed && cancel.signal.aborted;
      if (!meant) process.exitCode = 1;
    });
    running.add(over);
    void over.finally(() => running.delete(over));
  });
}

function check(handshakes: number): void {
  if (running.size !== handshakes) throw new Error(`${running.size} of ${handshakes} were left at the end.`);
}

async function cancelAll(): Promise<void> {
  cancel.abort(new KeyferryError('cancelled'));
  await Promise.all(running);
  cancel = new AbortController();
}
