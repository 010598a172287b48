import { readFileSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from './log.ts';

/** What a mounted Kubernetes volume swaps when one of its files changes. */
const VOLUME_LINK = '..data';

export interface WatchedFileOptions<Content> {
  path: string;
  /** What it is, for the log. */
  name: string;
  /** Throws an error whose message says what is wrong, and quotes nothing secret. */
  read: (text: string) => Content;
  log: Logger;
}

/** A file that people change while we run. A change counts at once; one that is broken is logged, and the one before stays. */
export class WatchedFile<Content> {
  readonly #options: WatchedFileOptions<Content>;
  readonly #watcher: { close(): void };
  #text: string;
  #content: Content;
  #reading: Promise<void> | undefined;

  /** Throws what reading the file throws, and what `read` throws. */
  constructor(options: WatchedFileOptions<Content>) {
    const { path, name, read, log } = options;
    this.#options = options;
    this.#text = readFileSync(path, 'utf8');
    this.#content = read(this.#text);
    // The directory, not the file: most editors and all deployments put a new file in its place.
    this.#watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
      if (changed === null || changed === basename(path) || changed === VOLUME_LINK) void this.reread();
    }).on('error', (error) => log.warn({ reason: error.message }, `${name}: no longer watched`));
  }

  get content(): Content {
    return this.#content;
  }

  /** Reads after what is being read, because the file may have changed since. Never rejects. */
  reread(): Promise<void> {
    const reading = (this.#reading ?? Promise.resolve()).then(() => this.#read());
    this.#reading = reading;
    return reading;
  }

  close(): void {
    this.#watcher.close();
  }

  async #read(): Promise<void> {
    const { path, name, read, log } = this.#options;
    try {
      const text = await readFile(path, 'utf8');
      if (text === this.#text) return;
      this.#text = text;
      this.#content = read(text);
      log.info(`${name}: read again`);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      log.error({ reason }, `${name}: the new file is not right, the one before stays`);
    }
  }
}
