import { TEXTS } from '../../model/texts.ts';
import type { Board } from '../client/board.ts';
import { useObservable } from './use.ts';

/** The bar that says that the line is lost or that Redis is away. It lies beside the flow, so it moves nothing. */
export function Banner({ board }: { board: Board }) {
  useObservable(board);
  const { isLoaded, isLineLost, isServiceLost } = board.state;
  const text = isServiceLost
    ? 'Redis is out of reach: what you see may be old, and nothing can be started right now.'
    : isLineLost && isLoaded && `${TEXTS.reconnecting} What you see may be old.`;
  return (
    <p class="banner" role="status">
      {text && <span>{text}</span>}
    </p>
  );
}
