import type { Row } from '../../core/contract/console-api.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { HandshakeRecord } from '../../core/contract/handshake-record.ts';
import type { Services } from '../services.ts';
import { factsOf } from './row.ts';

/**
 * A handshake's record, with screens, and its row. Throws `not_here` when there is none (any more), and
 * `history_unavailable` if the database would have to say so and does not answer.
 */
export async function recordedAs(
  { board, records, history }: Pick<Services, 'board' | 'records' | 'history'>,
  handshake: string,
): Promise<{ record: HandshakeRecord; row: Row }> {
  const record = (await records.read(handshake)) ?? (await history.read(handshake));
  if (!record) throw new KeyferryError('not_here');
  // A handshake that has just started, or is too old for the list, is not on the board.
  return { record, row: board.row(handshake) ?? { ...factsOf(record), onPage: false } };
}
