import { createHash } from 'node:crypto';
import { matcherOf } from '../../../core/contract/fleet-filter.ts';
import type { RunRecord } from '../../../core/contract/fleet-runs.ts';
import type { FleetLeading, FoundBox } from '../../../core/store/fleet-leading.ts';
import type { Inventory } from '../../boxes/inventory.ts';

/** Boxes of which the record is asked at once. */
const PAGE = 200;
/** Milliseconds for each page of the inventory: AWS shows 20 instances at a time. */
const PAGE_MS = 60_000;

/** Finds out which boxes a run is for: all that the inventory has, narrowed by what is on record of them. It may be done again. */
export async function listBoxes(
  leading: FleetLeading,
  inventory: Pick<Inventory, 'list'>,
  { id, filter }: RunRecord,
  signal: AbortSignal,
): Promise<void> {
  const isWanted = matcherOf(filter);
  let page: FoundBox[] = [];
  const put = async () => {
    const known = await leading.known(page);
    page = [];
    const wanted = known.filter(isWanted);
    await leading.add(
      id,
      wanted.map((box) => ({ ...box, place: placeOf(id, box) })),
    );
    signal.throwIfAborted();
    // It was paused or stopped meanwhile: it is begun again where it is resumed.
    return leading.keepUnlisted(id);
  };
  for await (const { customer, box, source } of inventory.list({ signal, timeoutMs: PAGE_MS })) {
    page.push({ customer, box, inventory: source });
    if (page.length >= PAGE && !(await put())) return;
  }
  if (await put()) await leading.listed(id);
}

/** By chance, but the same each time: neighbours in a network are seldom next to each other. */
function placeOf(run: string, { customer, box }: { customer: string; box: string }): number {
  return createHash('sha256').update(`${run} ${customer} ${box}`).digest().readUInt32BE() >>> 1;
}
