import type { PublicRoute } from '../../../route.ts';

/** The description of this API, which the app makes from all its routes. */
export const getOpenapi: PublicRoute = {
  method: 'get',
  path: '/api/v1/openapi.json',
  who: 'anyone',
  about: 'This document',
  answers: { 200: { about: 'OpenAPI 3.1' } },
  async handle({ request }) {
    return { status: 200, json: request.app.locals.openapi };
  },
};
