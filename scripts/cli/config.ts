import { configRows } from '../../core/process/config.ts';

/** Prints every variable as a Markdown table, the one in docs/configuration.md. */
export function printConfig(): void {
  process.stdout.write(`${configTable()}\n`);
}

/** The table, its columns padded as the formatter writes them. */
export function configTable(): string {
  const rows = configRows().map(({ name, readers, fallback, about }) => [
    `\`${name}\``,
    readers.join(', '),
    /^(required|–)$/.test(fallback) ? fallback : `\`${fallback}\``,
    about,
  ]);
  const header = ['variable', 'read by', 'default', 'what it is'];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] as string).length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(header), rule, ...rows.map(line)].join('\n');
}
