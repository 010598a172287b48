import { readFileSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { KeyferryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Inventory, ListedBox } from './inventory.ts';
import { InventoryError, readInventory } from './inventory-file.text.ts';

/** What a mounted Kubernetes volume swaps when one of its files changes. */
const VOLUME_LINK = '..data';

/**
 * An inventory in a YAML file. A change counts at once; a file that is broken is logged, and the one before stays.
 */
export class InventoryFile implements Inventory {
  readonly #path: string;
  readonly #log: Logger;
  readonly #watcher: { close(): void };
  #text: string;
  #boxes: ReadonlyMap<string, ListedBox>;
  #reading: Promise<void> | undefined;

  /** Throws `InventoryError` when the file cannot be read or is not right. */
  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    try {
      this.#text = readFileSync(path, 'utf8');
    } catch {
      throw new InventoryError(`${path} cannot be read.`);
    }
    this.#boxes = readInventory(this.#text, path);
    // The directory, not the file: most editors and all deployments put a new file in its place.
    this.#watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path) || name === VOLUME_LINK) void this.#reread();
    }).on('error', (error) => log.warn({ reason: error.message }, 'inventory: no longer watched'));
  }

  async find(customer: string, _limits?: CallLimits): Promise<ListedBox> {
    // A box may be listed an instant before its customer comes: look again rather than wait for the watcher.
    if (!this.#boxes.has(customer)) await this.#reread();
    const box = this.#boxes.get(customer);
    if (!box) throw new KeyferryError('box_not_listed');
    return box;
  }

  close(): void {
    this.#watcher.close();
  }

  /** Reads after what is being read, because the file may have changed since. Never rejects. */
  #reread(): Promise<void> {
    const reading = (this.#reading ?? Promise.resolve()).then(() => this.#read());
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8');
      if (text === this.#text) return;
      this.#text = text;
      this.#boxes = readInventory(text, this.#path);
      this.#log.info({ boxes: this.#boxes.size }, 'inventory: read again');
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      this.#log.error({ reason }, 'inventory: the new file is not right, the one before stays');
    }
  }
}
