import { numbersSchema } from '../../../../core/contract/console-api.ts';
import type { OperatorRoute } from '../../../route.ts';

/** How handshakes are doing. */
export const getNumbers: OperatorRoute = {
  method: 'get',
  path: '/api/v1/numbers',
  who: 'operator',
  action: 'see',
  about: 'How many handshakes are in each phase, how the last ones ended, how long phases take',
  answers: { 200: { about: 'Over at most the last 5,000 handshakes', schema: numbersSchema } },
  async handle({ services: { board } }) {
    return { status: 200, json: board.numbers() };
  },
};
