import { type OperatorSession, operatorSessionSchema } from '../../../../core/contract/console-api.ts';
import type { OperatorRoute } from '../../../route.ts';

/** Who is signed in, and what the console needs to act for them. */
export const getOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/operator',
  who: 'operator',
  action: 'see',
  about: 'The operator who is signed in',
  answers: { 200: { about: 'Signed in', schema: operatorSessionSchema } },
  async handle({ services: { config }, operator, session: { csrf } }) {
    const standIn = config.STAND_IN_SIGN_IN;
    const json: OperatorSession = {
      ...operator,
      csrf,
      baseDomain: config.BASE_DOMAIN,
      ...(standIn === undefined ? {} : { standIn }),
    };
    return { status: 200, json };
  },
};
