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
  about: 'Make a link that lets a customer in, once, within minutes',
  body: connectLinkRequestSchema,
  answers: { 201: { about: 'The link', schema: connectLinkSchema } },
  async handle({ services: { config, links, recorder }, body: { customer, returnUrl } }) {
    await recorder.record('customer', { customer });
    const { token, expiresAt } = await links.make(customer, { returnUrl });
    const url = `${originOf(customer, config)}/connect/${token}`;
    const link: z.infer<typeof connectLinkSchema> = { url, expiresAt: expiresAt.toISOString() };
    return { status: 201, json: link };
  },
};
