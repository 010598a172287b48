import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { DEFAULT_BOX } from '../../../../../../core/contract/connection-record.ts';
import { type NewConnection, newConnectionSchema } from '../../../../../../core/contract/connection-tasks.ts';
import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import { checkKey, KEY_ERRORS } from '../../../../../../core/contract/key.ts';
import { customerParamsSchema } from '../../../../../../core/contract/platform-api.ts';
import { fitsEndpoint, rowOf } from '../../../../../../core/contract/providers.ts';
import { keyBinding } from '../../../../../../core/contract/sealed.ts';
import { handshakeIdSchema } from '../../../../../../core/contract/snapshot.ts';
import { Secret } from '../../../../../../core/secrets/secret.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import type { Services } from '../../../../../services.ts';
import { NEW_CONNECTION } from '../../../../examples.ts';
import type { FieldAtFault } from '../../../../fields-at-fault.ts';

const startedSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    started: z
      .boolean()
      .meta({ description: 'False: the customer has a handshake under way, and this key was not taken' }),
  })
  .meta({ id: 'ConnectionAsked' });

/** Brings a customer's key to their box. */
export const postConnection: PlatformRoute<NewConnection, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connections',
  who: 'platform',
  action: 'connection-add',
  operation: 'addConnection',
  tag: 'Connections',
  about: "Bring a customer's API key to their box, and prove it there",
  details: `Starts a handshake by \`api-key\`, whose end \`handshake.connected\` or \`handshake.failed\` tells. The key goes to the
customer's own box, sealed to the workers, and nowhere else: Keyferry keeps no copy of it (but for the vault, where that is on).
For a provider that \`asks\` for an endpoint, \`endpoint\` says its address, protocol and models; only the box ever asks that address.
Without \`another\` it takes the place of the key of this provider that there is, once it is proved; until then the old one stays.`,
  params: customerParamsSchema,
  body: newConnectionSchema,
  bodyExample: NEW_CONNECTION,
  errors: [
    'method_not_offered',
    'not_in_plan',
    'endpoint_unfit',
    'sealed_unreadable',
    ...KEY_ERRORS,
    'queue_full',
    'disconnect_under_way',
  ],
  fields: ({ provider, endpoint, sealed }) => {
    const row = rowOf(provider);
    const key: FieldAtFault = { in: 'body', field: 'key', rule: 'format' };
    const asked: FieldAtFault = { in: 'body', field: 'provider', rule: 'unfit' };
    const isKey = row !== undefined && fitsEndpoint(row, endpoint);
    const unfit = isKey ? (sealed ? 'sealed' : 'key') : 'endpoint';
    return {
      ...Object.fromEntries(KEY_ERRORS.map((code) => [code, key])),
      method_not_offered: asked,
      not_in_plan: asked,
      endpoint_unfit: { ...asked, field: unfit },
      sealed_unreadable: { ...key, field: 'sealed.key' },
    };
  },
  answers: {
    202: {
      about: 'Accepted',
      schema: startedSchema,
      example: { handshake: '5d3c9a10-6f0a-4d8b-b7a4-0c1e5f2a7e03', started: true },
      headers: { Location: 'Where the handshake is' },
    },
  },
  async handle({ services, params: { customer }, body }) {
    const { provider, box, label, another, endpoint } = body;
    const hasKey = body.key !== undefined || body.sealed !== undefined;
    await services.offers.check(customer, provider, 'api-key', { endpoint, hasKey });
    const key = hasKey ? await sealedKey(services, customer, body) : undefined;
    const wanted = { provider, method: 'api-key', box, label, another, endpoint, key };
    const { started, snapshot } = await services.handshakes.start(customer, 'platform', wanted);
    const { handshake } = snapshot;
    const headers = { location: `/api/v1/handshakes/${handshake}` };
    const json = { handshake, started };
    return { status: 202, json, headers, ...(started ? {} : { isUnaudited: true as const }) };
  },
};

/** The key as the workers can open it. A plain one is sealed here and now. */
async function sealedKey(
  { seal }: Services,
  customer: string,
  { provider, box = DEFAULT_BOX, endpoint, key, sealed }: NewConnection,
): Promise<{ submission: string; envelope: string }> {
  if (sealed) {
    if (!seal.accepts(sealed.key)) throw new KeyferryError('sealed_unreadable');
    return { submission: sealed.submission, envelope: sealed.key };
  }
  const row = rowOf(provider);
  const check = row && checkKey(key ?? '', row);
  if (!check?.ok) throw new KeyferryError(check?.error ?? 'method_not_offered');
  const submission = randomUUID();
  const binding = keyBinding({ customer, box, provider, submission, baseUrl: endpoint?.baseUrl });
  return { submission, envelope: await seal.seal(new Secret(check.key), binding) };
}
