import { useEffect, useRef, useState } from 'preact/hooks';
import type { Row } from '../../../core/contract/console-api.ts';
import type { Refusal } from '../../model/state.ts';
import type { Filter } from '../model/place.ts';
import { useDesk } from './use.ts';

/** Rows per page. */
const PAGE = 100;
/** Milliseconds that a filter must stay unchanged before the api is asked. */
const STILL_MS = 250;
/** Milliseconds until history that was missing is asked for again. */
const AGAIN_MS = 5_000;

interface Pages {
  next?: string | undefined;
  /** The request failed, or the answer has no history. */
  why?: Refusal | undefined;
  isLoaded: boolean;
  /** Whose connect link was over that the code looked for was told at. */
  quoted?: string | undefined;
}

/**
 * Asks the api for what matches the filter and is too old for the live list. `more`: the next page, if there is one.
 * `take` is given every page.
 */
export function useOlder(filter: Filter & { of?: string }, take: (rows: readonly Row[]) => void) {
  const { desk } = useDesk();
  const [state, setState] = useState<Pages>(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const key = JSON.stringify(filter);
  const current = useRef<string | undefined>(key);
  current.current = key;

  async function page(before: string | undefined): Promise<void> {
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
    const { rows, next, missing, quoted } = answer.body;
    take(rows);
    setState({ next, why: missing, isLoaded: true, quoted });
    // From there on it is as it was before the database went away.
    if (missing) timer.current = setTimeout(() => void page(before), AGAIN_MS);
  }

  useEffect(() => {
    setState(NOTHING);
    timer.current = setTimeout(() => void page(undefined), STILL_MS);
    return () => {
      clearTimeout(timer.current);
      current.current = undefined;
    };
  }, [key]);

  const { next, why, isLoaded, quoted } = state;
  const more = next !== undefined && !why ? () => void (isBusy || page(next)) : undefined;
  return { more, isBusy, why, isLoaded, quoted };
}

const NOTHING: Pages = { isLoaded: false };
