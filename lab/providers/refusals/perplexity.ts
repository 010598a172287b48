import type { Refusals } from '../refusal.ts';

const error = (code: number, message: string, type: string) => ({
  status: code,
  body: { error: { message, type, code } },
});
const AGAIN = { 'retry-after': '20' };

/** https://docs.perplexity.ai/docs/sdk/error-handling, and bodies that were reported word for word. */
export const PERPLEXITY: Refusals = {
  wrong: () =>
    error(
      401,
      'Invalid API key provided. You can find your API key at https://www.perplexity.ai/settings/api.',
      'invalid_api_key',
    ),
  revoked: () =>
    error(
      401,
      'Invalid API key provided. You can find your API key at https://www.perplexity.ai/settings/api.',
      'invalid_api_key',
    ),
  // A 401 though the key is good: https://docs.perplexity.ai/docs/resources/faq
  'no-credit': () =>
    error(
      401,
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
    ),
  budget: () =>
    error(
      401,
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
    ),
  region: () => error(403, 'Requests from your location are not allowed.', 'forbidden'),
  'no-permission': () => error(403, 'This API key may not use this endpoint.', 'forbidden'),
  'model-forbidden': ({ model }) => error(403, `Your account may not use model '${model}'.`, 'forbidden'),
  // github.com/FerroxLabs/wayland/issues/603
  'model-unknown': ({ model }) =>
    error(
      400,
      `Invalid model '${model}'. Permitted models can be found in the documentation at https://docs.perplexity.ai/docs/getting-started/models.`,
      'invalid_model',
    ),
  'rate-limited': () => ({
    ...error(429, 'Request rate limit exceeded, please try again later.', 'request_rate_limit_exceeded'),
    headers: AGAIN,
  }),
  overloaded: () => error(503, 'The service is overloaded. Please try again later.', 'service_unavailable'),
  broken: () => error(500, 'Internal server error', 'internal_server_error'),
};
