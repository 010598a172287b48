import type { Snapshot } from '../../core/contract/snapshot.ts';
import { say } from '../messages/say.ts';
import type { Action } from './page-screen.ts';
import type { State } from './state.ts';
import { connectionsOf, hasChoice, isSameWay, mainWay, methodsOf, type Place, type Way } from './ways.ts';

/** Where the customer is beside the main path. Without a sign-in of Claude's the list of providers is where it begins. */
export function placeOf(state: State): Place | undefined {
  if (state.place) return state.place;
  const { session, truth } = state;
  if (!session || mainWay(session) || connectionsOf(state).length > 0) return undefined;
  return truth?.snapshot && isNews(state, truth.snapshot) ? undefined : { at: 'providers' };
}

/** Whether the customer is still to read how a handshake ended. */
function isNews({ aside, consent }: State, { handshake, phase, disconnectedAt }: Snapshot): boolean {
  if (handshake === aside) return false;
  if (phase === 'expired') return consent?.handshake === handshake;
  return (
    phase === 'failed' || phase === 'cancelled' || (phase === 'connected' && disconnectedAt !== undefined)
  );
}

/** One step back from a page beside the main path. */
export function backOf({ session }: State, place: Place): Action {
  const label = say('actions.back');
  if (!('provider' in place)) return { does: 'go', label, to: undefined };
  const offer = session?.offers?.find(({ provider }) => provider === place.provider);
  const hasSeveral = place.at === 'way' && offer !== undefined && methodsOf(offer).length > 1;
  return {
    does: 'go',
    label,
    to: hasSeveral ? { at: 'provider', provider: place.provider } : { at: 'providers' },
  };
}

/** The way to what else can be connected, if there is anything. */
export function others({ session }: State): Action[] {
  return hasChoice(session) ? [{ does: 'go', label: say('actions.others'), to: { at: 'providers' } }] : [];
}

/** Once more in the same way: where the main path is another one, the customer goes there first. */
export function againIn(state: State, way: Way | undefined, label: string): Action {
  const { place, session } = state;
  const main = mainWay(session);
  if (place?.at === 'way') return { does: 'go', label, to: place };
  return way === undefined || (main && isSameWay(main, way))
    ? { does: 'startAnew', label }
    : { does: 'go', label, to: { at: 'way', ...way } };
}
