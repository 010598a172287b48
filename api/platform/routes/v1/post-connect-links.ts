import type { z } from 'zod';
import { connectLinkRequestSchema, connectLinkSchema } from '../../../../core/contract/http-api.ts';
import { originOf } from '../../../http/hosts.ts';
import type { PlatformRoute } from '../../../route.ts';

/** Makes a link that lets a customer in. */
export const postConnectLinks: PlatformRoute<z.infer<typeof connectLinkRequestSchema>> = {
  method: 'post',
  path: '/api/v1/connect-links',
  who: 'platform',
  operation: 'createConnectLink',
  tag: 'Connect links',
  action: 'connect-link',
  about: 'Make a link that lets a customer in, once, within minutes',
  body: connectLinkRequestSchema,
  bodyExample: { customer: 'alice', returnUrl: 'https://dashboard.example/alice' },
  answers: {
    201: {
      about: 'The link',
      schema: connectLinkSchema,
      example: {
        url: 'https://alice.keyferry.example/connect/mB2dI5nV0cQ8rT7wXyZ1aE3fG4hJ6kL9oPqRsUuVvWw',
        expiresAt: '2026-11-22T10:10:00.000Z',
      },
    },
  },
  async handle({ services: { config, links, recorder }, body: { customer, returnUrl } }) {
    await recorder.record('customer', { customer });
    const { token, expiresAt } = await links.make(customer, { returnUrl });
    const url = `${originOf(customer, config)}/connect/${token}`;
    const link: z.infer<typeof connectLinkSchema> = { url, expiresAt: expiresAt.toISOString() };
    return { status: 201, json: link };
  },
};
