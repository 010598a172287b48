import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../../core/contract/errors.ts';
import { Said } from './said.tsx';

/** An error in support's words, short: its first sentence and its code. */
export function ErrorShort({ code }: { code: ErrorCode }) {
  const row: CatalogueRow = CATALOGUE[code];
  return (
    <span class="short">
      <Said text={row.support} /> <code class="soft">{code}</code>
    </span>
  );
}
