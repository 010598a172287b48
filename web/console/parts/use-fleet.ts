import type { Fleet, FleetRow } from '../../../core/contract/fleet.ts';
import type { FleetSearch } from '../model/place.ts';
import { useDesk } from './use.ts';
import { usePaged } from './use-paged.ts';

/** The lines of the fleet that match, and how many there are by health. */
export function useFleet(search: FleetSearch) {
  const { desk } = useDesk();
  const { first, ...paged } = usePaged<FleetRow, Fleet>(search, (cursor, limit) =>
    desk.api.fleet(search, cursor, limit),
  );
  return { ...paged, counts: first?.counts };
}
