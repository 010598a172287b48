import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { shortage } from '../contract/errors.ts';
import { identify } from './file-identity.ts';
import type { Logger } from './log.ts';

/** The link that a mounted Kubernetes volume swaps when one of its files changes. */
const VOLUME_LINK = '..data';
/** Milliseconds between checks for changes without a notification: a folder above the file, or a link, was swapped. */
const POLL_MS = 5_000;

export interface WatchedFileOptions<Content> {
  path: string;
  /** What it is, for the log. */
  name: string;
  /** Throws an error whose message says what is wrong, and quotes nothing secret. */
  read: (text: string) => Content | Promise<Content>;
  log: Logger;
  pollMs?: number;
}

/**
 * A file that people change while we run. A change counts at once, or within seconds if a folder or a link on the way
 * to it was swapped; a broken version is logged, and the previous one stays.
 */
export class WatchedFile<Content> {
  readonly #options: WatchedFileOptions<Content>;
  readonly #timer: NodeJS.Timeout;
  #watcher: { close(): void } | undefined;
  /** The folder that is watched, and the file that was read last. */
  #folder = '';
  #file: string;
  #failure: unknown;
  #text: string;
  #content: Content;
  #reading: Promise<void> = Promise.resolve();
  /** A reading that has not started. */
  #next: Promise<void> | undefined;
  #isClosed = false;

  /** Throws what reading the file throws, and what `read` throws. */
  static async open<Content>(options: WatchedFileOptions<Content>): Promise<WatchedFile<Content>> {
    const { path, read } = options;
    const { identity } = await identify(path);
    const text = await readFile(path, 'utf8');
    const watched = new WatchedFile(options, { file: identity, text, content: await read(text) });
    await watched.#watch();
    // It may have changed before it was watched.
    await watched.reread();
    return watched;
  }

  private constructor(
    options: WatchedFileOptions<Content>,
    { file, text, content }: { file: string; text: string; content: Content },
  ) {
    this.#options = options;
    this.#file = file;
    this.#text = text;
    this.#content = content;
    this.#timer = setInterval(() => void this.#poll(), options.pollMs ?? POLL_MS).unref();
  }

  get content(): Content {
    return this.#content;
  }

  /** Why the last reading failed; undefined if it succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Reads once the current reading is over, because the file may have changed since. Never rejects. */
  reread(): Promise<void> {
    // All who ask before it starts share one reading, because it happens after all of their requests.
    this.#next ??= this.#reading.then(() => {
      this.#next = undefined;
      this.#reading = this.#read();
      return this.#reading;
    });
    return this.#next;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  async #poll(): Promise<void> {
    await this.#watch();
    await this.reread();
  }

  /** Watches the folder that is there now. Changes without a notification are found by polling. */
  async #watch(): Promise<void> {
    const { path, name, log } = this.#options;
    // The directory, not the file: most editors and all deployments replace the file.
    const { identity } = await identify(dirname(path), { changes: false });
    if (identity === this.#folder || this.#isClosed) return;
    this.#watcher?.close();
    this.#folder = identity;
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
        if (changed === null || changed === basename(path) || changed === VOLUME_LINK) void this.reread();
      }).on('error', (error) => log.warn({ reason: error.message }, `${name}: not watched, only looked at`));
    } catch (thrown) {
      log.warn({ reason: reasonOf(thrown) }, `${name}: not watched, only looked at`);
    }
  }

  async #read(): Promise<void> {
    const { path, name, read, log } = this.#options;
    try {
      const { identity, isFresh } = await identify(path);
      if ((identity === this.#file && !isFresh) || this.#isClosed) return;
      this.#file = identity;
      const text = await readFile(path, 'utf8');
      this.#failure = undefined;
      if (text === this.#text) return;
      this.#text = text;
      this.#content = await read(text);
      log.info(`${name}: read again`);
    } catch (thrown) {
      this.#failure = thrown;
      // Not read at all, for lack of descriptors: the next check must read it, although it will not have changed.
      if (shortage(thrown)) this.#file = '';
      log.error({ reason: reasonOf(thrown) }, `${name}: the new file is not right, the one before stays`);
    }
  }
}

const reasonOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : 'unknown');
