import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';

/** Lines per page. */
const PAGE = 100;
/** Milliseconds that a search must stay unchanged before the api is asked. */
const STILL_MS = 250;

/** A page of a list. */
interface Paged<Row> {
  rows: readonly Row[];
  next?: string | undefined;
}

interface Found<Row, Body> {
  /** Undefined: nothing has been found yet. */
  rows?: readonly Row[];
  /** The first page: what is said once, of all that match. */
  first?: Body;
  next?: string | undefined;
  why?: Refusal | undefined;
}

/** The lines that match; those of the search before stay until then. `more`: asks for the next page. */
export function usePaged<Row, Body extends Paged<Row>>(
  search: object,
  ask: (cursor: string | undefined, limit: number) => Promise<Answer<Body>>,
) {
  const [found, setFound] = useState<Found<Row, Body>>({});
  const [isBusy, setBusy] = useState(true);
  const key = JSON.stringify(search);
  /** The search whose answer is awaited; undefined: nobody's any more. */
  const current = useRef<string | undefined>(undefined);

  async function page(known: readonly Row[], cursor: string | undefined): Promise<void> {
    setBusy(true);
    const answer = await ask(cursor, PAGE);
    if (current.current !== key) return;
    setBusy(false);
    // The sign-in takes the place of the list, and says so itself.
    if (!answer.ok)
      return setFound((was) => (answer.why === 'operator_not_signed_in' ? was : { ...was, why: answer.why }));
    const { body } = answer;
    setFound((was) => {
      const first = cursor === undefined ? body : was.first;
      return { rows: [...known, ...body.rows], next: body.next, ...(first && { first }) };
    });
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

  const { rows, next, first, why } = found;
  const more = rows && next !== undefined ? () => void (isBusy || page(rows, next)) : undefined;
  return { rows, first, why, more, isBusy, again: begin };
}
