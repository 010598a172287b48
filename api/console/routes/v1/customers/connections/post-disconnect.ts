import {
  type AskedDisconnect,
  askedDisconnectSchema,
  disconnectSchema,
} from '../../../../../../core/contract/disconnect.ts';
import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import { goneDetail } from '../../../../../platform/disconnects.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** Has a connection removed from a customer's box. */
export const postDisconnectByOperator: OperatorRoute<AskedDisconnect> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connections/:connection/disconnect',
  who: 'operator',
  action: 'disconnect',
  about: "Have a connection removed from a customer's box",
  body: askedDisconnectSchema,
  answers: { 202: { about: 'Accepted, or done already', schema: disconnectSchema } },
  errors: ['handshake_under_way'],
  async subject({ services: { connections }, request, body }) {
    const customer = customerOf(request);
    const record = await connections.find(idOf(request));
    if (record?.customer !== customer) throw new KeyferryError('not_here');
    return { customer, handshake: record.handshake, ...goneDetail(body) };
  },
  async handle({ services: { disconnects }, request, operator, body }) {
    const requestedBy = `operator:${operator.name}` as const;
    const json = await disconnects.ask(customerOf(request), idOf(request), requestedBy, body);
    return { status: 202, json };
  },
};
