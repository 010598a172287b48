import { KeyferryError } from '../../core/contract/errors.ts';
import type { Config } from '../../core/process/config.ts';
import type { Logger } from '../../core/process/log.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Inventory, ListedCustomer } from './inventory.ts';
import type { InventoryApi } from './inventory-api.ts';
import { InventoryError } from './inventory-file.text.ts';
import { InventoryFile } from './inventory-file.ts';

export type InventoryConfig = Pick<
  Config<'worker'>,
  'BOXES_FILE' | 'LIGHTSAIL_REGIONS' | 'LIGHTSAIL_TAG' | 'LIGHTSAIL_SSH_PORT' | 'LIGHTSAIL_ENDPOINT'
>;

/**
 * The inventory that the settings ask for: the file first, so that a single box can be moved or tried by hand, and so that
 * the boxes in it need no database; then the boxes that the platform has added; then Lightsail. Throws `InventoryError`
 * for an invalid file.
 */
export async function openInventory(
  config: InventoryConfig,
  log: Logger,
  added?: InventoryApi,
): Promise<Inventory> {
  const inventories: Inventory[] = [];
  if (config.BOXES_FILE) inventories.push(await InventoryFile.open(config.BOXES_FILE, log));
  if (added) inventories.push(added);
  if (config.LIGHTSAIL_REGIONS) {
    // The AWS client takes 20 MB of memory, which others can save.
    const { InventoryLightsail } = await import('./inventory-lightsail.ts').catch(lacksAws);
    const settings = {
      regions: config.LIGHTSAIL_REGIONS,
      tag: config.LIGHTSAIL_TAG,
      port: config.LIGHTSAIL_SSH_PORT,
      endpoint: config.LIGHTSAIL_ENDPOINT,
    };
    const lightsail = new InventoryLightsail(settings, log);
    lightsail.begin();
    inventories.push(lightsail);
  }
  return inOrder(inventories);
}

/** The command line is also installed without AWS's packages, which few need. */
function lacksAws(thrown: unknown): never {
  const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';
  if (!isMissing) throw thrown;
  throw new InventoryError(
    'LIGHTSAIL_REGIONS needs one more package: npm install -g @aws-sdk/client-lightsail',
  );
}

/** Several inventories as one: a customer who is not in the first is searched for in the next. */
function inOrder(inventories: readonly Inventory[]): Inventory {
  return {
    find: async (customer, limits, box) => {
      for (const inventory of inventories.slice(0, -1)) {
        try {
          return await inventory.find(customer, limits, box);
        } catch (thrown) {
          if (!(thrown instanceof KeyferryError) || thrown.code !== 'box_not_listed') throw thrown;
        }
      }
      const last = inventories.at(-1);
      if (!last) throw new KeyferryError('box_not_listed');
      return last.find(customer, limits, box);
    },
    list: (limits) => listed(inventories, limits),
    close: () => {
      for (const inventory of inventories) inventory.close();
    },
  };
}

/** What each would find: a customer who is in one of them is not searched for in the next. */
async function* listed(
  inventories: readonly Inventory[],
  limits: CallLimits,
): AsyncGenerator<ListedCustomer> {
  const seen = new Set<string>();
  for (const inventory of inventories) {
    const here = new Set<string>();
    for await (const box of inventory.list(limits)) {
      if (seen.has(box.customer)) continue;
      here.add(box.customer);
      yield box;
    }
    for (const customer of here) seen.add(customer);
  }
}
