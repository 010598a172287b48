import { type Numbers, numbersSchema } from '../../../../core/contract/console-api.ts';
import type { OperatorRoute } from '../../../route.ts';
import { missingFor } from '../../listed.ts';
import { endedOf } from '../../numbers.ts';

/** How handshakes are doing. */
export const getNumbers: OperatorRoute = {
  method: 'get',
  path: '/api/v1/numbers',
  who: 'operator',
  action: 'see',
  about: 'How many handshakes are in each phase, how the last ones ended, how long phases take',
  answers: {
    200: {
      about: 'Of those under way at most 5,000; `ended` is over all of the last seven days',
      schema: numbersSchema,
    },
  },
  async handle({ services: { board, endedCounts, releases, caseCounts } }) {
    const past: Pick<Numbers, 'ended' | 'missing'> = await endedCounts.ask().then(
      (found) => ({ ended: endedOf(found) }),
      (thrown: unknown) => ({ missing: missingFor(thrown) }),
    );
    // Not waited for while the database is away.
    const [tried, incidents] = past.ended
      ? await Promise.all([releases.ask().catch(() => undefined), caseCounts.ask().catch(() => undefined)])
      : [];
    const json: Numbers = {
      ...board.numbers(),
      ...past,
      ...(tried && { releases: tried }),
      ...(incidents && { incidents }),
    };
    return { status: 200, json };
  },
};
