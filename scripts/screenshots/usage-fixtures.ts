import type { OwnUsage, OwnUsageSum } from '../../core/contract/own-usage.ts';
import { NOON } from './fixtures.ts';

const sum = (of: string, model: string, kind: string, more: Partial<OwnUsageSum> = {}): OwnUsageSum => ({
  ...{ provider: of, of, model, kind, requests: 214, tokens: 1_284_500 },
  ...{ costUsd: 12.4, estimateUsd: 0, unpricedRequests: 0, ...more },
});
const { of: _, ...LARGE } = sum('our-models', 'gemma4:latest', 'platform', {
  ...{ requests: 31, tokens: 90_210, costUsd: 0, estimateUsd: 0.84, unpricedRequests: 31 },
});
const READ = { box: 'default', state: 'read', readAt: new Date(NOON).toISOString() };

/** This month's usage of a customer with a subscription, a key of their own, and the platform's models behind them. */
export const USED: OwnUsage = {
  from: '2026-06-01',
  to: '2026-06-18',
  sums: [
    sum('anthropic', 'claude-opus-5-5', 'subscription'),
    sum('openai', 'gpt-5.4', 'api-key', { requests: 1, tokens: 1, costUsd: 0.004 }),
    sum('openai', 'gpt-5.4-mini', 'api-key', { costUsd: 1.2, estimateUsd: 0.31, unpricedRequests: 40 }),
    LARGE,
    sum('groq', 'openai/gpt-oss-120b', 'unknown', { costUsd: 0, unpricedRequests: 214 }),
  ],
  models: [
    ...[
      {
        of: 'anthropic',
        model: 'claude-opus-5-5',
        kind: 'subscription',
        isDefault: true,
        lastDay: '2026-06-18',
      },
      { of: 'openai', model: 'gpt-5.4', kind: 'api-key', isDefault: false, lastDay: '2026-06-03' },
      { of: 'openai', model: 'gpt-6-astra', kind: 'api-key', isDefault: true, lastDay: null },
    ].map((model) => ({ box: 'default', provider: model.of, ...model })),
    {
      box: 'default',
      provider: 'our-models',
      model: 'gemma4:latest',
      kind: 'platform',
      isDefault: false,
      lastDay: '2026-06-17',
    },
  ],
  boxes: [READ],
};

/** Of somebody whose machine was read, and on which nothing was asked. */
export const UNUSED: OwnUsage = { ...USED, sums: [], models: [] };

/** Of somebody whose machine was never read. */
export const UNREAD: OwnUsage = { ...UNUSED, boxes: [] };

/** Two machines, of which one says nothing, and a subscription beside a key of the same provider. */
export const ON_TWO: OwnUsage = {
  ...USED,
  sums: [sum('anthropic', 'claude-opus-5-5', 'own', { estimateUsd: 1.5, unpricedRequests: 3 })],
  models: USED.models.map((model, at) => ({ ...model, box: at % 2 === 0 ? 'default' : 'second' })),
  boxes: [READ, { box: 'second', state: 'unsaid', readAt: null }],
};
