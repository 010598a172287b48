import type { Logger } from '../../core/process/log.ts';
import type { CustomerRecording, Recordings } from '../../core/store/recordings.ts';
import type { RecordingSink } from '../terminal/recording.ts';

export interface RecordingPartsOptions {
  recordings: Recordings;
  which: CustomerRecording;
  log: Logger;
  /** A part is lost: what comes next should not depend on anything before it. */
  onLost: () => void;
}

/** The most bytes of one attempt's recording: Redis is shared, and accepts nothing more when it is full. */
export const MOST_RECORDED = 512 * 1024;
/** Characters of one part; most are one byte. */
const PART_LENGTH = 64 * 1024;
/** Milliseconds after which lines that no change of phase has flushed are stored; they would be lost with the process. */
const FLUSH_MS = 5_000;
/** Parts that may be pending while Redis is away; further ones are omitted. */
const MOST_ON_THE_WAY = 8;

/**
 * A recording kept sealed in Redis, part by part, so that what was recorded before a worker died is there. It holds
 * little: a part goes out at 64 KiB, at every change of phase, soon after something was drawn, and at the end.
 */
export class RecordingParts implements RecordingSink {
  readonly #options: RecordingPartsOptions;
  /** Part 0: without it no player knows what the others are, so it is kept again until it is there. */
  #header: string | undefined;
  #lines: string[] = [];
  #length = 0;
  #parts = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #onTheWay = new Set<Promise<void>>();

  constructor(options: RecordingPartsOptions) {
    this.#options = options;
  }

  write(line: string): void {
    if (this.#parts === 0) {
      this.#header = line;
      this.#parts = 1;
    } else {
      this.#lines.push(line);
      this.#length += line.length;
    }
    if (this.#length >= PART_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines.join('');
    this.#lines = [];
    this.#length = 0;
    const header = this.#header;
    this.#header = undefined;
    if (header) this.#keep(0, header, () => (this.#header = header));
    if (lines === '') return;
    this.#keep(this.#parts, lines, () => this.#options.onLost());
    this.#parts += 1;
  }

  close(): void {
    this.flush();
  }

  /** Resolves when everything that was written is stored or omitted. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#onTheWay);
  }

  #keep(part: number, lines: string, onLost: () => void): void {
    const lost = (reason: string) => {
      this.#options.log.warn({ part, reason }, 'a part of the recording is lost');
      onLost();
    };
    if (this.#onTheWay.size >= MOST_ON_THE_WAY) {
      lost('too many wait for Redis');
      return;
    }
    const { recordings, which } = this.#options;
    const keeping = recordings
      .keep(which, part, lines)
      .catch((thrown) => lost(thrown instanceof Error ? thrown.message : 'unknown'))
      .finally(() => this.#onTheWay.delete(keeping));
    this.#onTheWay.add(keeping);
  }
}
