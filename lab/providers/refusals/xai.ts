import { masked, type Refusals } from '../refusal.ts';

const error = (status: number, code: string, message: string) => ({
  status,
  body: { code, error: message },
});
const FORBIDDEN = 'The caller does not have permission to execute the specified operation';
const EXHAUSTED = 'Some resource has been exhausted';

/** https://docs.x.ai/docs/key-information/debugging, and bodies that were reported word for word. */
export const XAI: Refusals = {
  // github.com/continuedev/continue/issues/10778: a 400
  wrong: ({ key }) =>
    error(
      400,
      'Client specified an invalid argument',
      `Incorrect API key provided: ${masked(key, 2, 2).replace(/\*+/, '***')}. You can obtain an API key from https://console.x.ai.`,
    ),
  revoked: () =>
    error(403, FORBIDDEN, 'Your API key is currently blocked. Please unblock it at https://console.x.ai.'),
  'no-credit': () =>
    error(
      403,
      FORBIDDEN,
      "Your newly created team doesn't have any credits or licenses yet. You can purchase those on https://console.x.ai/team/standin.",
    ),
  // github.com/continuedev/continue/issues/10373
  budget: () =>
    error(
      429,
      EXHAUSTED,
      'Your team 00000000-0000-4000-8000-000000000000 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
    ),
  region: ({ model }) => error(403, FORBIDDEN, `The model ${model} is not available in your region.`),
  'no-permission': () =>
    error(
      403,
      FORBIDDEN,
      'The API key does not have permission for this endpoint. You can update its ACLs at https://console.x.ai.',
    ),
  'model-forbidden': ({ model }) =>
    error(
      403,
      FORBIDDEN,
      `The API key does not have permission to use the model ${model}. You can update its ACLs at https://console.x.ai.`,
    ),
  'model-unknown': ({ model }) =>
    error(
      404,
      'Some requested entity was not found',
      `The model ${model} does not exist or your team 00000000-0000-4000-8000-000000000000 does not have access to it. Please ensure you're using the correct API key.`,
    ),
  'rate-limited': () => ({
    ...error(
      429,
      EXHAUSTED,
      'Too many requests for team 00000000-0000-4000-8000-000000000000 and model. Your team has reached its rate limit.',
    ),
    headers: { 'retry-after': '20' },
  }),
  overloaded: () =>
    error(
      503,
      'The service is currently unavailable',
      'The model is currently at capacity due to high demand. Please try again later.',
    ),
  broken: () => error(500, 'Internal error', 'Internal server error'),
};
