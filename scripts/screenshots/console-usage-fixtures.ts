import {
  type CustomerUsage,
  type FleetUsage,
  type FleetUsageRow,
  LEANS,
  type Lean,
  type Used,
} from '../../core/contract/fleet-usage.ts';
import type { CustomerLimits } from '../../core/contract/limits-api.ts';
import type { UsageSum } from '../../core/contract/usage-sum.ts';
import { before } from './console-fixtures.ts';

const used = (requests: number, costUsd: number, estimateUsd = 0): Used => ({
  ...{ requests, tokens: requests * 5_900, costUsd, estimateUsd },
});

const line = (
  customer: string,
  own: Used,
  platform: Used,
  more: Partial<FleetUsageRow> = {},
): FleetUsageRow => ({
  ...{ customer, displayName: null, own, platform, unknown: used(0, 0), ...more },
});

/** What customers have used in a month, by name. */
export const FLEET_USAGE: readonly FleetUsageRow[] = [
  line('acme', used(0, 0), used(1_840, 0, 41.2), { displayName: 'Acme Bakeries Ltd' }),
  line('alice', used(2_214, 118.4), used(31, 0, 0.84)),
  line('bob-the-builder', used(120, 3.1), used(911, 2.4, 17.9)),
  line('carol', used(640, 0.004), used(0, 0)),
  line('dave', used(0, 0), used(0, 0), { unknown: used(17, 0.2) }),
];

const leanOf = ({ own, platform }: FleetUsageRow): Lean => {
  if (own.requests + platform.requests === 0) return 'unknown';
  if (own.requests === 0) return 'platform';
  if (platform.requests === 0) return 'own';
  return platform.requests >= own.requests ? 'mostly-platform' : 'mostly-own';
};

const plus = (rows: readonly FleetUsageRow[], whose: 'own' | 'platform' | 'unknown') =>
  rows.reduce<Used>(
    (sum, row) => ({
      requests: sum.requests + row[whose].requests,
      tokens: sum.tokens + row[whose].tokens,
      costUsd: sum.costUsd + row[whose].costUsd,
      estimateUsd: sum.estimateUsd + row[whose].estimateUsd,
    }),
    used(0, 0),
  );

/** What the practice api says of them. */
export function fleetUsageAnswer(all: readonly FleetUsageRow[], query: URLSearchParams): FleetUsage {
  const part = query.get('q') ?? '';
  const matching = all.filter(({ customer, displayName }) => `${customer} ${displayName}`.includes(part));
  const leans = Object.fromEntries(
    LEANS.map((lean) => [lean, matching.filter((row) => leanOf(row) === lean).length]),
  ) as Record<Lean, number>;
  const wanted = query.get('leans');
  const rows = matching.filter((row) => wanted === null || leanOf(row) === wanted);
  if (query.get('sort') === 'fallback') rows.sort((a, b) => b.platform.requests - a.platform.requests);
  const [own, platform, unknown] = (['own', 'platform', 'unknown'] as const).map((whose) =>
    plus(matching, whose),
  );
  const totals = { own, platform, unknown, leans } as NonNullable<FleetUsage['totals']>;
  return { month: query.get('month') ?? '2026-06', rows, totals };
}

const sum = (kind: UsageSum['kind'], requests: number, more: Partial<UsageSum>): UsageSum => ({
  ...{ kind, requests, inputTokens: requests * 900, outputTokens: requests * 300 },
  ...{ cacheReadTokens: requests * 4_700, cacheWriteTokens: 0 },
  ...{ costUsd: requests * 0.05, unpricedRequests: 0, estimateUsd: 0, ...more },
});
const ours = (requests: number, more: Partial<UsageSum>) =>
  sum('platform', requests, {
    costUsd: 0,
    unpricedRequests: requests,
    estimateUsd: requests * 0.02,
    ...more,
  });

/** What one of them has used. */
export const CUSTOMER_USAGE: CustomerUsage = {
  months: ['2026-04', '2026-05', '2026-06'].flatMap((month, at) => [
    ours(400 - at * 180, { month }),
    ...(at > 0 ? [sum('subscription', at * 900, { month })] : []),
  ]),
  days: Array.from({ length: 18 }, (_, at) => `2026-06-${String(at + 1).padStart(2, '0')}`).flatMap(
    (day, at) => [sum('subscription', 60 + at * 9, { day }), ...(at % 4 === 0 ? [ours(8, { day })] : [])],
  ),
  models: [
    sum('subscription', 1_800, { provider: 'anthropic', model: 'claude-opus-5-5' }),
    ours(40, { provider: 'our-models', model: 'large' }),
  ],
  boxes: [
    {
      box: 'default',
      state: 'read',
      triedAt: before(3_600),
      readAt: before(3_600),
      fellBackAt: before(9 * 86_400),
    },
    { box: 'second', state: 'unsaid', triedAt: before(7_200), readAt: null, fellBackAt: null },
  ],
};

const TOLD = { per: 'day', measure: 'requests', most: 2_400, action: 'tell' } as const;
const OWN = { provider: 'anthropic', per: 'month', measure: 'usd', most: 50, action: 'out-of-use' } as const;
const OURS = {
  provider: 'our-models',
  per: 'month',
  measure: 'tokens',
  most: 2_000_000,
  action: 'stop-fallback',
} as const;
const MONTH = { from: '2026-06-01', until: '2026-07-01T00:00:00.000Z' };

/** What one of them may use: a limit of their own, of the plan and of the configuration, and what two of them have come to. */
export const CUSTOMER_LIMITS: CustomerLimits = {
  timeZone: 'Europe/Zurich',
  limits: [OWN],
  holding: [
    { ...TOLD, used: 213, from: '2026-06-18', until: '2026-06-18T22:00:00.000Z' },
    { ...OURS, used: 2_004_731, ...MONTH },
    { ...OWN, used: 50.3175, ...MONTH },
  ],
  outOfUse: [
    { box: 'default', provider: null, state: 'held', until: MONTH.until, error: null },
    { box: 'default', provider: 'anthropic', state: 'holding', until: MONTH.until, error: null },
    { box: 'second', provider: 'anthropic', state: 'failed', until: MONTH.until, error: 'box_unreachable' },
  ],
};
