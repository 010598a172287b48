import { numbersSchema } from '../../../../core/contract/console-api.ts';
import type { OperatorRoute } from '../../../route.ts';

/** How handshakes do. */
export const getNumbers: OperatorRoute = {
  method: 'get',
  path: '/api/v1/numbers',
  who: 'operator',
  action: 'see',
  about: 'How many stand where, how the last ones ended, how long phases take',
  answers: { 200: { about: 'Of the last 5,000 handshakes at most', schema: numbersSchema } },
  async handle({ services: { board } }) {
    return { status: 200, json: board.numbers() };
  },
};
