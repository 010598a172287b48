import { dayOf, firstOfMonth } from '../../../../core/contract/days.ts';
import { type OwnUsage, ownUsageSchema } from '../../../../core/contract/own-usage.ts';
import { PROVIDERS } from '../../../../core/contract/providers.ts';
import { now } from '../../../../core/store/redis-clock.ts';
import type { CustomerRoute } from '../../../route.ts';

/** Models of a month that are shown at most. */
const MOST_SUMS = 500;

/** What the customer's boxes have used this month, and which models answer with whose credential. */
export const getOwnUsage: CustomerRoute = {
  method: 'get',
  path: '/api/v1/own-usage',
  who: 'customer',
  about: 'What their boxes have used this month, by model, and whose credential answers which model',
  answers: { 200: { about: 'As far as it was read', schema: ownUsageSchema } },
  async handle({ services: { usage }, customer }) {
    const timeZone = await usage.zoneOf(customer);
    const to = dayOf(now(), timeZone);
    const from = firstOfMonth(to);
    const [{ sums }, models, boxes] = await Promise.all([
      usage.page({ customer, from, to, by: ['provider', 'model', 'kind'] }, MOST_SUMS),
      usage.models(customer),
      usage.boxes(customer),
    ]);
    const json: OwnUsage = {
      from,
      to,
      timeZone,
      sums: sums.map(({ provider = '', model = '', kind = 'unknown', ...sum }) => ({
        ...named(provider),
        model,
        kind,
        requests: sum.requests,
        tokens: sum.inputTokens + sum.outputTokens + sum.cacheReadTokens + sum.cacheWriteTokens,
        costUsd: sum.costUsd,
        estimateUsd: sum.estimateUsd,
        unpricedRequests: sum.unpricedRequests,
      })),
      models: models.map(({ box, provider, model, kind, isDefault, lastDay }) => ({
        ...{ box, ...named(provider), model, kind, isDefault, lastDay },
      })),
      boxes: boxes.map(({ box, state, readAt }) => ({ box, state, readAt })),
    };
    return { status: 200, json };
  },
};

/** OpenClaw's name for a provider, and ours, where they are known to be the same. */
function named(provider: string): { provider: string; of?: string } {
  const known = Object.entries(PROVIDERS).find(([, { openclaw, endpoint }]) =>
    // The second address of the customer's own is `…-2`.
    [openclaw.id, ...openclaw.listedAs].includes(endpoint ? provider.replace(/-\d{1,2}$/, '') : provider),
  );
  return { provider, ...(known && { of: known[0] }) };
}
