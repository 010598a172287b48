import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import type { RecordingSink } from './recording.ts';

/** A recording in a file, readable by its owner alone. */
export class RecordingFile implements RecordingSink {
  readonly #file: number;
  /** Why the recording ended early, if it did. */
  failure: string | undefined;

  /** Makes (or empties) the file. Throws when it cannot. */
  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
    // The mode above counts only for a new file.
    fchmodSync(this.#file, 0o600);
  }

  write(line: string): void {
    // A full disk must not end a handshake: the recording stops, and its owner can say so.
    if (this.failure !== undefined) return;
    try {
      writeSync(this.#file, line);
    } catch (thrown) {
      this.failure = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  /** Nothing to do: the system already has what was written. */
  flush(): void {}

  close(): void {
    closeSync(this.#file);
  }
}
