import type { z } from 'zod';
import {
  type ConnectLinkRequest,
  connectLinkRequestSchema,
  connectLinkSchema,
} from '../../../../core/contract/connect-links.ts';
import { FIRST } from '../../../../core/contract/provider-names.ts';
import { originOf } from '../../../http/hosts.ts';
import { fieldError, InputInvalid } from '../../../http/input.ts';
import type { PlatformRoute } from '../../../route.ts';
import type { Services } from '../../../services.ts';

/** Makes a link that lets a customer in. */
export const postConnectLinks: PlatformRoute<ConnectLinkRequest> = {
  method: 'post',
  path: '/api/v1/connect-links',
  who: 'platform',
  operation: 'createConnectLink',
  tag: 'Connect links',
  action: 'connect-link',
  about: 'Make a link that lets a customer in, once, within minutes',
  details:
    'Fetching the link does not use it up: the page at it does, with the customer’s click. Everything but `customer` is an option of this one visit.',
  body: connectLinkRequestSchema,
  bodyExample: {
    customer: 'alice',
    returnUrl: 'https://dashboard.example/alice',
    refreshUrl: 'https://dashboard.example/alice/connect',
    displayName: 'Alice’s box',
    locale: 'de-CH',
    theme: 'auto',
    reference: 'ticket-4711',
    provider: 'anthropic',
    method: 'setup-token',
  },
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
  async handle({ services, body: { customer, provider, method, ...options } }) {
    const { config, links, recorder } = services;
    const way = await wayOf(services, customer, { provider, method });
    await recorder.record('customer', { customer });
    const { token, expiresAt } = await links.make(customer, { ...options, ...way });
    const url = `${originOf(customer, config)}/connect/${token}`;
    const link: z.infer<typeof connectLinkSchema> = { url, expiresAt: expiresAt.toISOString() };
    return { status: 201, json: link };
  },
};

/** What the page opens with, if anything is said. Throws `InputInvalid` for what this customer is not offered. */
async function wayOf(
  { offers }: Pick<Services, 'offers'>,
  customer: string,
  said: Pick<ConnectLinkRequest, 'provider' | 'method'>,
): Promise<{ provider?: string; method?: string }> {
  if (said.provider === undefined && said.method === undefined) return {};
  const offered = (await offers.of(customer)).flatMap(({ provider, methods }) => {
    const open = methods.filter(({ lacks }) => lacks === undefined).map(({ method }) => method);
    return open.length > 0 ? [{ provider, methods: open }] : [];
  });
  const { provider = FIRST.provider } = said;
  const methods = offered.find((one) => one.provider === provider)?.methods;
  if (!methods)
    throw notOffered(
      'provider',
      offered.map((one) => one.provider),
    );
  const { method = methods[0] ?? FIRST.method } = said;
  if (!methods.includes(method)) throw notOffered('method', methods);
  return { provider, method };
}

function notOffered(field: 'provider' | 'method', allowed: string[]): InputInvalid {
  const words = `is not offered to this customer: it must be one of ${allowed.join(', ') || 'none'}`;
  return new InputInvalid([fieldError('body', [field], { rule: 'one_of', allowed, words })]);
}
