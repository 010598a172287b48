import { useEffect, useRef, useState } from 'preact/hooks';
import { LiveTerminal, type LiveTerminalState } from '../client/live-terminal.ts';
import { openWire } from '../client/wire.ts';
import { hashOf } from '../model/place.ts';
import { ErrorShort } from '../parts/errors.tsx';
import { Heading } from '../parts/heading.tsx';
import { LiveScreen } from '../parts/live-screen.ts';
import { PhaseMark } from '../parts/phase.tsx';
import { Since } from '../parts/since.tsx';
import { useDesk, useObservable } from '../parts/use.ts';

const STATES: Record<LiveTerminalState, string> = {
  connecting: 'Connecting…',
  quiet: 'Live: no terminal is open on the box right now.',
  live: 'Live',
  lost: 'Connection lost. This is the last screen; it resumes automatically.',
  parked:
    'Nothing to see right now: the sign-in waits on the box, and no worker is connected to it until there is a code. The recording, where there is one, has what was on the screen before.',
  ended: 'Ended. This is the last screen that was seen.',
};

/** The box's terminal, as it is right now, for viewing only. */
export function WatchView({ handshake }: { handshake: string }) {
  const { desk, board } = useDesk();
  useObservable(board);
  const { watch, frame, screen } = useWatch(handshake);
  useObservable(watch);
  const [text, setText] = useState<string>();
  const row = watch.row ?? board.rows.get(handshake);
  const title = row ? `${row.customer}, live` : 'Live';
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'handshake', handshake })}>Back to the handshake</a>
      </p>
      <Heading title={title} />
      <p class="states-of">
        <span role="status" class={`line is-${watch.state}`}>
          {STATES[watch.state]}
        </span>{' '}
        {row && (
          <span class="stands">
            <PhaseMark phase={row.phase} isParked={row.parked} />
            {watch.state === 'live' && (
              <span class="soft">
                {' '}
                for <Since at={row.since} />
              </span>
            )}
          </span>
        )}
      </p>
      <p class="soft">
        Your name is recorded in the audit log and on this handshake. Tokens and codes are blacked out before
        they leave the worker.
      </p>
      <button
        class="secondary"
        type="button"
        aria-expanded={text !== undefined}
        onClick={() => {
          setText(text === undefined ? (screen.current?.text() ?? '') : undefined);
          if (text === undefined) desk.say('The screen as text is below.');
        }}
      >
        {text === undefined ? 'Show the screen as text' : 'Hide the text'}
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable */}
      <section class="monitor" tabIndex={0} aria-label={`Terminal, read-only: ${title}`}>
        <div ref={frame} class="frame" />
      </section>
      {row?.error && (
        <p>
          <ErrorShort code={row.error.code} />
        </p>
      )}
      {text !== undefined && (
        <div class="screen">
          <pre>{text || 'The screen is empty.'}</pre>
        </div>
      )}
    </>
  );
}

function useWatch(handshake: string) {
  const { desk } = useDesk();
  const frame = useRef<HTMLDivElement>(null);
  const screen = useRef<LiveScreen>(undefined);
  const [watch] = useState(
    () =>
      new LiveTerminal({
        openWire: (hear) => openWire(`watch/${handshake}`, hear),
        onFrame: (shown) => screen.current?.draw(shown),
        onNoEntry: () => void desk.findOutAgain(),
      }),
  );
  useEffect(() => {
    const box = frame.current?.parentElement;
    if (!frame.current || !box) return;
    screen.current = new LiveScreen(box, frame.current);
    watch.begin();
    return () => {
      watch.end();
      screen.current?.close();
    };
  }, [watch]);
  return { watch, frame, screen };
}
