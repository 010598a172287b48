import type { Refusals } from '../refusal.ts';

const error = (status: number, message: string, type: string, code: string) => ({
  status,
  body: { object: 'error', message, type, param: null, code, raw_status_code: status },
});
/** What stands before the models answers in a shape of its own. */
const gate = (status: number, detail: string) => ({ status, body: { detail } });

/** https://docs.mistral.ai/resources/known-limitations, and bodies that were reported word for word. */
export const MISTRAL: Refusals = {
  // github.com/nextcloud/integration_openai/issues/332
  wrong: () => gate(401, 'Unauthorized'),
  revoked: () => gate(401, 'Unauthorized'),
  // A workspace without a plan: https://help.mistral.ai/en/articles/424390
  'no-credit': () =>
    gate(402, 'Payment required: please activate a plan at https://console.mistral.ai/billing'),
  budget: () => error(429, 'Monthly usage limit of this workspace has been reached', 'rate_limited', '1300'),
  region: () => gate(403, 'Forbidden'),
  'no-permission': () => gate(403, 'This API key is not allowed to call this endpoint'),
  'model-forbidden': () => error(403, 'You do not have access to this model.', 'invalid_model', '1500'),
  'model-unknown': ({ model }) => error(400, `Invalid model: ${model}`, 'invalid_model', '1500'),
  // github.com/raycast/extensions/issues/31107
  'rate-limited': () => ({
    ...error(429, 'Rate limit exceeded', 'rate_limited', '1300'),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () =>
    error(503, 'Service tier capacity exceeded for this model.', 'service_tier_capacity_exceeded', '3505'),
  broken: () => error(500, 'Internal server error', 'internal_server_error', '1000'),
};
