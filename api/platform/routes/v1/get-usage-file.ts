import { z } from 'zod';
import { USAGE_GROUPS, type UsageSum, usageFileQuerySchema } from '../../../../core/contract/usage-api.ts';
import type { Usage, UsageWanted } from '../../../../core/store/usage-sums.ts';
import { type Columns, csvLines } from '../../../console/csv.ts';
import type { PlatformRoute } from '../../../route.ts';
import { usageWanted } from './get-usage.ts';

/** Lines that are read at once, and the most in one file. */
const PAGE = 500;
const MOST_LINES = 100_000;

/** The same as a file. */
export const getUsageFile: PlatformRoute<undefined, z.infer<typeof usageFileQuerySchema>> = {
  method: 'get',
  path: '/api/v1/usage.csv',
  who: 'platform',
  operation: 'getUsageFile',
  tag: 'Usage',
  about: 'The same as comma-separated values, at most 100,000 lines',
  query: usageFileQuerySchema,
  answers: {
    200: {
      about: 'A line of names, then the lines',
      schema: z.string(),
      type: 'text/csv',
      example:
        'provider,kind,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,cost_usd,unpriced_requests,estimate_usd\r\nanthropic,subscription,1200,84000,31000,910000,52000,6.42,0,0\r\n',
    },
  },
  async handle({ services: { usage }, query }) {
    const wanted = usageWanted(query);
    const columns = columnsOf(wanted);
    const text = csvLines(columns, await pagesOf(usage, wanted));
    return { status: 200, file: { name: 'keyferry-usage.csv', type: 'text/csv; charset=utf-8', text } };
  },
};

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

/** A page at a time; the first one is there when this resolves, so that what goes wrong with it can still be said. */
async function pagesOf(
  usage: Pick<Usage, 'page'>,
  wanted: UsageWanted,
): Promise<AsyncIterable<readonly UsageSum[]>> {
  const first = await usage.page(wanted, PAGE);
  return (async function* () {
    let { sums, next } = first;
    yield sums;
    for (let count = sums.length; next && count < MOST_LINES; count += sums.length) {
      ({ sums, next } = await usage.page(wanted, PAGE, next));
      yield sums;
    }
  })();
}
