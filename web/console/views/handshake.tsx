import { useEffect, useState } from 'preact/hooks';
import type { Dossier } from '../../../core/contract/console-api.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { isOlder } from '../model/rows.ts';
import { Actions } from '../parts/actions.tsx';
import { Attempts } from '../parts/attempts.tsx';
import { Fact } from '../parts/fact.tsx';
import { Heading } from '../parts/heading.tsx';
import { Exactly } from '../parts/moment.tsx';
import { PhaseMark } from '../parts/phase.tsx';
import { Problem } from '../parts/problem.tsx';
import { RowTable, Versions } from '../parts/row-table.tsx';
import { useDesk, useObservable } from '../parts/use.ts';
import { Watched } from '../parts/watched.tsx';
import { WhatIsWrong } from '../parts/what-is-wrong.tsx';

/** One handshake: what is wrong and what to do first, with everything that is known below. */
export function HandshakeView({ handshake }: { handshake: string }) {
  const { dossier, why } = useDossier(handshake);
  if (!dossier) {
    return (
      <>
        <Heading title="Handshake" />
        {why === 'not_here' ? (
          <p class="empty" role="alert">
            There is no such handshake: the address is incomplete, or the handshake is too old to be kept.{' '}
            <a href={hashOf({ name: 'handshakes', filter: {} })}>Show all</a>
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
    );
  }
  return <Found dossier={dossier} why={why} />;
}

function Found({ dossier, why }: { dossier: Dossier; why: Refusal | undefined }) {
  const { row, record, before, missing, watched } = dossier;
  return (
    <>
      <p class="crumb">
        <a href="#/handshakes">Handshakes</a>
      </p>
      <Heading title={row.customer}>
        {row.customer} <PhaseMark phase={row.phase} isParked={row.parked} />
      </Heading>
      <Problem why={why} />
      <WhatIsWrong dossier={dossier} />
      <Actions dossier={dossier} />
      <dl class="facts">
        <Fact name="Asked for by">
          {row.asked === false ? 'nobody: the page began it, no click so far' : record.requestedBy}
        </Fact>
        <Fact name="Started">
          <Exactly at={record.startedAt} />
        </Fact>
        <Fact name="Attempt">{row.attempt === 0 ? 'none yet' : row.attempt}</Fact>
        <Fact name="Customer's page">{row.onPage ? 'open in a browser' : 'closed'}</Fact>
        <Fact name="Codes refused">{row.rejected}</Fact>
        <Fact name="On the box">
          <Versions {...row.versions} />
        </Fact>
        {supportCode(row.handshake) && (
          <Fact name="Support code">
            <code>{supportCode(row.handshake)}</code>
          </Fact>
        )}
        {record.reference && <Fact name="Platform’s reference">{record.reference}</Fact>}
        <Fact name="Handshake">
          <code>{row.handshake}</code>
        </Fact>
      </dl>
      <Attempts dossier={dossier} />
      <Watched entries={watched} />
      <section>
        <h2>Other handshakes of {row.customer}</h2>
        <Problem why={missing} />
        {before.length > 0 && <RowTable rows={before} label={`Other handshakes of ${row.customer}`} />}
        {before.length === 0 && !missing && <p class="soft">There are none.</p>}
        <p>
          <a href={hashOf({ name: 'customer', customer: row.customer })}>Everything about {row.customer}</a>
        </p>
      </section>
    </>
  );
}

/** Milliseconds between two requests for the same handshake, however fast it moves. */
const APART_MS = 400;

/** Everything that is known about a handshake, requested again whenever its row changes. */
function useDossier(handshake: string): { dossier?: Dossier; why?: Refusal | undefined } {
  const { desk, board } = useDesk();
  useObservable(board);
  const [found, setFound] = useState<{ dossier?: Dossier; why?: Refusal }>({});
  const row = board.rows.get(handshake);
  const { isLineLost } = board.state;
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      const answer = await desk.api.dossier(handshake);
      if (isOver) return;
      setFound((was) => (answer.ok ? { dossier: answer.body } : { ...was, why: answer.why }));
    };
    const timer = setTimeout(() => void ask(), found.dossier ? APART_MS : 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [handshake, row, isLineLost]);
  if (!found.dossier || !row || isOlder(row, found.dossier.row)) return found;
  return { ...found, dossier: { ...found.dossier, row } };
}
