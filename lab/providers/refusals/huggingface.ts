import type { Refusals } from '../refusal.ts';

const plain = (status: number, error: string) => ({ status, body: { error } });
const error = (status: number, message: string, code: string) => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: 'model', code } },
});

/** https://huggingface.co/docs/inference-providers, and bodies that were reported word for word. */
export const HUGGINGFACE: Refusals = {
  // github.com/coreply/coreply/issues/19
  wrong: () => plain(401, 'Invalid username or password.'),
  revoked: () => plain(401, 'Invalid username or password.'),
  'no-credit': () =>
    plain(
      402,
      'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.',
    ),
  budget: () =>
    plain(402, 'You have reached the spending limit that your organization has set for Inference Providers.'),
  region: () => plain(403, 'Access from your location is not allowed.'),
  // github.com/CSOAI-ORG/councilof-ai/issues/1102
  'no-permission': () =>
    plain(
      403,
      'This authentication method does not have sufficient permissions to call Inference Providers on behalf of user standin',
    ),
  // github.com/vercel/ai/pull/7788
  'model-forbidden': ({ model }) =>
    error(
      400,
      `The requested model '${model}' is not supported by any provider you have enabled.`,
      'model_not_supported',
    ),
  'model-unknown': ({ model }) =>
    error(400, `The requested model '${model}' does not exist`, 'model_not_found'),
  'rate-limited': () => ({
    ...plain(429, 'Too Many Requests'),
    headers: { 'retry-after': '20' },
  }),
  overloaded: ({ model }) => plain(503, `Model ${model} is overloaded, please try again later.`),
  broken: () => plain(500, 'Internal Server Error'),
};
