import { useEffect, useRef, useState } from 'preact/hooks';
import type { Fleet, FleetRow } from '../../../core/contract/fleet.ts';
import type { Refusal } from '../../model/state.ts';
import type { FleetSearch } from '../model/place.ts';
import { useDesk } from './use.ts';

/** Lines per page. */
const PAGE = 100;
/** Milliseconds that a search must stay unchanged before the api is asked. */
const STILL_MS = 250;

interface Found {
  /** Undefined: nothing has been found yet. */
  rows?: readonly FleetRow[];
  counts?: Fleet['counts'];
  next?: string | undefined;
  why?: Refusal | undefined;
}

/** The lines of the fleet that match; those of the search before stay until then. `more`: asks for the next page. */
export function useFleet(search: FleetSearch) {
  const { desk } = useDesk();
  const [found, setFound] = useState<Found>({});
  const [isBusy, setBusy] = useState(true);
  const key = JSON.stringify(search);
  /** The search whose answer is awaited; undefined: nobody's any more. */
  const current = useRef<string | undefined>(undefined);

  async function page(known: readonly FleetRow[], cursor: string | undefined): Promise<void> {
    setBusy(true);
    const answer = await desk.api.fleet(search, cursor, PAGE);
    if (current.current !== key) return;
    setBusy(false);
    // The sign-in takes the place of the list, and says so itself.
    if (!answer.ok)
      return setFound((was) => (answer.why === 'operator_not_signed_in' ? was : { ...was, why: answer.why }));
    const { rows, next, counts } = answer.body;
    setFound((was) => ({ rows: [...known, ...rows], next, counts: counts ?? was.counts }));
  }
  const begin = () => void page([], undefined);

  useEffect(() => {
    current.current = key;
    setBusy(true);
    // The first time nobody is typing.
    const timer = setTimeout(begin, found.rows ? STILL_MS : 0);
    return () => {
      clearTimeout(timer);
      current.current = undefined;
    };
  }, [key]);

  const { rows, next, counts, why } = found;
  const more = rows && next !== undefined ? () => void (isBusy || page(rows, next)) : undefined;
  return { rows, counts, why, more, isBusy, again: begin };
}
