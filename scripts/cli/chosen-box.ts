import { customerSchema } from '../../core/customer.ts';
import { openLog } from '../../core/log.ts';
import type { Inventory, ListedBox } from '../../worker/boxes/inventory.ts';
import { InventoryError } from '../../worker/boxes/inventory-file.text.ts';
import { InventoryFile } from '../../worker/boxes/inventory-file.ts';
import type { CallLimits } from '../../worker/transports/transport.ts';
import { openTarget, type TargetOptions } from './target.ts';

export interface BoxOptions extends TargetOptions {
  /** Path of an inventory file, in which customers' boxes are found by their slugs. */
  boxes?: string;
}

/**
 * The box that a person named: a target, or a customer of the inventory file; a string says what is wrong with
 * the words. Throws `box_not_listed` when the inventory has no box for the customer.
 */
export async function chosenBox(
  named: string,
  options: BoxOptions,
  limits: CallLimits,
): Promise<ListedBox | string> {
  const isTarget = named === 'local' || named.includes('/');
  if (options.boxes === undefined || isTarget) {
    const transport = openTarget(named, options);
    if (typeof transport !== 'string') return { transport };
    const isCustomer = customerSchema.safeParse(named).success;
    return isCustomer ? `error: to find the box of '${named}', name an inventory with --boxes` : transport;
  }
  if (!customerSchema.safeParse(named).success) return `error: '${named}' is neither a target nor a customer`;
  try {
    const inventory: Inventory = new InventoryFile(options.boxes, openLog('worker', 'silent'));
    try {
      return await inventory.find(named, limits);
    } finally {
      inventory.close();
    }
  } catch (thrown) {
    if (thrown instanceof InventoryError) return `error: ${thrown.message}`;
    throw thrown;
  }
}
