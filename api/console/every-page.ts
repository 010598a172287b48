/** Lines that are read at once, and the most in one file. */
const PAGE = 500;
const MOST_LINES = 100_000;

/** A page of a list, and where the next one begins. */
interface Page<Row, Place> {
  rows: readonly Row[];
  next: Place | undefined;
}

/** All of a list, a page at a time as they are taken, until a file is full; the first one is there when this resolves. */
export async function everyPage<Row, Place>(
  page: (limit: number, after?: Place) => Promise<Page<Row, Place>>,
): Promise<AsyncIterable<readonly Row[]>> {
  const first = await page(PAGE);
  return (async function* () {
    let { rows, next } = first;
    yield rows;
    for (let count = rows.length; next && count < MOST_LINES; count += rows.length) {
      ({ rows, next } = await page(PAGE, next));
      yield rows;
    }
  })();
}
