import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { Durability } from '../handshake/durability.ts';
import type { Connected } from '../handshake/ends.ts';
import { handshake } from '../handshake/handshake.ts';
import type { HandshakeOptions } from '../handshake/options.ts';
import type { Change } from '../handshake/progress.ts';
import type { Transport } from '../transports/transport.ts';

export interface DeliverOptions extends Pick<HandshakeOptions, 'signal' | 'agent' | 'model' | 'columns'> {
  tell: (change: Change) => void;
}

/**
 * Gives OpenClaw a credential that there is already, as a handshake does whose worker has died after it had it. Throws
 * `HandshakeFailed`.
 */
export function deliver(
  transport: Transport,
  { id, method }: Pick<ConnectionRecord, 'id' | 'method'>,
  secret: Secret,
  { tell, ...options }: DeliverOptions,
): Promise<Connected> {
  if (method !== 'setup-token')
    throw new KeyferryError('internal_error', { detail: `${method} cannot be put back by this version.` });
  const customer = { tell, code: () => Promise.reject(new KeyferryError('not_waiting')) };
  return handshake(transport, customer, { ...options, durability: having(secret, id) });
}

/** What an attempt finds that has nobody to ask. */
function having(token: Secret, name: string): Durability {
  return {
    name,
    token,
    code: undefined,
    typed: false,
    keep: async () => {},
    found: () => {},
    uncleared: () => {},
    goesOn: () => false,
  };
}
