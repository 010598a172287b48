import { KeyferryError } from '../../../core/contract/errors.ts';
import { placeOf } from '../../http/hosts.ts';
import type { PublicRoute } from '../../route.ts';

/** A part of the customer's page that it loads when somebody needs it, or the platform's logo. It holds nothing of anybody's. */
export const getAsset: PublicRoute = {
  method: 'get',
  path: '/assets/:name',
  who: 'anyone',
  isOfPage: true,
  about: "A script of the customer's page, or the platform's logo on it",
  answers: { 200: { about: 'JavaScript, or a picture' } },
  errors: ['not_here'],
  async handle({ services: { config, page }, request }) {
    const isCustomers = placeOf(request.headers.host, config)?.kind === 'customer';
    const script = isCustomers ? page.chunks.get(request.path) : undefined;
    const { logo } = page;
    if (isCustomers && logo?.path === request.path) return { status: 200, picture: logo };
    if (!script) throw new KeyferryError('not_here');
    return { status: 200, script };
  },
};
