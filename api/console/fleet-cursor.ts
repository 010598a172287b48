import { z } from 'zod';
import type { FleetSort } from '../../core/contract/fleet.ts';
import type { FleetPlace } from '../../core/store/fleet-query.ts';
import { type Cursor, cursorOf } from '../platform/cursors.ts';

/** A time as PostgreSQL writes it, or its words for before and after all times. */
const KEY = /^(|-?infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?)$/;

const placeSchema = z.strictObject({
  key: z.string().regex(KEY),
  customer: z.string().max(63),
  id: z.union([z.literal(''), z.uuid()]),
});

/** Where pages of the fleet in this order begin. */
export function fleetCursor(sort: FleetSort): Cursor<FleetPlace> {
  const isTimed = sort !== 'customer';
  return cursorOf(
    `fleet-${sort}`,
    placeSchema.refine(({ key }) => (key !== '') === isTimed),
  );
}
