import type { Gates } from '../../lab/gates.ts';
import type { System } from '../../lab/system.ts';
import type { ChaosCustomer } from './customer.ts';
import type { HoldAt } from './plan.ts';

/** Holds a customer's next handshake when it gets there, wherever that is; what it returns lets it go on. */
export function hold(at: HoldAt, customer: ChaosCustomer, system: System, gates: Gates): () => void {
  const { anthropic } = system;
  const isTheirs = (code: string) => customer.diary.codes.some(({ text }) => text.startsWith(`${code}#`));
  if (at === 'waiting' || at === 'parked') return () => undefined;
  if (at === 'exchanging') return anthropic.tokenEndpoint.hold(isTheirs);
  if (at === 'proving')
    return anthropic.messages.hold((bearer) =>
      anthropic.exchanges.some(({ code, token }) => token === bearer && isTheirs(code)),
    );
  return gates.close(system.box(customer.name), at).open;
}

/** Whether a customer's handshake has got there. */
export function isAt(at: HoldAt, { snapshot, screen, diary }: ChaosCustomer): boolean {
  if (at === 'waiting' || at === 'parked') {
    const isThere = at === 'waiting' || snapshot?.parked === true;
    return isThere && screen === 'paste' && diary.unsent(snapshot?.link ?? '') !== undefined;
  }
  return snapshot?.phase === (at === 'pasting' ? 'installing' : at);
}
