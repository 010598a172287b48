import { z } from 'zod';
import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

const nothing = z.strictObject({});

/** Looks up which models a connection's credential could answer, and which one OpenClaw uses. */
export const postModels: CustomerRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/connections/:connection/models',
  who: 'customer',
  action: 'connection-models',
  limit: 'start',
  about: "Look up on the customer's box which models a connection could answer, and which one OpenClaw uses",
  body: nothing,
  answers: { 202: { about: 'Accepted', schema: connectionRunSchema } },
  async handle({ services: { connectionTasks }, request, customer }) {
    return { status: 202, json: await connectionTasks.models(customer, idOf(request), 'customer') };
  },
};
