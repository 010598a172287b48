import { receiptKeysSchema } from '../../../../core/contract/receipt.ts';
import { publishedKeys } from '../../../../core/secrets/receipt-keys.ts';
import type { PublicRoute } from '../../../route.ts';

/** The public keys of receipts, for whoever has one. */
export const getReceiptKeys: PublicRoute = {
  method: 'get',
  path: '/api/v1/receipt-keys',
  who: 'anyone',
  about: 'The public keys of all signed receipts, a JSON Web Key Set; perhaps none',
  answers: { 200: { about: 'The keys', schema: receiptKeysSchema } },
  async handle({ services: { config } }) {
    return { status: 200, json: publishedKeys(config.RECEIPT_PUBLIC_KEYS ?? []) };
  },
};
