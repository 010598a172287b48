import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import type { Redactor } from '../../core/redaction.ts';
import { Frames } from './frames.ts';
import type { Screen } from './screen.ts';

/** Frames closer together than this are one. */
const FRAME_MS = 50;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

export interface TrackOptions {
  columns: number;
  rows: number;
  redactor: Redactor;
}

/** One terminal's part of a recording. */
export interface Track {
  frame(screen: Screen): void;
  /** The terminal has ended; its last frame is written. */
  end(): void;
}

/**
 * An asciicast (version 2, which every player knows) of redacted frames, drawn anew from the emulator:
 * no byte that a program printed gets into the file. Several terminals may share one recording; the one
 * that draws is the one that is seen.
 */
export class Recording {
  readonly #file: number;
  readonly #began = performance.now();
  readonly #maxBytes: number;
  /** Why the recording ended before its time, if it did. */
  failure: string | undefined;
  #written = 0;
  #open = true;
  #size: string;
  #seen: Frames | undefined;
  readonly #flushes = new Set<() => void>();

  /** Makes (or empties) the file, readable by its owner alone. */
  constructor(
    path: string,
    { columns, rows, maxBytes }: { columns: number; rows: number; maxBytes?: number },
  ) {
    this.#maxBytes = maxBytes ?? DEFAULT_MAX_BYTES;
    this.#size = `${columns}x${rows}`;
    this.#file = openSync(path, 'w', 0o600);
    // The mode above counts only for a new file.
    fchmodSync(this.#file, 0o600);
    const timestamp = Math.floor(Date.now() / 1000);
    this.#line({ version: 2, width: columns, height: rows, timestamp, env: { TERM: 'xterm-256color' } });
  }

  /** Adds a terminal to the recording. */
  track({ columns, rows, redactor }: TrackOptions): Track {
    const frames = new Frames(redactor);
    const size = `${columns}x${rows}`;
    let timer: NodeJS.Timeout | undefined;
    let latest: Screen | undefined;
    let drawnAt = Number.NEGATIVE_INFINITY;
    const flush = () => {
      clearTimeout(timer);
      timer = undefined;
      if (latest) this.#draw(frames, size, latest);
      latest = undefined;
      drawnAt = performance.now();
    };
    this.#flushes.add(flush);
    return {
      frame: (screen) => {
        latest = screen;
        const wait = drawnAt + FRAME_MS - performance.now();
        if (wait <= 0) flush();
        else timer ??= setTimeout(flush, wait);
      },
      end: () => {
        flush();
        this.#flushes.delete(flush);
      },
    };
  }

  /** Writes what is left and closes the file. Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    for (const flush of this.#flushes) flush();
    this.#open = false;
    closeSync(this.#file);
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
      this.#event('o', '\r\n[the recording ends here: it has reached its greatest size]');
    }
  }

  #event(kind: 'o' | 'r', data: string): void {
    this.#line([Number(((performance.now() - this.#began) / 1000).toFixed(3)), kind, data]);
  }

  #line(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#written += bytes.length;
    try {
      writeSync(this.#file, bytes);
    } catch (thrown) {
      // A full disk must not end a handshake: the recording stops, and its owner can say so.
      this.#written = this.#maxBytes;
      this.failure ??= thrown instanceof Error ? thrown.message : String(thrown);
    }
  }
}
