import { masked, type Refusals } from '../refusal.ts';

const error = (message: string, type: string, code: string | null) => ({
  error: { message, type, param: null, code },
});
const INVALID = 'invalid_request_error';

/** https://platform.openai.com/docs/guides/error-codes, and bodies that were reported word for word. */
export const OPENAI: Refusals = {
  // github.com/continuedev/continue/issues/9634
  wrong: ({ key }) => ({
    status: 401,
    body: error(
      `Incorrect API key provided: ${masked(key, 8, 4)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
      INVALID,
      'invalid_api_key',
    ),
  }),
  // github.com/ChatGPTNextWeb/NextChat/issues/4175
  revoked: () => ({
    status: 401,
    body: error(
      'The OpenAI account associated with this API key has been deactivated. If you are the developer for this OpenAI app, please check your email for more information. If you are seeing this error while using another app or site, please reach out to them for more help.',
      INVALID,
      'account_deactivated',
    ),
  }),
  // github.com/Teakinboyewa/SpatialAnalysisAgent/issues/17
  'no-credit': () => ({
    status: 429,
    body: error(
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
      'insufficient_quota',
      'insufficient_quota',
    ),
  }),
  // https://developers.openai.com/api/docs/guides/spend-limits: status and code; the words are ours
  budget: () => ({
    status: 429,
    body: error(
      'This project has reached its monthly spend limit. Raise it in the project settings, or wait for the next month.',
      'insufficient_quota',
      'project_spend_limit_exceeded',
    ),
  }),
  // github.com/home-assistant/core/issues/120072
  region: () => ({
    status: 403,
    body: error(
      'Country, region, or territory not supported',
      'request_forbidden',
      'unsupported_country_region_territory',
    ),
  }),
  // github.com/bytedance/trae-agent/issues/162: a 401, though the key is good
  'no-permission': () => ({
    status: 401,
    body: error(
      "You have insufficient permissions for this operation. Missing scopes: api.responses.write. Check that you have the correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has the necessary scopes.",
      INVALID,
      null,
    ),
  }),
  // github.com/Aider-AI/aider/issues/1903
  'model-forbidden': ({ model }) => ({
    status: 403,
    body: error(
      `Project \`proj_StandIn0000000000000000\` does not have access to model \`${model}\``,
      INVALID,
      'model_not_found',
    ),
  }),
  // github.com/Aider-AI/aider/issues/2030
  'model-unknown': ({ model }) => ({
    status: 404,
    body: error(
      `The model \`${model}\` does not exist or you do not have access to it.`,
      INVALID,
      'model_not_found',
    ),
  }),
  'rate-limited': ({ model }) => ({
    status: 429,
    headers: { 'retry-after': '20', 'retry-after-ms': '20000', 'x-ratelimit-remaining-requests': '0' },
    body: error(
      `Rate limit reached for ${model} in organization org-StandIn on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more.`,
      'requests',
      'rate_limit_exceeded',
    ),
  }),
  overloaded: () => ({
    status: 503,
    body: error('The engine is currently overloaded, please try again later', 'server_error', null),
  }),
  broken: () => ({
    status: 500,
    body: error(
      'The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists. (Please include the request ID req_standin in your message.)',
      'server_error',
      null,
    ),
  }),
};
