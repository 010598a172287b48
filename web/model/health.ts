import type { CustomerState } from '../../core/contract/http-api.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { connectionsOf } from './ways.ts';

/** Milliseconds for which what a handshake has proved needs nobody to say it. */
const PROVED_MS = 10 * 60_000;

/**
 * What the api has said, with how each connection is: what is pushed may know less of that, or something older, than what was
 * said before. `now` in ms by the api's clock.
 */
export function withHealth(
  truth: CustomerState,
  before: CustomerState | undefined,
  now: number,
): CustomerState {
  const had = connectionsOf({ truth: before });
  const known = (connection: Connection): Connection => {
    const { connectedAt, profile, seen } = connection;
    const old = had.find((one) => one.profile === profile && one.connectedAt === connectedAt)?.seen;
    if (old && orderOf(old) > orderOf(seen)) return { ...connection, seen: old };
    if (seen || Math.abs(now - Date.parse(connectedAt)) > PROVED_MS) return connection;
    return {
      ...connection,
      seen: { health: 'working', healthSince: connectedAt, reason: null, checkedAt: connectedAt },
    };
  };
  const { connection, connections } = truth;
  return {
    ...truth,
    connection: connection && known(connection),
    ...(connections && { connections: connections.map(known) }),
  };
}

/** Each state begins after the one before it. */
const orderOf = (seen: Connection['seen']) => (seen ? `${seen.healthSince} ${seen.checkedAt}` : '');

/** Whether all that can be said of it is that it works. */
export const isWell = ({ seen }: Connection) => seen?.health === 'working';
