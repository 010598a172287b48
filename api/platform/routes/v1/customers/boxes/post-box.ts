import type { z } from 'zod';
import { boxSchema, type CreateBox, createBoxSchema } from '../../../../../../core/contract/boxes.ts';
import { customerParamsSchema } from '../../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { shownBox } from '../../../../boxes/shown-box.ts';
import { BOX_FETCHING } from '../../../../examples.ts';

/** Adds a box. */
export const postBox: PlatformRoute<CreateBox, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/boxes',
  who: 'platform',
  action: 'box-add',
  operation: 'createBox',
  tag: 'Boxes',
  about: 'Add a box',
  details:
    "A customer's first box is the default, to which handshakes go. An `ssh` box is connected to once a host key is pinned: give it (`pin`), or have it fetched (`fetch`), compare it with a trusted place and confirm it (PUT). Credentials are sealed and never answered.",
  params: customerParamsSchema,
  body: createBoxSchema,
  bodyExample: {
    kind: 'ssh',
    name: 'default',
    host: '203.0.113.7',
    port: 22,
    user: 'ubuntu',
    privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\n…\n-----END OPENSSH PRIVATE KEY-----\n',
    hostKey: 'fetch',
  },
  answers: {
    201: {
      about: 'The box',
      schema: boxSchema,
      example: BOX_FETCHING,
      headers: { location: 'Where the box is' },
    },
  },
  errors: ['box_exists', 'too_many_boxes', 'box_kind_off'],
  fields: () => ({
    box_exists: { in: 'body', field: 'name', rule: 'unfit' },
    box_kind_off: { in: 'body', field: 'kind', rule: 'unfit' },
  }),
  async handle({ services: { platformBoxes }, params: { customer }, body }) {
    const json = shownBox(await platformBoxes.create(customer, body));
    return { status: 201, json, headers: { location: `/api/v1/customers/${customer}/boxes/${json.name}` } };
  },
};
