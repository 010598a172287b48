import { stringify } from 'csv-stringify/sync';

/** What is in each cell of a line, by the column's name. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number | null | undefined>>;

/**
 * As RFC 4180 has it, and with a mark of its encoding for spreadsheets. A cell that one of those would take for a formula
 * (customers name their connections themselves) begins with an apostrophe.
 */
export async function* csvLines<Row>(
  columns: Columns<Row>,
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const rows of pages) {
    const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
    yield stringify(isFirst ? [Object.keys(columns), ...cells] : cells, {
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

/** One JSON object per line. */
export async function* jsonLines(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
