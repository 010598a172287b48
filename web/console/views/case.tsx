import { useEffect, useState } from 'preact/hooks';
import type { CaseFile } from '../../../core/contract/cases.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { credentialWords } from '../model/words.ts';
import { CaseActions } from '../parts/case-actions.tsx';
import { CaseHistory } from '../parts/case-history.tsx';
import { StateOf } from '../parts/case-table.tsx';
import { CASE_WORDS, nameOf, whoWords } from '../parts/case-words.ts';
import { ErrorShort } from '../parts/errors.tsx';
import { Fact } from '../parts/fact.tsx';
import { Heading } from '../parts/heading.tsx';
import { Exactly } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { useDesk, useObservable } from '../parts/use.ts';
import { OfCustomer } from './customer.tsx';

/** One case, with its customer beside it. */
export function CaseView({ id }: { id: string }) {
  const { found, why, again } = useCase(id);
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(''), [id]);
  return (
    <>
      <p class="crumb">
        <a href="#/cases">Cases</a>
      </p>
      {!found && (
        <>
          <Heading title="Case" />
          {why === 'not_here' ? (
            <p class="empty" role="alert">
              There is no such case: the address is incomplete, or the case is too old to be kept.{' '}
              <a href="#/cases">Show what is open</a>
            </p>
          ) : (
            <Problem why={why} />
          )}
          {!why && (
            <p class="empty on-loading" aria-busy="true">
              One moment…
            </p>
          )}
        </>
      )}
      {found && (
        <div class="beside">
          <div>
            <Heading title={nameOf(found)}>
              <bdi>{nameOf(found)}</bdi>
            </Heading>
            <Problem why={why} />
            <p class="what">
              <b>{CASE_WORDS.kinds[found.kind]}.</b> <ErrorShort code={found.error} />
            </p>
            <CaseActions
              of={{ cases: [found.id] }}
              count={1}
              hasOpen={found.state !== 'resolved'}
              hasResolved={found.state !== 'open'}
              onSaid={setSaid}
              onDone={again}
            />
            <p class="done" role="status">
              {said}
            </p>
            <Facts found={found} />
            <CaseHistory found={found} onNoted={again} />
          </div>
          <aside aria-label={`Customer ${found.customer}`}>
            <h2>
              <a href={hashOf({ name: 'customer', customer: found.customer })}>
                Customer <bdi>{nameOf(found)}</bdi>
              </a>
            </h2>
            <OfCustomer customer={found.customer} besides={found.id} />
          </aside>
        </div>
      )}
    </>
  );
}

function Facts({ found }: { found: CaseFile }) {
  const { cause, handshake, resolvedBy, resolution } = found;
  return (
    <dl class="facts">
      <Fact name="State">
        <StateOf one={found} />
      </Fact>
      <Fact name="Assignee">{found.assignee ?? 'nobody'}</Fact>
      <Fact name="Since">
        <Exactly at={found.since} />
      </Fact>
      <Fact name="Last seen">
        <Exactly at={found.lastAt} />
      </Fact>
      <Fact name="How often">{found.times === 1 ? 'once' : `${found.times} times`}</Fact>
      <Fact name="Customer">{found.customer}</Fact>
      <Fact name="Wanted">
        {credentialWords(found)}, box {found.box}
      </Fact>
      {resolvedBy !== null && (
        <Fact name="Resolved by">
          {whoWords(resolvedBy)}
          {resolution !== null && <span class="block">{resolution}</span>}
        </Fact>
      )}
      <Fact name="Like it">
        <a href={hashOf({ name: 'cases', search: { cause } })}>Every case with this cause</a>
      </Fact>
      {handshake !== null && (
        <Fact name="Handshake">
          <a href={hashOf({ name: 'handshake', handshake })}>
            <code>{handshake.slice(0, 8)}</code>
          </a>
        </Fact>
      )}
    </dl>
  );
}

/** A case as it is, asked for again whenever cases change. */
function useCase(id: string): { found?: CaseFile; why?: Refusal | undefined; again: () => void } {
  const { desk, board } = useDesk();
  useObservable(board.cases);
  const [state, setState] = useState<{ found?: CaseFile; why?: Refusal }>({});
  const [asks, setAsks] = useState(0);
  const news = board.cases.count;
  useEffect(() => {
    let isOver = false;
    void desk.api.case(id).then((answer) => {
      if (isOver) return;
      setState((was) => (answer.ok ? { found: answer.body } : { ...was, why: answer.why }));
    });
    return () => {
      isOver = true;
    };
  }, [id, news, asks]);
  return { ...state, again: () => setAsks((count) => count + 1) };
}
