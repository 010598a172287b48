import type { Row } from '../../core/contract/console-api.ts';
import { KeyferryError } from '../../core/contract/errors.ts';

/** A place in the list of handshakes, which is newest first. */
export interface ListPlace {
  startedAt: Date;
  handshake: string;
}

type Listed = Pick<Row, 'startedAt' | 'handshake'>;

/** The place of a row, as `next` of an answer. */
export const nextAfter = ({ startedAt, handshake }: Listed) => `${startedAt}~${handshake}`;

/** The place that a `before` names. Throws `input_invalid`. */
export function listPlaceOf(before: string): ListPlace {
  const [at = '', handshake = ''] = before.split('~');
  const startedAt = new Date(at);
  if (Number.isNaN(startedAt.getTime()))
    throw new KeyferryError('input_invalid', { detail: 'before: is not the next of a page' });
  return { startedAt, handshake };
}

export function isAfter({ startedAt, handshake }: Listed, place: ListPlace): boolean {
  const later = Date.parse(startedAt) - place.startedAt.getTime();
  return later < 0 || (later === 0 && handshake < place.handshake);
}

/** The order of the list. */
export function newestFirst(a: Listed, b: Listed): number {
  const later = Date.parse(b.startedAt) - Date.parse(a.startedAt);
  return later || Number(a.handshake < b.handshake) - Number(a.handshake > b.handshake);
}
