import { rich, say } from '../messages/say.ts';
import { bare, linkTo } from './out-link.tsx';

/** Where what was disconnected is revoked. */
export function Revoke({ at }: { at: string }) {
  return <p>{rich('trouble.revoke', { address: bare(at), link: linkTo(at) })}</p>;
}

/** The signed receipt of a disconnection, as a file: by the connection, or by its own id. */
export function ReceiptLink({
  connection,
  id,
}: { connection: string; id?: never } | { id: string; connection?: never }) {
  const at = connection === undefined ? `receipts/${id}` : `connections/${connection}/receipt`;
  return (
    <p>
      <a href={`/api/v1/${at}`} download="keyferry-receipt.json">
        {say('trouble.receipt')}
      </a>
      <br />
      {say('trouble.receiptSays')}
    </p>
  );
}
