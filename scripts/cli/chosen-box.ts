import { customerSchema } from '../../core/contract/customer.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { openLog } from '../../core/process/log.ts';
import type { Inventory, ListedBox } from '../../worker/boxes/inventory.ts';
import { InventoryError } from '../../worker/boxes/inventory-file.text.ts';
import { type InventoryConfig, openInventory } from '../../worker/boxes/inventory-open.ts';
import type { CallLimits } from '../../worker/transports/transport.ts';
import { openTarget, type TargetOptions } from './target.ts';

export interface BoxOptions extends TargetOptions {
  /** Path of an inventory file that lists customers' boxes by slug; default BOXES_FILE. */
  boxes?: string;
}

/** The box to work on. The inventory that found it is needed until the work is over. */
export interface ChosenBox extends ListedBox {
  close(): void;
}

/**
 * The box that a person named: a target, or a customer in the inventory that the worker's own variables describe; a
 * string says what is wrong with the name or the inventory. Throws what the inventory throws, such as
 * `box_not_listed`.
 */
export async function chosenBox(
  named: string,
  options: BoxOptions,
  limits: CallLimits,
): Promise<ChosenBox | string> {
  if (named === 'local' || named.includes('/')) return target(named, options);
  try {
    const settings = inventorySettings(options);
    const isListed = Boolean(settings.BOXES_FILE || settings.LIGHTSAIL_REGIONS);
    const isCustomer = customerSchema.safeParse(named).success;
    if (!isListed && !isCustomer) return target(named, options);
    if (!isListed)
      return `error: to find the box of '${named}', name an inventory with --boxes, or set BOXES_FILE or LIGHTSAIL_REGIONS`;
    if (!isCustomer) return `error: '${named}' is neither a target nor a customer`;
    return await listed(named, await openInventory(settings, openLog('worker', 'silent')), limits);
  } catch (thrown) {
    if (thrown instanceof InventoryError || thrown instanceof ConfigError) return `error: ${thrown.message}`;
    throw thrown;
  }
}

function inventorySettings({ boxes }: BoxOptions): InventoryConfig {
  const environment = boxes === undefined ? process.env : { ...process.env, BOXES_FILE: boxes };
  return readSettings(
    ['BOXES_FILE', 'LIGHTSAIL_REGIONS', 'LIGHTSAIL_TAG', 'LIGHTSAIL_SSH_PORT', 'LIGHTSAIL_ENDPOINT'],
    environment,
  );
}

async function listed(customer: string, inventory: Inventory, limits: CallLimits): Promise<ChosenBox> {
  try {
    return { ...(await inventory.find(customer, limits)), close: () => inventory.close() };
  } catch (thrown) {
    inventory.close();
    throw thrown;
  }
}

function target(named: string, options: TargetOptions): ChosenBox | string {
  const transport = openTarget(named, options);
  return typeof transport === 'string' ? transport : { transport, close: () => undefined };
}
