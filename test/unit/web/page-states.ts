import type { Phase } from '../../../core/contract/phases.ts';
import type { Connection, Snapshot } from '../../../core/contract/snapshot.ts';
import { CONNECTION, practiceLink, practiceSnapshot } from '../../../scripts/screenshots/fixtures.ts';
import { WITH_OFFERS } from '../../../scripts/screenshots/key-fixtures.ts';
import { withWaysOn } from '../../../web/keys/ends.ts';
import { withHealthOf } from '../../../web/keys/health.ts';
import '../../../web/messages/english.ts';
import { screenOf } from '../../../web/keys/screens.ts';
import { type Consent, type Event, initialState, next, type State } from '../../../web/model/state.ts';
import { type View, view } from '../../../web/model/view.ts';
import type { Place } from '../../../web/model/ways.ts';

/** A moment by the api's clock, ms since the epoch. */
export const NOW = Date.UTC(2026, 5, 18, 10, 0);
export const MINUTE = 60_000;

export const SESSION: Event = { type: 'session', session: { customer: 'alice', csrf: 'x' } };
export const OFFERED: Event = { type: 'session', session: WITH_OFFERS };
export const OTHER_LINK = practiceLink('z'.repeat(43));
export { CONNECTION };

/** A snapshot later than those made before it. */
export const snapshot = (phase: Phase, more: Partial<Snapshot> = {}) => practiceSnapshot(phase, more, NOW);

/** The api's word: a snapshot in this phase, and perhaps a connection. */
export function says(
  phase: Phase,
  more: Partial<Snapshot> = {},
  connection: Connection | null = null,
): Event {
  return { type: 'truth', truth: { snapshot: snapshot(phase, more), connection } };
}

export const nothingYet: Event = { type: 'truth', truth: { snapshot: null, connection: null } };
export const connectedOnly: Event = { type: 'truth', truth: { snapshot: null, connection: CONNECTION } };

/** What is true after these events, at `NOW` or so many ms later. */
export function stateAfter(
  events: Event[],
  { later = 0, consent }: { later?: number; consent?: Consent } = {},
): State {
  let state = initialState(NOW, consent);
  for (const event of events) state = next(state, event, NOW);
  return later === 0 ? state : next(state, { type: 'tick' }, NOW + later);
}

/** What is seen once the screens beside the main path are loaded. */
export function viewAfter(...events: Event[]): View {
  return view(stateAfter(events), { screenOf, withHealthOf, withWaysOn });
}

/** The customer goes somewhere beside the main path, or back to it. */
export const went = (place: Place | undefined): Event => ({ type: 'went', place });

/** A screen in one line: its name, heading, and what can be done. */
export function inOneLine({ screen }: View): string {
  const { name, heading, primary, quiet } = screen;
  const can = [primary && `[${primary.label}]`, ...quiet.map(({ label }) => label)].filter(Boolean);
  return `${name}: ${heading} | ${can.join(', ')}`;
}
