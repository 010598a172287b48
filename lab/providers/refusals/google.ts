import type { Refusals } from '../refusal.ts';

const DOMAIN = { domain: 'googleapis.com', metadata: { service: 'generativelanguage.googleapis.com' } };
const info = (reason: string) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  ...DOMAIN,
});
const localized = (message: string) => ({
  '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
  locale: 'en-US',
  message,
});
const error = (code: number, message: string, status: string, details?: readonly object[]) => ({
  status: code,
  body: { error: { code, message, status, ...(details ? { details } : {}) } },
});
const NOT_VALID = 'API key not valid. Please pass a valid API key.';

/** https://ai.google.dev/gemini-api/docs/troubleshooting, and bodies that were reported word for word. */
export const GOOGLE: Refusals = {
  // github.com/can1357/oh-my-pi/issues/449: a 400
  wrong: () => error(400, NOT_VALID, 'INVALID_ARGUMENT', [info('API_KEY_INVALID'), localized(NOT_VALID)]),
  // github.com/continuedev/continue/issues/10513
  revoked: () =>
    error(403, 'Your API key was reported as leaked. Please use another API key.', 'PERMISSION_DENIED'),
  // github.com/google-gemini/gemini-cli/pull/22994: without details
  'no-credit': () =>
    error(
      429,
      'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
      'RESOURCE_EXHAUSTED',
    ),
  budget: () =>
    error(
      429,
      'Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to manage your project spend cap.',
      'RESOURCE_EXHAUSTED',
    ),
  // github.com/poenl/gemini-api/issues/4
  region: () => error(400, 'User location is not supported for the API use.', 'FAILED_PRECONDITION'),
  'no-permission': () =>
    error(
      403,
      'Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.',
      'PERMISSION_DENIED',
      [info('API_KEY_SERVICE_BLOCKED')],
    ),
  'model-forbidden': () => error(403, 'The caller does not have permission', 'PERMISSION_DENIED'),
  // github.com/BerriAI/litellm/issues/14993
  'model-unknown': ({ model }) =>
    error(
      404,
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      'NOT_FOUND',
    ),
  // github.com/google-gemini/gemini-cli/issues/8437
  'rate-limited': ({ model }) =>
    error(
      429,
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
      'RESOURCE_EXHAUSTED',
      [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [
            {
              quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
              quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
              quotaDimensions: { location: 'global', model },
            },
          ],
        },
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [
            {
              description: 'Learn more about Gemini API quotas',
              url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
            },
          ],
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '20s' },
      ],
    ),
  // github.com/google-gemini/gemini-cli/issues/5191
  overloaded: () => error(503, 'The model is overloaded. Please try again later.', 'UNAVAILABLE'),
  broken: () =>
    error(
      500,
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
      'INTERNAL',
    ),
};
