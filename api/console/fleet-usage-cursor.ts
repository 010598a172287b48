import { z } from 'zod';
import { customerSchema } from '../../core/contract/customer.ts';
import type { FleetUsageSort } from '../../core/contract/fleet-usage.ts';
import type { FleetUsagePlace } from '../../core/store/fleet-usage.ts';
import { type Cursor, cursorOf } from '../platform/cursors.ts';

const placeSchema = z.strictObject({
  // One that is too large would be the database's fault, to which it then counts as away.
  key: z.string().regex(/^\d{0,18}$/),
  customer: customerSchema,
});

/** Where pages of customers' usage in this order begin. */
export function fleetUsageCursor(sort: FleetUsageSort): Cursor<FleetUsagePlace> {
  const isCounted = sort !== 'customer';
  return cursorOf(
    `fleet-usage-${sort}`,
    placeSchema.refine(({ key }) => (key !== '') === isCounted),
  );
}
