import { useEffect, useRef, useState } from 'preact/hooks';
import type { Found } from '../../../core/contract/search.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { WORDS } from '../model/words.ts';
import { CASE_WORDS, nameOf } from './case-words.ts';
import { ErrorShort } from './errors.tsx';
import { Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Milliseconds that what is written must stay unchanged before the api is asked. */
const STILL_MS = 200;

/** An input with a list of its own, of which the focus stays in the input. */
const combobox = (hits: number, at: number): object => ({
  ...{ type: 'search', role: 'combobox', 'aria-controls': 'search-hits', 'aria-expanded': hits > 0 },
  ...(hits > 0 && { 'aria-activedescendant': `hit-${at}` }),
});

interface Hit {
  hash: string;
  key: string;
  text: preact.ComponentChildren;
  more: preact.ComponentChildren;
}

/** One search for everything: customer, name, case, handshake, box, error code, day. */
export function Search({ onClosed }: { onClosed: () => void }) {
  const { desk } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const [q, setQ] = useState('');
  const [found, setFound] = useState<Found>();
  const [why, setWhy] = useState<Refusal>();
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (q.trim() === '') return setFound(undefined);
    let isOver = false;
    const timer = setTimeout(async () => {
      const answer = await desk.api.search(q.trim());
      if (isOver) return;
      setAt(0);
      if (answer.ok) setFound(answer.body);
      setWhy(answer.ok ? undefined : answer.why);
    }, STILL_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [q]);
  const hits = found ? hitsOf(found) : [];
  useEffect(
    () => dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    [at],
  );
  const go = (hash: string) => {
    location.hash = hash;
    dialog.current?.close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(hits.length - 1, at + step)));
    }
    // A browser would empty the field at first.
    if (event.key === 'Escape') {
      event.preventDefault();
      dialog.current?.close();
    }
    const hit = hits[at];
    if (event.key === 'Enter' && hit) {
      event.preventDefault();
      go(hit.hash);
    }
  };
  return (
    <dialog ref={dialog} class="search" aria-labelledby="search-title" onClose={onClosed}>
      <h2 id="search-title" class="unseen">
        Search everything
      </h2>
      <input
        {...combobox(hits.length, at)}
        aria-label="Customer, name, case, handshake, box address, error code, or a day"
        placeholder="Customer, name, id, box address, error code, 2026-11-30"
        maxLength={200}
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        value={q}
        onInput={({ currentTarget }) => setQ(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Problem why={why} />
      <div role="listbox" id="search-hits" aria-label="Found">
        {hits.map(({ hash, key, text, more }, index) => (
          <div
            key={key}
            id={`hit-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => go(hash)}
            onKeyDown={onKeyDown}
          >
            <span>{text}</span> <span class="soft">{more}</span>
          </div>
        ))}
      </div>
      <p role="status" class="soft">
        {found &&
          hits.length === 0 &&
          'Nothing found. A name may be spelled differently. Boxes of BOXES_FILE and Lightsail are not found by their address.'}
      </p>
      <form method="dialog" class="actions">
        <button class="plain" type="submit">
          Close
        </button>
      </form>
    </dialog>
  );
}

function hitsOf({ customers, cases, handshakes, boxes, errors, quoted, days }: Found): Hit[] {
  return [
    ...(quoted === undefined
      ? []
      : [
          {
            hash: hashOf({ name: 'customer', customer: quoted }),
            key: `quoted ${quoted}`,
            text: quoted,
            more: 'customer, one of whose visits has this code',
          },
        ]),
    ...customers.map(({ customer, displayName }) => ({
      hash: hashOf({ name: 'customer', customer }),
      key: `customer ${customer}`,
      text: <bdi>{displayName ?? customer}</bdi>,
      more: displayName === null ? 'customer' : `customer ${customer}`,
    })),
    ...cases.map((one) => ({
      hash: hashOf({ name: 'case', case: one.id }),
      key: `case ${one.id}`,
      text: <bdi>{nameOf(one)}</bdi>,
      more: (
        <>
          case, {CASE_WORDS.states[one.state].toLowerCase()}: <code>{one.error}</code>
        </>
      ),
    })),
    ...handshakes.map(({ handshake, customer, phase, startedAt }) => ({
      hash: hashOf({ name: 'handshake', handshake }),
      key: `handshake ${handshake}`,
      text: customer,
      more: (
        <>
          handshake, {WORDS.phases[phase].toLowerCase()}, <Exactly at={startedAt} />
        </>
      ),
    })),
    ...boxes.map(({ customer, box, address }) => ({
      hash: hashOf({ name: 'customer', customer }),
      key: `box ${customer} ${box}`,
      text: address,
      more: `box ${box} of ${customer}`,
    })),
    ...errors.map((error) => ({
      hash: hashOf({ name: 'cases', search: { error, state: 'all' } }),
      key: `error ${error}`,
      text: <ErrorShort code={error} />,
      more: 'cases with it',
    })),
    ...(days
      ? [
          {
            hash: hashOf({ name: 'cases', search: { ...days, state: 'all' } }),
            key: 'cases of days',
            text: 'Cases last seen then',
            more: 'all of them',
          },
          {
            hash: hashOf({ name: 'handshakes', filter: days }),
            key: 'handshakes of days',
            text: 'Handshakes started then',
            more: 'all of them',
          },
        ]
      : []),
  ];
}
