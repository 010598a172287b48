import type { Refusals } from '../refusal.ts';

const error = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_standin',
});
const AGAIN = { 'retry-after': '20' };

/** https://platform.claude.com/docs/en/api/errors, and bodies that were reported word for word. */
export const ANTHROPIC: Refusals = {
  wrong: ({ key }) => ({
    status: 401,
    body: error(
      'authentication_error',
      key.startsWith('sk-ant-oat') ? 'Invalid bearer token' : 'invalid x-api-key',
    ),
  }),
  // github.com/anthropics/claude-code/issues/19028: a 400
  revoked: () => ({
    status: 400,
    body: error('invalid_request_error', 'This organization has been disabled.'),
  }),
  // github.com/Aider-AI/aider/issues/804; FACTS-KEYS
  'no-credit': () => ({
    status: 400,
    body: error(
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ),
  }),
  // github.com/anthropics/claude-code/issues/38035
  budget: () => ({
    status: 400,
    body: error(
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.',
    ),
  }),
  // portkey.ai/error-library/permission-error-10490
  region: () => ({ status: 403, body: error('forbidden', 'Request not allowed') }),
  'no-permission': () => ({
    status: 403,
    body: error('permission_error', 'Your API key does not have permission to use the specified resource.'),
  }),
  'model-forbidden': ({ model }) => ({
    status: 403,
    body: error('permission_error', `Your organization does not have access to model: ${model}`),
  }),
  'model-unknown': ({ model }) => ({ status: 404, body: error('not_found_error', `model: ${model}`) }),
  // github.com/anthropics/claude-code/issues/71670
  'rate-limited': () => ({
    status: 429,
    headers: AGAIN,
    body: error(
      'rate_limit_error',
      "This request would exceed your account's rate limit. Please try again later.",
    ),
  }),
  overloaded: () => ({ status: 529, body: error('overloaded_error', 'Overloaded') }),
  broken: () => ({ status: 500, body: error('api_error', 'Internal server error') }),
};
