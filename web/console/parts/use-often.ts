import { useEffect, useReducer } from 'preact/hooks';
import type { Answer } from '../../client/ask.ts';
import { useAnswer } from './use.ts';

/** What was asked for, again every `everyMs` milliseconds while it may change and somebody sees the page. `again` asks at once. */
export function useOften<Body>(
  ask: () => Promise<Answer<Body>>,
  everyMs: number,
  mayChange: (body: Body) => boolean,
) {
  const [asks, again] = useReducer((count: number) => count + 1, 0);
  const found = useAnswer(ask, [asks]);
  const { body, why } = found;
  const isAwaited = why !== undefined || (body !== undefined && mayChange(body));
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(() => {
      if (!document.hidden) again(undefined);
    }, everyMs);
    return () => clearInterval(timer);
  }, [isAwaited, everyMs]);
  return { ...found, again: () => again(undefined) };
}
