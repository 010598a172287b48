import type { z } from 'zod';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import { signedReceiptSchema } from '../../../../../../core/contract/receipt.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { RECEIPT } from '../../../../examples.ts';

/** What was done at the end of a connection. */
export const getReceipt: PlatformRoute<undefined, undefined, z.infer<typeof connectionParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/connections/:connection/receipt',
  who: 'platform',
  operation: 'getReceipt',
  tag: 'Connections',
  about: 'Read the signed receipt of a disconnection',
  details: `For as long as the connection is on record after its end. It says what was seen on the box and in Keyferry, when, and what
nobody has seen. \`keyferry receipt verify\` checks the signature, and so does any library for JSON Web Signatures: the payload is the
canonical form (RFC 8785) of \`receipt\`, the keys are at \`/api/v1/receipt-keys\`.`,
  params: connectionParamsSchema,
  answers: { 200: { about: 'The receipt', schema: signedReceiptSchema, example: RECEIPT } },
  async handle({ services: { receipts }, params: { customer, connection } }) {
    const json = await receipts.find(customer, connection);
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
