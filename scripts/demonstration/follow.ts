import { isFinal } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';

interface Following {
  system: System;
  /** Hears every snapshot. */
  hear(snapshot: Snapshot): void;
  /** Called when the customer is about to sign in. */
  onSignIn?(): void;
  signal: AbortSignal;
  /** A handshake before it, which is not meant. */
  over?: string | undefined;
}

/** A handshake that has not ended by then does not: ten minutes, as real programs are slow. */
const MOST_MS = 10 * 60_000;

/** Signs in at the first link that is shown, sends the code, and resolves with the last snapshot. */
export async function follow(
  visitor: HeadlessCustomer,
  { system, hear, onSignIn, signal, over }: Following,
): Promise<Snapshot> {
  const done = new AbortController();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  let link: string | undefined;
  let last: Snapshot | undefined;
  const answer = async (snapshot: Snapshot, url: string) => {
    onSignIn?.();
    await visitor.sendCode(snapshot.handshake, system.anthropic.signIn(url));
  };
  await visitor.listen(
    (message) => {
      if (message.type !== 'state' || !message.snapshot || message.snapshot.handshake === over) return;
      last = message.snapshot;
      hear(last);
      if (isFinal(last.phase)) return done.abort();
      if (!last.link || last.link === link) return;
      link = last.link;
      answer(last, link).catch((reason) => done.abort(reason));
    },
    AbortSignal.any([done.signal, limit]),
  );
  if (!done.signal.aborted) limit.throwIfAborted();
  if (!last || !isFinal(last.phase)) throw done.signal.reason;
  return last;
}
