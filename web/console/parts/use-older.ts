import { useEffect, useRef, useState } from 'preact/hooks';
import type { Row } from '../../../core/contract/console-api.ts';
import type { Refusal } from '../../model/state.ts';
import type { Filter } from '../model/place.ts';
import { useDesk } from './use.ts';

/** Rows per page. */
const PAGE = 100;
/** Milliseconds that a filter must stay unchanged before the api is asked. */
const STILL_MS = 250;

/** Asks the api for what matches the filter and is too old for the live list. `more`: the next page, if there is one. */
export function useOlder(filter: Filter) {
  const { desk, board } = useDesk();
  const [state, setState] = useState<{ last?: Row; seen: number; total: number; why?: Refusal }>(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const key = JSON.stringify(filter);
  const current = useRef(key);
  current.current = key;

  async function page(before: string | undefined, seen: number): Promise<void> {
    setBusy(true);
    const answer = await desk.api.rows(filter, before, PAGE);
    if (current.current !== key) return;
    setBusy(false);
    if (!answer.ok) {
      // The sign-in replaces the list, and says so itself.
      if (answer.why === 'operator_not_signed_in') return;
      setState((was) => ({ ...was, why: answer.why }));
      return;
    }
    const { rows, total } = answer.body;
    board.add(rows);
    const last = rows.at(-1);
    setState({ ...(last && { last }), seen: seen + rows.length, total });
  }

  useEffect(() => {
    setState(NOTHING);
    const timer = setTimeout(() => void page(undefined, 0), STILL_MS);
    return () => clearTimeout(timer);
  }, [key]);

  const { last, seen, total, why } = state;
  const more = last && seen < total ? () => void (isBusy || page(last.handshake, seen)) : undefined;
  return { more, isBusy, why };
}

const NOTHING = { seen: 0, total: 0 };
