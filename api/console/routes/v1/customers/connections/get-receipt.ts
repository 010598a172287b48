import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import { signedReceiptSchema } from '../../../../../../core/contract/receipt.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** What was done at the end of a connection. */
export const getReceiptByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/connections/:connection/receipt',
  who: 'operator',
  action: 'see',
  about: 'The signed receipt of a disconnection',
  answers: { 200: { about: 'The receipt', schema: signedReceiptSchema } },
  async handle({ services: { receipts }, request }) {
    const json = await receipts.find(customerOf(request), idOf(request));
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
