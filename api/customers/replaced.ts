import { type ConnectionRecord, DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import type { Connection } from '../../core/contract/snapshot.ts';

/** What is about to be made. */
export interface ToBeMade {
  provider: string;
  method: string;
  /** Default: the customer's own. */
  box?: string | undefined;
}

/**
 * The profile whose place a new credential takes: that of its provider and method on its box; for a login, first that of a
 * setup-token, which OpenClaw would use instead. Pure. `current`: the customer's connections on record; undefined: the
 * database is away. `told`: the last one that the customer was told of, which the record may not have yet: what a worker has
 * brought waits in a queue on its way there. Undefined: there is none, and a worker that is told of none replaces none.
 */
export function placeOf(
  { provider, method, box = DEFAULT_BOX }: ToBeMade,
  current: readonly ConnectionRecord[] | undefined,
  told: Connection | null,
): string | undefined {
  const methods = method === 'claude-login' ? ['setup-token', method] : [method];
  const isSame = (one: Pick<ConnectionRecord, 'provider' | 'method'>) =>
    one.provider === provider && methods.includes(one.method);
  // Where it is Redis does not say: of one that has a name of its own the record alone knows.
  const isDefault = box === DEFAULT_BOX;
  if (isDefault && told && isSame(told) && !isOnRecord(told, current ?? [], box)) return told.profile;
  const here = (current ?? []).filter((one) => one.box === box && isSame(one));
  return (here.find((one) => one.method === methods[0]) ?? here[0])?.profile;
}

/** Of a customer with several boxes Redis does not say on which one it is: then the record alone counts. */
function isOnRecord(told: Connection, current: readonly ConnectionRecord[], box: string): boolean {
  return current.some(
    (one) =>
      one.box !== box ||
      (one.provider === told.provider && Date.parse(one.connectedAt) >= Date.parse(told.connectedAt)),
  );
}
