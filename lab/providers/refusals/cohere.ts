import type { Refusals } from '../refusal.ts';

const error = (status: number, message: string) => ({
  status,
  body: { id: '00000000-0000-4000-8000-000000000000', message },
});

/** https://docs.cohere.com/reference/errors, and bodies that were reported word for word. */
export const COHERE: Refusals = {
  // github.com/cohere-ai/cohere-toolkit/issues/857
  wrong: () => error(401, 'invalid api token'),
  revoked: () => error(401, 'invalid api token'),
  // https://docs.cohere.com/reference/errors, 402
  'no-credit': () =>
    error(
      402,
      'Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue',
    ),
  budget: () =>
    error(
      402,
      'Your account has reached its billing limit. Update it at https://dashboard.cohere.com/billing',
    ),
  region: () => error(403, 'forbidden: requests from your location are not allowed'),
  'no-permission': () => error(403, 'forbidden'),
  'model-forbidden': ({ model }) => error(403, `you do not have access to model '${model}'`),
  // github.com/MaartenGr/BERTopic/issues/1864
  'model-unknown': ({ model }) =>
    error(
      404,
      `model '${model}' not found, make sure the correct model ID was used and that you have access to the model.`,
    ),
  'rate-limited': () => ({
    ...error(
      429,
      "You are using a Trial key, which is limited to 20 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions",
    ),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () => error(503, 'service unavailable: the model is overloaded'),
  broken: () => error(500, 'internal server error'),
};
