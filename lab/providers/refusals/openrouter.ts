import type { Refusals } from '../refusal.ts';

const error = (code: number, message: string, metadata?: object) => ({
  status: code,
  body: { error: { message, code, ...(metadata ? { metadata } : {}) } },
});

/** https://openrouter.ai/docs/api-reference/errors, and bodies that were reported word for word. */
export const OPENROUTER: Refusals = {
  // github.com/openclaw/openclaw/issues/26960
  wrong: () => error(401, 'User not found.'),
  revoked: () => error(401, 'User not found.'),
  // github.com/open-assistant-org/open-assistant/issues/80
  'no-credit': () =>
    error(402, 'Insufficient credits. Add more using https://openrouter.ai/settings/credits', {
      limit_source: 'openrouter_credits',
      remedy_hint:
        'Add credits at https://openrouter.ai/settings/credits, or lower max_tokens / prompt size to fit your remaining balance.',
    }),
  // github.com/RooCodeInc/Roo-Code/issues/515
  budget: () =>
    error(403, 'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys'),
  // github.com/OpenRouterTeam/openrouter-examples/issues/18
  region: () =>
    error(403, 'Provider returned error', {
      raw: '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}',
      provider_name: 'OpenAI',
    }),
  // github.com/open-webui/open-webui/issues/16817
  'no-permission': () =>
    error(
      403,
      'OpenAI is requiring a key to access this model, which you can add in https://openrouter.ai/settings/integrations',
    ),
  // github.com/truefoundry/models/pull/826
  'model-forbidden': () =>
    error(
      404,
      'No endpoints available matching your guardrail restrictions and data policy. Configure: https://openrouter.ai/settings/privacy',
    ),
  'model-unknown': ({ model }) => error(400, `${model} is not a valid model ID`),
  'rate-limited': ({ model }) => ({
    ...error(429, 'Provider returned error', {
      raw: `${model} is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations`,
      provider_name: 'Stand-in',
    }),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () => error(503, 'No instances available'),
  broken: () => error(502, 'Provider returned error', { raw: 'ERROR', provider_name: 'Stand-in' }),
};
