import { USAGE_GROUPS } from '../../core/contract/usage-api.ts';
import type { UsageSum } from '../../core/contract/usage-sum.ts';
import type { Usage, UsageWanted } from '../../core/store/usage-sums.ts';
import { type Columns, csvLines, jsonLines } from './csv.ts';
import { everyPage } from './every-page.ts';

type Source = Pick<Usage, 'page'>;

/** What was used, as comma-separated values; what goes wrong with the first page can still be said. */
export const usageCsv = async (usage: Source, wanted: UsageWanted) =>
  csvLines(columnsOf(wanted), await pagesOf(usage, wanted));

/** The same as JSON objects, one per line. */
export const usageJsonLines = async (usage: Source, wanted: UsageWanted) =>
  jsonLines(await pagesOf(usage, wanted));

const pagesOf = (usage: Source, wanted: UsageWanted) =>
  everyPage(async (limit, after?: readonly string[]) => {
    const { sums, next } = await usage.page(wanted, limit, after);
    return { rows: sums, next };
  });

function columnsOf({ by }: UsageWanted): Columns<UsageSum> {
  const groups = USAGE_GROUPS.filter((group) => by.includes(group));
  return {
    ...Object.fromEntries(groups.map((group) => [group, (sum: UsageSum) => sum[group]])),
    requests: ({ requests }) => requests,
    input_tokens: ({ inputTokens }) => inputTokens,
    output_tokens: ({ outputTokens }) => outputTokens,
    cache_read_tokens: ({ cacheReadTokens }) => cacheReadTokens,
    cache_write_tokens: ({ cacheWriteTokens }) => cacheWriteTokens,
    cost_usd: ({ costUsd }) => costUsd,
    unpriced_requests: ({ unpricedRequests }) => unpricedRequests,
    estimate_usd: ({ estimateUsd }) => estimateUsd,
  };
}
