import type { Refusals } from '../refusal.ts';

const error = (status: number, message: string, type: string, code?: string) => ({
  status,
  body: { error: { message, type, ...(code ? { code } : {}) } },
});
const INVALID = 'invalid_request_error';

/** https://console.groq.com/docs/errors, and bodies that were reported word for word. */
export const GROQ: Refusals = {
  // github.com/continuedev/continue/issues/11010
  wrong: () => error(401, 'Invalid API Key', INVALID, 'invalid_api_key'),
  // github.com/crewAIInc/crewAI/issues/783: a 400
  revoked: () =>
    error(
      400,
      'Organization has been restricted. Please reach out to support if you believe this was in error.',
      INVALID,
      'organization_restricted',
    ),
  // https://console.groq.com/docs/spend-limits
  'no-credit': () =>
    error(
      400,
      'Your API access is currently blocked because of an overdue invoice. Please update your billing at https://console.groq.com/settings/billing.',
      INVALID,
      'blocked_api_access',
    ),
  budget: () =>
    error(
      400,
      'Your organization has reached its spend limit. To continue, raise it at https://console.groq.com/settings/billing.',
      INVALID,
      'blocked_api_access',
    ),
  region: () => ({
    status: 403,
    body: { error: { message: 'Access denied. Please check your network settings.' } },
  }),
  // https://console.groq.com/docs/model-permissions
  'no-permission': ({ model }) =>
    error(
      403,
      `The model \`${model}\` is blocked at the organization level. Please have the organization admin enable this model in the org settings at https://console.groq.com/settings/limits`,
      'permissions_error',
      'model_permission_blocked_org',
    ),
  'model-forbidden': ({ model }) =>
    error(
      403,
      `The model \`${model}\` is blocked at the project level. Please have a project admin enable this model in the project settings at https://console.groq.com/settings/project/limits`,
      'permissions_error',
      'model_permission_blocked_project',
    ),
  'model-unknown': ({ model }) =>
    error(
      404,
      `The model \`${model}\` does not exist or you do not have access to it.`,
      INVALID,
      'model_not_found',
    ),
  'rate-limited': ({ model }) => ({
    ...error(
      429,
      `Rate limit reached for model \`${model}\` in organization \`org_standin\` service tier \`on_demand\` on requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 20s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing`,
      'requests',
      'rate_limit_exceeded',
    ),
    headers: { 'retry-after': '20' },
  }),
  overloaded: ({ model }) =>
    error(
      503,
      `${model} is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.`,
      'internal_server_error',
    ),
  broken: () => error(500, 'Internal Server Error', 'internal_server_error'),
};
