import { GUIDES } from '../../core/contract/provider-guides.ts';
import { knownTo, PROVIDERS, type ProviderRow } from '../../core/contract/providers.ts';

/** Versions of OpenClaw that the rows were checked with. */
const OLDEST = '2026.4.15';
const NEWEST = '2026.9.6';

/** Every provider, as a table in Markdown. */
export function providersTable(): string {
  const rows = Object.values<ProviderRow>(PROVIDERS).map((row) => [
    `\`${row.id}\``,
    row.name,
    Object.keys(row.methods)
      .map((method) => `\`${method}\``)
      .join(' '),
    known(row),
    row.starts.map((start) => `\`${start}\``).join(' ') || '–',
    row.baseUrl === undefined ? 'as the customer says' : `\`${row.baseUrl}\``,
    row.variables.map((name) => `\`${name}\``).join(' '),
    keysAt(row.id),
  ]);
  const head = [
    'id',
    'name',
    'methods',
    'in OpenClaw',
    'keys begin',
    'address',
    'variables',
    'keys are made at',
  ];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function known(row: ProviderRow): string {
  const [before, now] = [knownTo(OLDEST, row), knownTo(NEWEST, row)];
  const since = row.comes?.find(([, how]) => how === now)?.[0] ?? '';
  return before === now ? now : `${before}; \`${now}\` from ${since} on`;
}

function keysAt(id: string): string {
  const at = Object.entries(GUIDES).find(([provider]) => provider === id)?.[1].keysAt;
  return at === undefined ? '–' : at.replace('https://', '').replace(/\?.*/, '');
}

/** Prints it. */
export function printProviders(): void {
  process.stdout.write(`${providersTable()}\n`);
}
