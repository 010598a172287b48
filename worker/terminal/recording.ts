import type { Phase } from '../../core/contract/phases.ts';
import { Frames } from './frames.ts';
import { Pace } from './pace.ts';
import type { Screen } from './screen.ts';
import type { Track, Tracker, TrackOptions } from './track.ts';

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** Where a recording goes. None of these throws: a recording must not end a handshake. */
export interface RecordingSink {
  /** Takes one whole line. */
  write(line: string): void;
  /** What was written should outlive this process from now on. */
  flush(): void;
  /** Nothing more comes. */
  close(): void;
}

export interface RecordingOptions {
  /** Of the first terminal. */
  columns: number;
  rows: number;
  /** Default 4 MiB; when it is reached the recording says so and ends. */
  maxBytes?: number | undefined;
  /** Gets what drawing a frame throws. */
  failed?: (thrown: unknown) => void;
}

/**
 * An asciicast (version 2, which every player knows) of redacted frames, redrawn from the emulator:
 * no byte that a program printed gets into it. Several terminals may share one recording; the one
 * that draws is the one that is seen.
 */
export class Recording implements Tracker {
  readonly #sink: RecordingSink;
  readonly #began = performance.now();
  readonly #maxBytes: number;
  readonly #failed: ((thrown: unknown) => void) | undefined;
  #written = 0;
  #open = true;
  #size: string;
  #seen: Frames | undefined;
  readonly #paces = new Set<Pace<Screen>>();

  constructor(
    sink: RecordingSink,
    { columns, rows, maxBytes = DEFAULT_MAX_BYTES, failed }: RecordingOptions,
  ) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.#failed = failed;
    this.#size = `${columns}x${rows}`;
    const timestamp = Math.floor(Date.now() / 1000);
    this.#line({ version: 2, width: columns, height: rows, timestamp, env: { TERM: 'xterm-256color' } });
  }

  track({ columns, rows, redactor }: TrackOptions): Track {
    const frames = new Frames(redactor);
    const size = `${columns}x${rows}`;
    const pace = new Pace<Screen>((screen) => this.#draw(frames, size, screen), this.#failed);
    this.#paces.add(pace);
    return {
      frame: (screen) => pace.give(screen),
      end: () => {
        pace.flush();
        this.#paces.delete(pace);
      },
    };
  }

  /** Marks where a phase begins, so that players show it on their timeline. What came before is stored from now on. */
  mark(phase: Phase): void {
    if (!this.#open) return;
    for (const pace of this.#paces) pace.flush();
    if (this.#written < this.#maxBytes) this.#event('m', phase);
    this.#sink.flush();
  }

  /** The next frame is drawn whole: some before it may be missing. */
  restart(): void {
    this.#seen = undefined;
  }

  /** Writes what is left and closes the sink. Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    for (const pace of this.#paces) pace.flush();
    this.#open = false;
    this.#sink.close();
  }

  #draw(frames: Frames, size: string, screen: Screen): void {
    if (!this.#open || this.#written >= this.#maxBytes) return;
    let drawing = frames.next(screen);
    if (drawing === '') return;
    if (this.#seen !== frames) {
      frames.restart();
      drawing = frames.next(screen);
    }
    this.#seen = frames;
    if (this.#size !== size) this.#event('r', size);
    this.#size = size;
    if (this.#written + drawing.length < this.#maxBytes) {
      this.#event('o', drawing);
    } else {
      this.#written = this.#maxBytes;
      this.#event('o', '\r\n[the recording ends here: it has reached its maximum size]');
    }
  }

  #event(kind: 'o' | 'r' | 'm', data: string): void {
    this.#line([Number(((performance.now() - this.#began) / 1000).toFixed(3)), kind, data]);
  }

  #line(line: unknown): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#written += Buffer.byteLength(text);
    this.#sink.write(text);
  }
}
