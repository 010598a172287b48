import type { Player } from 'asciinema-player';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { PHASES, type Phase } from '../../../core/contract/phases.ts';
import { type Cast, lengthOf, marksOf, withoutPauses } from '../model/cast.ts';
import { span } from '../model/durations.ts';
import { WORDS } from '../model/words.ts';
import { openPlayer } from './player.ts';

/** Seconds to which a pause is shortened. */
const MOST_PAUSE = 2;
const SPEEDS = [0.5, 1, 2, 4, 8];

interface Props {
  cast: Cast;
  /** The recording as it was received, for download. */
  text: string;
  fileName: string;
}

/** A recording with its controls: phases to jump to, speed, shorter pauses. */
export function Replay({ cast, text, fileName }: Props) {
  const [speed, setSpeed] = useState(1);
  const [isShort, setShort] = useState(true);
  const played = useMemo(() => (isShort ? withoutPauses(cast, MOST_PAUSE) : cast), [cast, isShort]);
  const { frame, at, plays, toggle, seek } = usePlayer(played, speed);
  const marks = marksOf(played);
  const length = lengthOf(played);
  const now = marks.filter((mark) => mark.at <= at + 0.05).at(-1);
  return (
    <section class="replay" aria-label="Recording">
      <div class="seek">
        <input
          type="range"
          aria-label="Position"
          aria-valuetext={`${span(at * 1_000)} of ${span(length * 1_000)}${now ? `, ${phaseOf(now.label)}` : ''}`}
          min={0}
          max={length}
          step={0.1}
          value={at}
          onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
        />
        <span class="marks" aria-hidden="true">
          {marks.map((mark) => (
            <span key={`${mark.at} ${mark.label}`} style={{ left: `${(mark.at / (length || 1)) * 100}%` }} />
          ))}
        </span>
      </div>
      <div class="controls">
        <button class="primary" type="button" onClick={toggle}>
          {plays ? 'Pause' : 'Play'}
        </button>
        <span class="time">
          {clock(at)} / {clock(length)}
        </span>
        <label>
          Speed
          <select
            value={String(speed)}
            onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={String(each)}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isShort}
            onChange={({ currentTarget }) => setShort(currentTarget.checked)}
          />
          Shorten pauses
        </label>
        <a class="secondary" href={useDownload(text)} download={fileName}>
          Download
        </a>
      </div>
      {marks.length > 0 && (
        <ol class="phases-of" aria-label="Phases">
          {marks.map((mark) => (
            <li key={`${mark.at} ${mark.label}`}>
              <button class="chip" type="button" aria-current={mark === now} onClick={() => seek(mark.at)}>
                {phaseOf(mark.label)} <span class="soft">{clock(mark.at)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable */}
      <section class="monitor" tabIndex={0} aria-label="Terminal, recorded">
        <div ref={frame} class="frame" />
      </section>
    </section>
  );
}

const phaseOf = (label: string) => (PHASES.includes(label as Phase) ? WORDS.phases[label as Phase] : label);

/** `1:05`. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Milliseconds between two checks of its position. */
const REFRESH_MS = 200;

function usePlayer(cast: Cast, speed: number) {
  const frame = useRef<HTMLDivElement>(null);
  const player = useRef<Player>(undefined);
  const [at, setAt] = useState(0);
  const [plays, setPlays] = useState(false);
  // What a new player takes over from the one before: its position, as a share, and whether it was playing.
  const was = useRef({ share: 0, plays: false });
  const length = lengthOf(cast);

  useEffect(() => {
    if (!frame.current) return;
    const start = was.current.share * length;
    const opened = openPlayer(frame.current, cast, {
      at: start,
      speed,
      events: {
        onPlaying: (now) => setPlays(now),
        onEnded: () => setPlays(false),
      },
    });
    player.current = opened;
    setAt(start);
    if (was.current.plays) void opened.play();
    return () => opened.dispose();
  }, [cast, speed]);

  useEffect(() => {
    was.current = { share: length === 0 ? 0 : at / length, plays };
  });
  useEffect(() => {
    if (!plays) return;
    const timer = setInterval(() => setAt(player.current?.getCurrentTime() ?? 0), REFRESH_MS);
    return () => clearInterval(timer);
  }, [plays]);

  return {
    frame,
    at,
    plays,
    toggle: () => void (plays ? player.current?.pause() : player.current?.play()),
    seek: (to: number) => {
      setAt(to);
      void player.current?.seek(to);
    },
  };
}

/** The address of a text, for as long as the component exists. */
function useDownload(text: string): string {
  const address = useMemo(
    () => URL.createObjectURL(new Blob([text], { type: 'application/x-asciicast' })),
    [text],
  );
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return address;
}
