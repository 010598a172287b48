import { KeyferryError } from '../../../../core/contract/errors.ts';
import { signedReceiptSchema } from '../../../../core/contract/receipt.ts';
import type { CustomerRoute } from '../../../route.ts';

/** What was done at the last end of a connection, for the page that says so. */
export const getLastReceipt: CustomerRoute = {
  method: 'get',
  path: '/api/v1/receipt',
  who: 'customer',
  about: 'The signed receipt of the last disconnection; 404 if there is none',
  answers: { 200: { about: 'The receipt', schema: signedReceiptSchema } },
  async handle({ services: { receipts }, customer }) {
    const json = await receipts.find(customer);
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
