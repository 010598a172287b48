import { WATCH_ENDS_MS } from '../../core/contract/live-view.ts';
import { Frames } from './frames.ts';
import { Pace } from './pace.ts';
import type { Screen } from './screen.ts';
import type { Track, Tracker, TrackOptions } from './track.ts';

/** What is shown; `whole`: it needs nothing that came before. */
export interface LiveFrame {
  columns: number;
  rows: number;
  whole: boolean;
  data: string;
}

/** A terminal that could be shown. */
interface Source {
  columns: number;
  rows: number;
  frames: Frames;
  screen: () => Screen;
}

/** Frames that may be pending at once: if they are not accepted, the ones in between are omitted. */
const MOST_ON_THE_WAY = 4;

/**
 * Shows redacted frames while somebody watches, at most 20 per second; of several terminals, the one that is
 * drawing. While nobody watches, nothing is drawn, no timer runs and no emulator is kept.
 */
export class LiveView implements Tracker {
  readonly #show: (frame: LiveFrame) => Promise<void>;
  readonly #pace: Pace<Source>;
  #watchedUntil = Number.NEGATIVE_INFINITY;
  /** The terminal that has drawn last, and the one that is seen. */
  #last: Source | undefined;
  #seen: Source | undefined;
  #onTheWay = 0;
  /** A frame was omitted. */
  #left = false;

  /** `show` may reject: the frame is lost, and the next is whole. `failed` gets what drawing one throws. */
  constructor(show: (frame: LiveFrame) => Promise<void>, failed?: (thrown: unknown) => void) {
    this.#show = show;
    this.#pace = new Pace<Source>((source) => this.#draw(source, source.screen()), failed);
  }

  track({ columns, rows, redactor, screen }: TrackOptions): Track {
    const source = { columns, rows, frames: new Frames(redactor), screen };
    return {
      frame: ({ exit }) => {
        // One that ends beside another draws nothing new.
        if (exit && this.#last && this.#last !== source) return;
        this.#last = source;
        if (this.#isWatched) this.#pace.give(source);
      },
      end: () => {
        if (this.#isWatched) this.#pace.flush();
      },
    };
  }

  /** Somebody is watching, for `WATCH_ENDS_MS` from now; `whole`: they need the whole screen first. */
  watch(whole: boolean): void {
    if (whole || !this.#isWatched) this.#seen = undefined;
    this.#watchedUntil = performance.now() + WATCH_ENDS_MS;
    if (!this.#seen && this.#last) this.#pace.give(this.#last);
  }

  /** Shows nothing more. */
  close(): void {
    this.#pace.drop();
    this.#watchedUntil = Number.NEGATIVE_INFINITY;
    this.#last = undefined;
    this.#seen = undefined;
  }

  get #isWatched(): boolean {
    return performance.now() < this.#watchedUntil;
  }

  #draw(source: Source, screen: Screen): void {
    if (this.#onTheWay >= MOST_ON_THE_WAY) {
      this.#left = true;
      return;
    }
    let data = source.frames.next(screen);
    if (this.#seen && data === '') return;
    const whole = this.#seen !== source;
    if (whole) {
      source.frames.restart();
      data = source.frames.next(screen);
    }
    this.#seen = source;
    const { columns, rows } = source;
    this.#onTheWay += 1;
    this.#show({ columns, rows, whole, data })
      .catch(() => {
        // Not tried again at once: the next drawing, or the viewer's next message, brings a whole frame.
        this.#seen = undefined;
      })
      .finally(() => this.#arrived());
  }

  /** A whole frame makes up for what was omitted. */
  #arrived(): void {
    this.#onTheWay -= 1;
    if (!this.#left || this.#onTheWay > 0) return;
    this.#left = false;
    this.#seen = undefined;
    if (this.#isWatched && this.#last) this.#pace.give(this.#last);
  }
}
