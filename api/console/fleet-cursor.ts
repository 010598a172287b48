import { z } from 'zod';
import { customerSchema } from '../../core/contract/customer.ts';
import type { FleetSort } from '../../core/contract/fleet.ts';
import type { FleetPlace } from '../../core/store/fleet-query.ts';
import { type Cursor, cursorOf } from '../platform/cursors.ts';

/** A time as PostgreSQL writes it, or its words for before and after all times. */
const KEY = /^(|-?infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?)$/;

const placeSchema = z.strictObject({
  // One that is no time would be the database's fault, to which it then counts as away.
  key: z.string().regex(KEY).refine(isTime),
  customer: z.union([z.literal(''), customerSchema]),
  id: z.union([z.literal(''), z.uuid()]),
});

/** PostgreSQL's time zone may be without its minutes. */
function isTime(key: string): boolean {
  return !/^\d/.test(key) || !Number.isNaN(Date.parse(key.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')));
}

/** Where pages of the fleet in this order begin. */
export function fleetCursor(sort: FleetSort): Cursor<FleetPlace> {
  const isTimed = sort !== 'customer';
  return cursorOf(
    `fleet-${sort}`,
    placeSchema.refine(({ key }) => (key !== '') === isTimed),
  );
}
