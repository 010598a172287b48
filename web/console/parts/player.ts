import { create, type Player } from 'asciinema-player';
import { type Cast, type CastEvent, firstPictureOf } from '../model/cast.ts';

export interface PlayerEvents {
  onPlaying: (plays: boolean) => void;
  onEnded: () => void;
}

/** Pixels that a column takes, at least (a narrower screen scrolls) and at most. */
const COLUMN_PX = { least: 5, most: 9 };

/** Seconds. */
const MOMENT = 0.001;

/** As a parser of the player (3.18) gives them: all else of it counts in seconds. */
const inMs = (events: Cast['events']) =>
  events.map(([at, code, data]): CastEvent => [at * 1_000, code, data]);

/** Plays a recording in an element. It starts at `at`, in seconds, and is paused until somebody presses play. */
export function openPlayer(
  frame: HTMLElement,
  cast: Cast,
  { at, speed, events }: { at: number; speed: number; events: PlayerEvents },
): Player {
  frame.style.minWidth = `${cast.columns * COLUMN_PX.least}px`;
  frame.style.maxWidth = `${cast.columns * COLUMN_PX.most}px`;
  const player = create(
    { data: '', parser: () => ({ cols: cast.columns, rows: cast.rows, events: inMs(cast.events) }) },
    frame,
    {
      startAt: at,
      // Until somebody plays it, what stood there by then, and not an empty screen. The player draws what comes before it.
      poster: `npt:${Math.max(at, firstPictureOf(cast)) + MOMENT}`,
      speed,
      preload: true,
      controls: false,
      fit: 'width',
      theme: 'asciinema',
      terminalFontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    },
  );
  player.addEventListener('playing', () => events.onPlaying(true));
  player.addEventListener('pause', () => events.onPlaying(false));
  player.addEventListener('ended', events.onEnded);
  return player;
}
