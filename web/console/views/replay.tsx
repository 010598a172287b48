import { useMemo } from 'preact/hooks';
import { readCast } from '../model/cast.ts';
import { hashOf } from '../model/place.ts';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { Replay } from '../parts/replay.tsx';
import { useAnswer, useDesk, useObservable } from '../parts/use.ts';

/** The recording of an attempt. */
export function ReplayView({ handshake, attempt }: { handshake: string; attempt: number }) {
  const { desk, board } = useDesk();
  useObservable(board);
  const { body, why } = useAnswer(() => desk.api.recording(handshake, attempt), [handshake, attempt]);
  const cast = useMemo(() => (body === undefined ? undefined : readCast(body)), [body]);
  const row = board.rows.get(handshake);
  const title = `${row ? `${row.customer}, ` : 'Replay of '}attempt ${attempt}`;
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'handshake', handshake })}>Back to the handshake</a>
      </p>
      <Heading title={title} />
      <p class="soft">
        Your name is recorded in the audit log and on this handshake. Tokens and codes were blacked out before
        this was recorded.
      </p>
      <Problem why={why} />
      {!body && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {body !== undefined && !cast && <p class="notice bad">This recording cannot be read.</p>}
      {cast && body !== undefined && (
        <Replay
          cast={cast}
          text={body}
          fileName={`${row?.customer ?? 'handshake'}-${handshake}-${attempt}.cast`}
        />
      )}
    </>
  );
}
