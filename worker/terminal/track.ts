import type { Program } from '../../core/contract/versions.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Screen } from './screen.ts';

export interface TrackOptions {
  columns: number;
  rows: number;
  redactor: Redactor;
  /** Whose terminal it is, where that is known. */
  program?: Program | undefined;
  /** Its current screen; holding this costs nothing while the terminal is idle. */
  screen: () => Screen;
}

/** One terminal, as a recorder or a live view sees it. */
export interface Track {
  frame(screen: Screen): void;
  /** The terminal has ended; its last frame has been given. */
  end(): void;
}

/** Keeps or shows what terminals draw. What it hears is raw: only what `Frames` makes of it may leave it. */
export interface Tracker {
  track(options: TrackOptions): Track;
}

/** Runs something that must not end anything else: its first error is reported, and nothing is run after that. */
export class Fuse {
  readonly #onBlown: (reason: string) => void;
  #isBlown = false;

  constructor(onBlown: (reason: string) => void) {
    this.#onBlown = onBlown;
  }

  run<Result>(action: () => Result): Result | undefined {
    if (this.#isBlown) return undefined;
    try {
      return action();
    } catch (thrown) {
      this.blow(thrown);
      return undefined;
    }
  }

  blow(thrown: unknown): void {
    if (this.#isBlown) return;
    this.#isBlown = true;
    this.#onBlown(thrown instanceof Error ? thrown.message : 'unknown');
  }
}

/** One that throws nothing into the terminal that it tracks. */
export function fused(tracker: Tracker, fuse: Fuse): Tracker {
  return {
    track: (options) => {
      const track = fuse.run(() => tracker.track(options));
      return {
        frame: (screen) => fuse.run(() => track?.frame(screen)),
        end: () => fuse.run(() => track?.end()),
      };
    },
  };
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
