import type { Board } from '../client/board.ts';
import { useObservable } from './use.ts';

/** The bar that says that the connection is lost or that Redis or the database is away. It is outside the flow, so nothing moves. */
export function Banner({ board }: { board: Board }) {
  useObservable(board);
  const { isLoaded, isLineLost, isServiceLost, isRecordLost } = board.state;
  const text = isServiceLost
    ? 'Redis cannot be reached: what you see may be out of date, and nothing can be started right now.'
    : isLineLost && isLoaded
      ? 'Reconnecting… What you see may be out of date.'
      : isRecordLost &&
        'The database cannot be reached: customers can go on, and what they do is recorded later. What has ended may be missing here.';
  return (
    <p class="banner" role="status">
      {text && <span>{text}</span>}
    </p>
  );
}
