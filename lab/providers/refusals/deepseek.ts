import type { Refusals } from '../refusal.ts';

const error = (status: number, message: string, type: string, code = 'invalid_request_error') => ({
  status,
  body: { error: { message, type, param: null, code } },
});
const INVALID = 'invalid_request_error';

/** https://api-docs.deepseek.com/quick_start/error_codes, and bodies that were reported word for word. */
export const DEEPSEEK: Refusals = {
  // github.com/FullStackPlayer/claude-code-launcher/issues/3
  wrong: ({ key }) =>
    error(401, `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`, 'authentication_error'),
  // github.com/deepseek-ai/DeepSeek-R1/issues/82
  revoked: () => error(401, 'Authentication Fails (no such user)', 'authentication_error'),
  // github.com/1Panel-dev/MaxKB/issues/3797
  'no-credit': () => error(402, 'Insufficient Balance', 'unknown_error'),
  // DeepSeek has no limits of its customers' own.
  budget: () => error(402, 'Insufficient Balance', 'unknown_error'),
  region: () => error(403, 'Forbidden', 'permission_error'),
  'no-permission': () => error(403, 'Forbidden', 'permission_error'),
  'model-forbidden': () => error(400, 'Model Not Exist', INVALID),
  'model-unknown': () => error(400, 'Model Not Exist', INVALID),
  'rate-limited': () => ({
    ...error(429, 'Rate limit reached. Please pace your requests.', 'rate_limit_error', 'rate_limit_reached'),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () =>
    error(
      503,
      'Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.',
      'service_unavailable_error',
    ),
  broken: () => error(500, 'Internal Server Error', 'server_error'),
};
