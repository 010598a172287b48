import { csvOf } from '../../core/process/csv.ts';

/** What is in each cell of a line, by the column's name. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number | null | undefined>>;

/** Pages of rows as `csvOf` has them, below the columns' names. */
export async function* csvLines<Row>(
  columns: Columns<Row>,
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const rows of pages) {
    const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
    yield csvOf(isFirst ? [Object.keys(columns), ...cells] : cells, { bom: isFirst });
    isFirst = false;
  }
}

/** One JSON object per line. */
export async function* jsonLines(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
