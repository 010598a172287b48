import type { ConnectionRecord } from '../../../../../core/contract/connection-record.ts';
import { type OwnConnection, ownConnectionsSchema } from '../../../../../core/contract/own-connections.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** Everything that is connected, with what is known of it. */
export const getList: CustomerRoute = {
  method: 'get',
  path: '/api/v1/connection-list',
  who: 'customer',
  about:
    'What is connected, in the order in which OpenClaw uses it, and how each was when it was last checked',
  answers: { 200: { about: 'All of them, perhaps none', schema: ownConnectionsSchema } },
  async handle({ services: { connections }, customer }) {
    const current = await connections.current(customer);
    return { status: 200, json: { connections: current.toSorted(byUse).map(shown) } };
  },
};

/** By box and provider, the providers by their names, and as OpenClaw uses them. */
function byUse(one: ConnectionRecord, other: ConnectionRecord): number {
  return (
    compare(one.box, other.box) ||
    compare(one.provider, other.provider) ||
    one.position - other.position ||
    // Of the same place: the newer one was put first.
    compare(other.connectedAt, one.connectedAt)
  );
}

const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

function shown(record: ConnectionRecord): OwnConnection {
  const { id, box, provider, method, label, position, model, hint } = record;
  const { connectedAt, expiresAt, checkedAt, health, healthSince, reason } = record;
  const what = { id, box, provider, method, label, position, model, hint };
  return { ...what, connectedAt, expiresAt, checkedAt, health, healthSince, reason };
}
