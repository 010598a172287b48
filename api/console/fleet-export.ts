import { stringify } from 'csv-stringify/sync';
import type { FleetFilter, FleetRow } from '../../core/contract/fleet.ts';
import type { Fleet, FleetPage } from '../../core/store/fleet.ts';

/** Lines that are read at once, and the most in one export. */
const PAGE = 500;
const MOST_LINES = 100_000;

/** All that match, by name, a page at a time; the first one is there when this resolves. */
export async function pagesOf(
  fleet: Pick<Fleet, 'page'>,
  filter: FleetFilter,
): Promise<AsyncIterable<readonly FleetRow[]>> {
  const page = (after?: FleetPage['next']) => fleet.page({ ...filter, after, limit: PAGE });
  const first = await page();
  return (async function* () {
    let { rows, next } = first;
    yield rows;
    for (let count = rows.length; next && count < MOST_LINES; count += rows.length) {
      ({ rows, next } = await page(next));
      yield rows;
    }
  })();
}

/** One JSON object per line. */
export async function* linesOf(pages: AsyncIterable<readonly FleetRow[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** What a spreadsheet shows of each line, with the column's name. */
const COLUMNS: Readonly<Record<string, (row: FleetRow) => string | number | null | undefined>> = {
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

/**
 * As RFC 4180 has it, and with a mark of its encoding for spreadsheets. A cell that one of those would take for a formula
 * (customers name their connections themselves) begins with an apostrophe.
 */
export async function* csvOf(pages: AsyncIterable<readonly FleetRow[]>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const rows of pages) {
    const cells = rows.map((row) => Object.values(COLUMNS).map((cell) => cell(row)));
    yield stringify(isFirst ? [Object.keys(COLUMNS), ...cells] : cells, {
      bom: isFirst,
      escape_formulas: true,
      // Also where the program takes a semicolon or a tab for the end of a cell, as a German Excel does.
      cast: { string: (text) => text.replace(/([;\t]\s*)(?=[=+\-@])/g, "$1'") },
      record_delimiter: 'windows',
      // It quotes a cell that has the delimiter of lines, but not one that has half of it (6.9.0).
      quoted_match: /[\r\n]/,
    });
    isFirst = false;
  }
}
