import { KeyferryError } from '../../../../core/contract/errors.ts';
import { signedReceiptSchema } from '../../../../core/contract/receipt.ts';
import type { CustomerRoute } from '../../../route.ts';
import { idOf } from './connections/id-of.ts';

/** What was done at the end of the connection that the page's snapshot was of, for the page that says so. */
export const getReceiptById: CustomerRoute = {
  method: 'get',
  path: '/api/v1/receipts/:receipt',
  who: 'customer',
  about: 'The signed receipt with this id; 404 if it is not one of the customer’s',
  answers: { 200: { about: 'The receipt', schema: signedReceiptSchema } },
  async handle({ services: { receipts }, request, customer }) {
    const json = await receipts.findById(customer, idOf(request, 'receipt'));
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
