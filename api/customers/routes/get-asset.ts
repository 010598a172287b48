import { KeyferryError } from '../../../core/contract/errors.ts';
import { placeOf } from '../../http/hosts.ts';
import type { PublicRoute } from '../../route.ts';

/** A part of the customer's page that it loads when somebody needs it. It holds nothing of anybody's. */
export const getAsset: PublicRoute = {
  method: 'get',
  path: '/assets/:name',
  who: 'anyone',
  about: "A script of the customer's page",
  answers: { 200: { about: 'JavaScript' } },
  errors: ['not_here'],
  async handle({ services: { config, page }, request }) {
    const isCustomers = placeOf(request.headers.host, config)?.kind === 'customer';
    const script = isCustomers ? page.chunks.get(request.path) : undefined;
    if (!script) throw new KeyferryError('not_here');
    return { status: 200, script };
  },
};
