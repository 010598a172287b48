import { useEffect, useRef, useState } from 'preact/hooks';
import type { Case, CaseFilter, CaseGroups } from '../../../core/contract/cases.ts';
import type { Refusal } from '../../model/state.ts';
import { useDesk, useObservable } from './use.ts';

/** Cases per page. */
const PAGE = 100;
/** Milliseconds that a search must stay unchanged before the api is asked, and between two questions as cases change. */
const STILL_MS = 250;
const APART_MS = 800;

interface Found {
  cases?: readonly Case[];
  groups?: CaseGroups;
  next?: string | undefined;
  why?: Refusal | undefined;
}

/** The cases that match, with their groups; asked again whenever cases change. `more`: asks for the next page. */
export function useCases(filter: CaseFilter) {
  const { desk, board } = useDesk();
  useObservable(board.cases);
  const [found, setFound] = useState<Found>({});
  const [asks, setAsks] = useState(0);
  const key = JSON.stringify(filter);
  const shown = useRef({ key, count: PAGE });
  if (shown.current.key !== key) shown.current = { key, count: PAGE };
  const news = board.cases.count;
  const last = useRef({ key, q: filter.q, asks });
  /** When the api is asked next; undefined: nothing is to be asked. */
  const due = useRef<number | undefined>(undefined);
  /** How often it was asked, and which question the answer is to that is shown. */
  const asked = useRef({ count: 0, shown: 0 });
  const wanted = useRef<string | undefined>(undefined);
  wanted.current = key;
  useEffect(
    () => () => {
      wanted.current = undefined;
    },
    [],
  );

  useEffect(() => {
    const ask = async () => {
      due.current = undefined;
      asked.current.count += 1;
      const question = asked.current.count;
      const [list, groups] = await Promise.all([
        desk.api.cases(filter, undefined, Math.min(500, shown.current.count)),
        desk.api.caseGroups(filter),
      ]);
      if (wanted.current !== key || question < asked.current.shown) return;
      asked.current.shown = question;
      if (list.ok && groups.ok)
        setFound({ cases: list.body.cases, next: list.body.next, groups: groups.body });
      else
        setFound((was) => {
          const why = list.ok ? (groups.ok ? undefined : groups.why) : list.why;
          // The sign-in takes the place of the list, and says so itself.
          return why === 'operator_not_signed_in' ? was : { ...was, why };
        });
    };
    const was = last.current;
    last.current = { key, q: filter.q, asks };
    // What somebody has clicked is asked for at once; what they write, once they stop; news, now and then.
    const isAtOnce =
      asked.current.count === 0 || was.asks !== asks || (was.key !== key && was.q === filter.q);
    const now = performance.now();
    const at = now + (isAtOnce ? 0 : was.key === key ? APART_MS : STILL_MS);
    // News that come one upon another put off nothing.
    due.current = was.key === key && due.current !== undefined ? Math.min(due.current, at) : at;
    const timer = setTimeout(() => void ask(), Math.max(0, due.current - now));
    return () => clearTimeout(timer);
  }, [key, news, asks]);

  const more = found.next === undefined || !found.cases ? undefined : () => void page();
  async function page(): Promise<void> {
    const answer = await desk.api.cases(filter, found.next, PAGE);
    if (!answer.ok) return setFound((was) => ({ ...was, why: answer.why }));
    const { cases, next } = answer.body;
    setFound((was) => {
      const all = [...(was.cases ?? []), ...cases];
      shown.current.count = all.length;
      return { ...was, cases: all, next };
    });
  }
  return { ...found, more, again: () => setAsks((count) => count + 1) };
}
