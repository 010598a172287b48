import { useEffect, useState } from 'preact/hooks';
import type { Refusal } from '../../model/state.ts';
import { hashOf, type Place } from '../model/place.ts';
import { WORDS } from '../model/words.ts';
import { Keys } from './keys.tsx';
import { Problem } from './problem.tsx';
import { useDesk, useObservable } from './use.ts';

/** Milliseconds until the number of cases is asked for again. */
const APART_MS = 500;

/** The bar at the top: navigation, who is signed in, and the way out. */
export function Top({ place }: { place: Place }) {
  const { desk, session, can } = useDesk();
  const [why, setWhy] = useState<Refusal>();
  const at = (name: Place['name'], hash: string, label: string) => (
    <a href={hash} aria-current={place.name === name ? 'page' : undefined}>
      {label}
    </a>
  );
  return (
    <header class="top">
      <div class="bar">
        <a class="name" href={hashOf({ name: 'cases', search: {} })}>
          Keyferry <span>support</span>
        </a>
        <nav aria-label="Console">
          <a href="#/cases" aria-current={isCase(place) ? 'page' : undefined}>
            Cases <OpenCount />
          </a>
          <a href="#/handshakes" aria-current={isHandshake(place) ? 'page' : undefined}>
            Handshakes <StuckCount />
          </a>
          <a href="#/fleet" aria-current={isFleet(place) ? 'page' : undefined}>
            Fleet
          </a>
          {at('numbers', '#/numbers', 'Numbers')}
          <a href="/queues">Queues</a>
          {can('audit') && at('audit', '#/audit', 'Audit log')}
        </nav>
        <div class="who">
          <Keys />
          <span title={session.name}>{session.name}</span>
          <span class="role">{WORDS.roles[session.role]}</span>
          <button class="plain" type="button" onClick={async () => setWhy(await desk.signOut())}>
            Sign out
          </button>
        </div>
      </div>
      <Problem why={why} />
    </header>
  );
}

const isCase = ({ name }: Place) => name === 'cases' || name === 'case';
const isHandshake = ({ name }: Place) => ['handshakes', 'handshake', 'watch', 'replay'].includes(name);
const isFleet = ({ name }: Place) => ['fleet', 'usage', 'runs', 'run', 'customer'].includes(name);

/** Cases that nobody has resolved, or put off; asked again whenever cases change. */
function OpenCount() {
  const { desk, board } = useDesk();
  useObservable(board.cases);
  const [count, setCount] = useState(0);
  const news = board.cases.count;
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      const answer = await desk.api.caseGroups({ state: 'open' });
      if (answer.ok && !isOver) setCount(answer.body.counts.open);
    };
    const timer = setTimeout(() => void ask(), APART_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [news]);
  return (
    <span class={count === 0 ? 'count is-none' : 'count'}>
      {count}
      <span class="unseen"> open</span>
    </span>
  );
}

function StuckCount() {
  const { board } = useDesk();
  useObservable(board);
  let count = 0;
  for (const { stuck } of board.rows.values()) if (stuck) count += 1;
  return (
    <span class={count === 0 ? 'count is-none' : 'count'}>
      {count}
      <span class="unseen"> need attention</span>
    </span>
  );
}
