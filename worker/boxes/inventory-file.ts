import { KeyferryError, shortage } from '../../core/contract/errors.ts';
import type { Logger } from '../../core/process/log.ts';
import { WatchedFile } from '../../core/process/watched-file.ts';
import type { CallLimits } from '../transports/transport.ts';
import { checkOnly, type Inventory, type ListedBox, type ListedCustomer } from './inventory.ts';
import { InventoryError, readInventory } from './inventory-file.text.ts';

/**
 * An inventory in a YAML file. A change counts at once; a broken version is logged, and the previous one stays.
 */
export class InventoryFile implements Inventory {
  readonly #file: WatchedFile<ReadonlyMap<string, ListedBox>>;

  /** Throws `InventoryError` when the file cannot be read or is not right. */
  static async open(path: string, log: Logger): Promise<InventoryFile> {
    try {
      const read = (text: string) => readInventory(text, path);
      return new InventoryFile(await WatchedFile.open({ path, name: 'inventory', read, log }));
    } catch (thrown) {
      if (thrown instanceof InventoryError) throw thrown;
      throw new InventoryError(`${path} cannot be read.`);
    }
  }

  private constructor(file: WatchedFile<ReadonlyMap<string, ListedBox>>) {
    this.#file = file;
  }

  async find(customer: string, _limits?: CallLimits, name?: string): Promise<ListedBox> {
    checkOnly(name);
    // A box may be listed an instant before its customer comes: read again rather than wait for the watcher.
    if (!this.#file.content.has(customer)) await this.#file.reread();
    const box = this.#file.content.get(customer);
    // A file that could not be read for lack of descriptors may well list it.
    if (!box) throw shortage(this.#file.failure) ?? new KeyferryError('box_not_listed');
    return box;
  }

  async *list(): AsyncGenerator<ListedCustomer> {
    for (const [customer, { transport, where = '' }] of this.#file.content)
      yield { customer, kind: transport.kind, where, source: 'file' };
  }

  close(): void {
    this.#file.close();
  }
}
