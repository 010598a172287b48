import { placeOf } from '../../../http/hosts.ts';
import type { PublicRoute } from '../../../route.ts';

/** The description of the API at this host, which the app makes from all its routes. */
export const getOpenapi: PublicRoute = {
  method: 'get',
  path: '/api/v1/openapi.json',
  who: 'anyone',
  about: "This document; on the base domain, that of the platform's API",
  answers: { 200: { about: 'OpenAPI 3.1' } },
  async handle({ services: { config }, request }) {
    const { documents } = request.app.locals;
    const isPlatform = placeOf(request.headers.host, config)?.kind === 'platform';
    return { status: 200, json: isPlatform ? documents.platform : documents.pages };
  },
};
