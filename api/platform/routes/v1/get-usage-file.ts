import { z } from 'zod';
import { usageFileQuerySchema } from '../../../../core/contract/usage-api.ts';
import { usageCsv } from '../../../console/usage-export.ts';
import type { PlatformRoute } from '../../../route.ts';
import { usageWanted } from './get-usage.ts';

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
    const text = await usageCsv(usage, wanted);
    return { status: 200, file: { name: 'keyferry-usage.csv', type: 'text/csv; charset=utf-8', text } };
  },
};
