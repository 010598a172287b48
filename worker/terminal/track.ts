import type { Redactor } from '../../core/redaction.ts';
import type { Screen } from './screen.ts';

export interface TrackOptions {
  columns: number;
  rows: number;
  redactor: Redactor;
  /** What stands there now; holding this costs nothing while the terminal rests. */
  screen: () => Screen;
}

/** One terminal, as whoever keeps or shows it hears of it. */
export interface Track {
  frame(screen: Screen): void;
  /** The terminal has ended; its last frame has been given. */
  end(): void;
}

/** Keeps or shows what terminals draw. What it hears is raw: only what `Frames` makes of it may leave it. */
export interface Tracker {
  track(options: TrackOptions): Track;
}

/** Several that hear the same. */
export function everyTracker(trackers: readonly Tracker[]): Tracker {
  return {
    track: (options) => {
      const tracks = trackers.map((tracker) => tracker.track(options));
      return {
        frame: (screen) => {
          for (const track of tracks) track.frame(screen);
        },
        end: () => {
          for (const track of tracks) track.end();
        },
      };
    },
  };
}
