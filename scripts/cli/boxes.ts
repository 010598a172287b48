import { toKeyferryError } from '../../core/contract/errors.ts';
import { ConfigError } from '../../core/process/config.ts';
import { InventoryError } from '../../worker/boxes/inventory-file.text.ts';
import { openListedInventory } from './chosen-box.ts';
import { cancelOnSignals } from './signals.ts';

export interface BoxesOptions {
  boxes?: string;
  json?: boolean;
}

/** Milliseconds for each page of a list. */
const PAGE_MS = 60_000;

/** `keyferry boxes list`: every box that a worker with these variables would find. Answers the exit code. */
export async function listBoxes(options: BoxesOptions): Promise<number> {
  try {
    const inventory = await openListedInventory(options);
    try {
      for await (const box of inventory.list({ signal: cancelOnSignals(), timeoutMs: PAGE_MS })) {
        const { customer, box: name = '-', kind, where, source } = box;
        const line = options.json ? JSON.stringify(box) : [customer, name, source, kind, where].join('\t');
        process.stdout.write(`${line}\n`);
      }
    } finally {
      inventory.close();
    }
    return 0;
  } catch (thrown) {
    const isUsage = thrown instanceof InventoryError || thrown instanceof ConfigError;
    process.stderr.write(`${isUsage ? thrown.message : toKeyferryError(thrown).message}\n`);
    return isUsage ? 2 : 1;
  }
}
