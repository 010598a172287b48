import { CATALOGUE, type CatalogueRow } from '../../core/contract/errors.ts';

/** Prints every row of the catalogue, for people. */
export function printCatalogue(): void {
  for (const [code, row] of Object.entries<CatalogueRow>(CATALOGUE)) {
    process.stdout.write(
      [
        `${code}  (${row.phase}, ${row.retryable ? 'may be retried' : 'retrying does not help'})`,
        `  customer  ${row.customer}`,
        `  support   ${row.support}`,
        `  next      ${row.next}`,
        ...(row.developer === undefined ? [] : [`  developer ${row.developer}`]),
        '',
        '',
      ].join('\n'),
    );
  }
}
