import type { Case, CaseDeed, CaseEntry, CaseKind, CaseState } from '../../../core/contract/cases.ts';
import { hashOf } from '../model/place.ts';

export const CASE_WORDS = {
  kinds: {
    handshake: 'Cannot connect',
    connection: 'Connection needs attention',
    box: 'Box not reached',
    usage: 'Limit or unusual use',
    removal: 'Not removed',
  } satisfies Record<CaseKind, string>,
  states: { open: 'Open', snoozed: 'Snoozed', resolved: 'Resolved' } satisfies Record<CaseState, string>,
  deeds: {
    opened: 'Opened',
    reopened: 'Came back',
    changed: 'Something else is wrong now',
    assigned: 'Assigned',
    unassigned: 'Unassigned',
    snoozed: 'Snoozed',
    woken: 'Opened again',
    resolved: 'Resolved',
    note: 'Note',
    're-run': 'Tried again',
  } satisfies Record<CaseDeed, string>,
} as const;

/** Who did it: an operator by name, the platform by its key, or Keyferry. */
export function whoWords(who: string): string {
  const [kind, name = ''] = who.split(':');
  if (kind === 'operator') return name;
  return kind === 'platform' ? `the platform (${name})` : 'Keyferry';
}

/** Where a case's entry leads; undefined: nowhere. */
export function entryHash({ deed, text }: CaseEntry): string | undefined {
  return deed === 're-run' && text !== null ? hashOf({ name: 'handshake', handshake: text }) : undefined;
}

/** So many cases, before what is said of them. */
export const casesAre = (count: number) => (count === 1 ? '1 case is' : `${count} cases are`);

export const nameOf = ({ displayName, customer }: Pick<Case, 'displayName' | 'customer'>) =>
  displayName ?? customer;
