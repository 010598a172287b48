import { createContext } from 'preact';
import { useContext, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { OperatorSession } from '../../../core/contract/console-api.ts';
import { type Action, may } from '../../../core/contract/operators.ts';
import type { Answer } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';
import type { Board } from '../client/board.ts';
import type { Desk } from '../client/desk.ts';
import type { Observable } from '../client/observable.ts';

/** What every part of the console uses. */
export interface AtDesk {
  desk: Desk;
  session: OperatorSession;
  board: Board;
}

export const DeskContext = createContext<AtDesk | undefined>(undefined);

export function useDesk(): AtDesk & { can: (action: Action) => boolean } {
  const atDesk = useContext(DeskContext);
  if (!atDesk) throw new Error('outside of a desk');
  return { ...atDesk, can: (action) => may(atDesk.session.role, action) };
}

/** Draws the part anew whenever it is observable. */
export function useObservable(observable: Observable): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => observable.listen(() => draw(undefined)), [observable]);
}

const hearers = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;

/** One clock for everything that ticks, so that it all ticks together. */
function onSecond(hear: () => void): () => void {
  hearers.add(hear);
  ticker ??= setInterval(() => {
    if (!document.hidden) for (const each of hearers) each();
  }, 1_000);
  return () => {
    hearers.delete(hear);
    if (hearers.size > 0) return;
    clearInterval(ticker);
    ticker = undefined;
  };
}

/** Milliseconds since the epoch by the api's clock, updated every second while `ticks`. */
export function useNow(ticks = true): number {
  const { desk } = useDesk();
  const [now, setNow] = useState(() => desk.clock.now());
  useEffect(() => {
    if (!ticks) return;
    setNow(desk.clock.now());
    return onSecond(() => setNow(desk.clock.now()));
  }, [desk, ticks]);
  return now;
}

/** A text that depends on the time; drawn again only in a second in which it changes. */
export function useClockText(textAt: (now: number) => string, ticks = true): string {
  const { desk } = useDesk();
  const [, setText] = useState('');
  const newest = useRef(textAt);
  newest.current = textAt;
  useEffect(() => (ticks ? onSecond(() => setText(newest.current(desk.clock.now()))) : undefined), [ticks]);
  return textAt(desk.clock.now());
}

/** What was asked for when the component appeared, or when `keys` changed. An answer that comes too late is ignored. */
export function useAnswer<Body>(ask: () => Promise<Answer<Body>>, keys: readonly unknown[]) {
  const [found, setFound] = useState<{ body?: Body; why?: Refusal }>({});
  useEffect(() => {
    let isOver = false;
    void ask().then((answer) => {
      if (isOver) return;
      setFound((before) => (answer.ok ? { body: answer.body } : { ...before, why: answer.why }));
    });
    return () => {
      isOver = true;
    };
  }, keys);
  return found;
}

/** Tells whether the component has gone meanwhile. */
export function useGone(): () => boolean {
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  return () => isGone.current;
}
