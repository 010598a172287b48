import type { Used, UsedByWhose } from '../../../core/contract/fleet-usage.ts';
import { whoseOf } from '../../../core/contract/usage-kinds.ts';
import type { UsageSum } from '../../../core/contract/usage-sum.ts';

const NOTHING: Used = { requests: 0, tokens: 0, costUsd: 0, estimateUsd: 0 };
const NOBODY: UsedByWhose = { own: NOTHING, platform: NOTHING, unknown: NOTHING };

/** Everything that went in and out, from a cache and into one. */
export const tokensOf = (sum: UsageSum) =>
  sum.inputTokens + sum.outputTokens + sum.cacheReadTokens + sum.cacheWriteTokens;

/** By whose credential, for each of the months or days that there are; the newest first. */
export function byWhose(sums: readonly UsageSum[], of: 'month' | 'day'): [string, UsedByWhose][] {
  const found = new Map<string, UsedByWhose>();
  for (const sum of sums) {
    const time = sum[of] ?? '';
    const known = found.get(time) ?? NOBODY;
    const whose = whoseOf(sum.kind ?? '');
    found.set(time, { ...known, [whose]: plus(known[whose], sum) });
  }
  return [...found].sort(([one], [other]) => (one < other ? 1 : -1));
}

function plus({ requests, tokens, costUsd, estimateUsd }: Used, sum: UsageSum): Used {
  return {
    requests: requests + sum.requests,
    tokens: tokens + tokensOf(sum),
    costUsd: costUsd + sum.costUsd,
    estimateUsd: estimateUsd + sum.estimateUsd,
  };
}

/** What of the requests the platform's credential answered, 0 to 1; undefined where neither answered any. */
export function shareOf({ own, platform }: Pick<UsedByWhose, 'own' | 'platform'>): number | undefined {
  const all = own.requests + platform.requests;
  return all === 0 ? undefined : platform.requests / all;
}

/** This month and those before it, so many in all: `2026-11`. */
export function monthsBefore(month: string, count: number): string[] {
  const [year = 0, nth = 1] = month.split('-').map(Number);
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.UTC(year, nth - 1 - at, 1)).toISOString().slice(0, 7),
  );
}

const COUNT = new Intl.NumberFormat(undefined);
const USD = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });

export const countWords = (count: number) => COUNT.format(count);

/** US dollars; what of it is an estimate is said to be one. */
export function costWords({ costUsd, estimateUsd }: Pick<Used, 'costUsd' | 'estimateUsd'>): string {
  const estimated = estimatedWords({ costUsd, estimateUsd });
  const amount = amountWords({ costUsd, estimateUsd });
  return estimated === undefined ? amount : `${amount}, ${estimated}`;
}

/** US dollars, whatever of it is an estimate. */
export function amountWords({ costUsd, estimateUsd }: Pick<Used, 'costUsd' | 'estimateUsd'>): string {
  const all = costUsd + estimateUsd;
  if (all === 0) return '–';
  return all < CENT ? `under ${USD.format(CENT)}` : USD.format(all);
}

/** What of an amount is an estimate; undefined: nothing. */
export function estimatedWords({
  costUsd,
  estimateUsd,
}: Pick<Used, 'costUsd' | 'estimateUsd'>): string | undefined {
  if (estimateUsd === 0) return undefined;
  return costUsd === 0 ? 'estimated' : `${USD.format(estimateUsd)} of it estimated`;
}

const CENT = 0.01;
