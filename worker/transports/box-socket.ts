import { isIP, type LookupFunction, Socket } from 'node:net';
import { KeyferryError } from '../../core/contract/errors.ts';
import { Names } from './names.ts';

const NAMES = new Names();

/** Where a socket leads. */
export interface BoxAddress {
  host: string;
  /** Default 22. */
  port?: number;
  /** Whether a box may be at this address; by default anywhere. It is asked for what a name resolves to, too. */
  mayReach?: ((address: string) => boolean) | undefined;
  /** Resolves names; by default all share one resolver. */
  names?: Names;
}

/**
 * A socket that connects to where a box is; `signal` ends the search for its address. Its `error` is `box_address_refused`
 * where no box may be. Throws that for an address.
 */
export function socketTo(
  { host, port = 22, mayReach = () => true, names = NAMES }: BoxAddress,
  signal: AbortSignal,
): Socket {
  // Node looks up no address.
  if (isIP(host) !== 0 && !mayReach(host)) throw refused(host);
  const lookup = names.lookup(signal);
  const checked: LookupFunction = (name, options, done) =>
    lookup(name, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      const wrong = error ? undefined : addresses.find((address) => !mayReach(address));
      if (wrong === undefined) done(error, found, family);
      else done(refused(`${name}, which is ${wrong}`), '');
    });
  // What is typed is a few bytes: held back until the box confirms what came before, each would be 40 ms late.
  const socket = new Socket().setMaxListeners(0).setNoDelay(true);
  socket.connect({ host, port, lookup: checked });
  return socket;
}

/** Throws `box_address_refused` if `host` is, or leads to, where no box may be; `box_unreachable` for a name without an address. */
export async function checkReach(
  { host, mayReach = () => true, names = NAMES }: BoxAddress,
  signal: AbortSignal,
) {
  if (isIP(host) !== 0) {
    if (!mayReach(host)) throw refused(host);
    return;
  }
  const found = await names.addresses(host, signal).catch((thrown: unknown) => {
    throw signal.aborted
      ? thrown
      : new KeyferryError('box_unreachable', { detail: `${host} has no address.`, cause: thrown });
  });
  const wrong = found.find(({ address }) => !mayReach(address));
  if (wrong) throw refused(`${host}, which is ${wrong.address}`);
}

function refused(what: string): KeyferryError {
  return new KeyferryError('box_address_refused', { detail: `It is to be reached at ${what}.` });
}
