import type { Refusals } from '../refusal.ts';

const error = (status: number, message: string, type: string, code: string | null) => ({
  status,
  body: { id: 'standin', error: { message, type, param: null, code } },
});
const INVALID = 'invalid_request_error';

/** https://docs.together.ai/docs/error-codes, and bodies that were reported word for word. */
export const TOGETHER: Refusals = {
  // github.com/harshitv804/LawGPT/issues/4
  wrong: () =>
    error(
      401,
      'Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.',
      INVALID,
      'invalid_api_key',
    ),
  revoked: () =>
    error(
      401,
      'Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.',
      INVALID,
      'invalid_api_key',
    ),
  'no-credit': () =>
    error(
      402,
      'Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to add credit or upgrade your plan.',
      'credit_limit',
      null,
    ),
  budget: () =>
    error(
      402,
      'Monthly spending limit reached, please navigate to https://api.together.ai/settings/billing to raise it.',
      'credit_limit',
      null,
    ),
  region: () => error(403, 'Request not allowed from your location.', 'forbidden', null),
  'no-permission': () => error(403, 'This API key may not run inference.', 'forbidden', null),
  'model-forbidden': ({ model }) =>
    error(
      403,
      `Your account does not have access to model ${model}. Please visit https://api.together.ai/models to view the list of supported models.`,
      INVALID,
      'model_not_available',
    ),
  'model-unknown': ({ model }) =>
    error(
      404,
      `Unable to access model ${model}. Please visit https://api.together.ai/models to view the list of supported models.`,
      INVALID,
      'model_not_available',
    ),
  'rate-limited': ({ model }) => ({
    ...error(
      429,
      `You have reached the rate limit specific to this model ${model}. The maximum rate limit for this model is 6 queries per minute.`,
      'model_rate_limit',
      null,
    ),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () =>
    error(503, 'The server is currently overloaded. Please try again later.', 'service_unavailable', null),
  broken: () => error(500, 'Internal server error', 'server_error', null),
};
