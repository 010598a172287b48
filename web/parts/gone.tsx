import { TEXTS } from '../model/texts.ts';
import { OutLink } from './out-link.tsx';

/** Where what was disconnected is revoked. */
export function Revoke({ at }: { at: string }) {
  const { revoke, revokeUnseen } = TEXTS.trouble;
  return (
    <p>
      {revoke} <OutLink to={at}>{at.replace('https://', '')}</OutLink>. {revokeUnseen}
    </p>
  );
}

/** The signed receipt of a disconnection, as a file: by the connection, or by its own id. */
export function ReceiptLink({
  connection,
  id,
}: { connection: string; id?: never } | { id: string; connection?: never }) {
  const { receipt, receiptSays } = TEXTS.trouble;
  const at = connection === undefined ? `receipts/${id}` : `connections/${connection}/receipt`;
  return (
    <p>
      <a href={`/api/v1/${at}`} download="keyferry-receipt.json">
        {receipt}
      </a>
      . {receiptSays}
    </p>
  );
}
