import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { signedReceiptSchema } from '../../../../../core/contract/receipt.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** What was done at the end of a connection. */
export const getOwnReceipt: CustomerRoute = {
  method: 'get',
  path: '/api/v1/connections/:connection/receipt',
  who: 'customer',
  about: 'The signed receipt of a disconnection',
  answers: { 200: { about: 'The receipt', schema: signedReceiptSchema } },
  async handle({ services: { receipts }, request, customer }) {
    const json = await receipts.find(customer, idOf(request));
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
