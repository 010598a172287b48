import { customerSchema } from '../../core/contract/customer.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { openLog } from '../../core/process/log.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { Boxes } from '../../core/store/boxes.ts';
import { databaseSettings, openDatabase } from '../../core/store/database.ts';
import type { Inventory, ListedBox } from '../../worker/boxes/inventory.ts';
import { InventoryApi } from '../../worker/boxes/inventory-api.ts';
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
    const isListed = isConfigured(options);
    const isCustomer = customerSchema.safeParse(named).success;
    if (!isListed && !isCustomer) return target(named, options);
    if (!isListed)
      return `error: to find the box of '${named}', name an inventory with --boxes, or set BOXES_FILE, DATABASE_URL or LIGHTSAIL_REGIONS`;
    if (!isCustomer) return `error: '${named}' is neither a target nor a customer`;
    return await listed(named, await openListedInventory(options), limits);
  } catch (thrown) {
    if (thrown instanceof InventoryError || thrown instanceof ConfigError) return `error: ${thrown.message}`;
    throw thrown;
  }
}

/**
 * The inventory that the worker's own variables describe; the boxes that the platform has added are in it if DATABASE_URL
 * is set. Throws `ConfigError`, `InventoryError`.
 */
export async function openListedInventory(options: Pick<BoxOptions, 'boxes'>): Promise<Inventory> {
  const log = openLog('worker', 'silent');
  const settings = inventorySettings(options);
  if (!hasDatabase()) return openInventory(settings, log);
  const record = readSettings(
    ['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS', 'SEALING_KEYS', 'BOX_KINDS', 'BOX_NETWORKS'],
    process.env,
  );
  const database = openDatabase(databaseSettings(record, 'cli'), log);
  const added = new InventoryApi(new Boxes(database, new SealedBox(record.SEALING_KEYS)), record);
  const inventory = await openInventory(settings, log, record.BOX_KINDS.size > 0 ? added : undefined);
  const close = () => {
    inventory.close();
    void database.destroy();
  };
  return { find: inventory.find, list: inventory.list, close };
}

function isConfigured({ boxes }: BoxOptions): boolean {
  return Boolean(boxes || process.env.BOXES_FILE || process.env.LIGHTSAIL_REGIONS || hasDatabase());
}

function hasDatabase(): boolean {
  return Boolean(process.env.DATABASE_URL || process.env.DATABASE_URL_FILE);
}

function inventorySettings({ boxes }: Pick<BoxOptions, 'boxes'>): InventoryConfig {
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
