import type { FleetFilter, FleetRow } from '../../core/contract/fleet.ts';
import type { Fleet, FleetPage } from '../../core/store/fleet.ts';
import { type Columns, csvLines } from './csv.ts';
import { everyPage } from './every-page.ts';

/** All that match, by name, a page at a time; the first one is there when this resolves. */
export function pagesOf(
  fleet: Pick<Fleet, 'page'>,
  filter: FleetFilter,
): Promise<AsyncIterable<readonly FleetRow[]>> {
  return everyPage((limit, after?: FleetPage['next']) => fleet.page({ ...filter, after, limit }));
}

/** What a spreadsheet shows of each line, with the column's name. */
const COLUMNS: Columns<FleetRow> = {
  customer: ({ customer }) => customer,
  display_name: ({ displayName }) => displayName,
  box: ({ connection }) => connection?.box,
  provider: ({ connection }) => connection?.provider,
  method: ({ connection }) => connection?.method,
  profile: ({ connection }) => connection?.profile,
  label: ({ connection }) => connection?.label,
  model: ({ connection }) => connection?.model,
  health: ({ connection }) => connection?.health ?? 'none',
  reason: ({ connection }) => connection?.reason,
  health_since: ({ connection }) => connection?.healthSince,
  suspected: ({ connection }) => connection?.look.suspected?.code,
  connected_at: ({ connection }) => connection?.connectedAt,
  expires_at: ({ connection }) => connection?.expiresAt,
  checked_at: ({ connection }) => connection?.checkedAt,
  next_look_at: ({ connection }) => connection?.look.nextLookAt,
  claude: ({ versions }) => versions.claude,
  openclaw: ({ versions }) => versions.openclaw,
  connection: ({ connection }) => connection?.id,
};

/** What a spreadsheet shows of the fleet. */
export const csvOf = (pages: AsyncIterable<readonly FleetRow[]>) => csvLines(COLUMNS, pages);
