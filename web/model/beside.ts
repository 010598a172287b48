import type { Beside } from './page-screen.ts';
import type { State } from './state.ts';
import { connectedIn, type Place } from './ways.ts';

/** The choice between replacing and adding, where something is connected in this way already. */
export function beside(state: State, place: Place & { at: 'way' }): { beside?: Beside } {
  const [newest] = connectedIn(state, place);
  if (!newest) return {};
  const { label, connectedAt } = newest;
  return { beside: { another: place.another ?? false, label, connectedAt } };
}
