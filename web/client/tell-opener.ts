import type { OpenerMessage } from '../../core/contract/opener.ts';
import type { Refusal, State } from '../model/state.ts';

/** What the page runs into by itself: nobody has refused anything. */
const NO_ANSWER: readonly Refusal[] = ['offline', 'unheard', 'outdated', 'unsealed'];

let last: string | undefined;

/**
 * Tells the page that opened this one in a popup what has become of it: only the origin that the connect link was made
 * for, each state once, and nothing but a handshake's id and phase and whether it is of this visit.
 */
export function tellOpener(opener: Pick<Window, 'postMessage'>, state: State): void {
  const { session, truth, begun } = state;
  if (session?.origin === undefined) return;
  const { handshake = null, phase = 'open' } = truth?.snapshot ?? {};
  const message: OpenerMessage = {
    keyferry: 1,
    state: isRefused(state) ? 'refused' : phase,
    handshake,
    ...(handshake !== null && handshake === begun && { isOfThisVisit: true }),
  };
  const text = JSON.stringify(message);
  if (text === last) return;
  last = text;
  opener.postMessage(message, session.origin);
}

/** A code that is not accepted is no end: the customer pastes another. */
function isRefused({ barred, refused }: State): boolean {
  if (barred !== undefined) return true;
  const isAboutStart = refused && refused.what !== 'code' && refused.what !== 'cancel';
  return isAboutStart === true && !NO_ANSWER.includes(refused.why);
}
