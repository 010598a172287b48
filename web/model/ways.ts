import type { Endpoint } from '../../core/contract/endpoint.ts';
import type { CustomerState, Offer, Session } from '../../core/contract/http-api.ts';
import { FIRST, nameRowOf } from '../../core/contract/provider-names.ts';
import type { Connection, Snapshot } from '../../core/contract/snapshot.ts';
import { parseUrl } from '../../core/contract/url.ts';
import { say } from '../messages/say.ts';

/** A way to connect: whose models, and how OpenClaw gets to use them. */
export interface Way {
  provider: string;
  method: string;
}

/** A page beside the main path: what is connected, what was used, the list of providers, one provider's methods, or one method of it. */
export type Place =
  | { at: 'connections' }
  | { at: 'usage' }
  | { at: 'providers' }
  | { at: 'provider'; provider: string }
  | (Way & {
      at: 'way';
      /** Beside what is connected in this way already, rather than in its place. */
      another?: boolean;
    });

/** What the api has said of a customer's connections. */
interface Known {
  truth: CustomerState | undefined;
}

const SIGN_INS: readonly string[] = ['setup-token', 'claude-login'];

/** Whether the customer signs in, rather than bringing a key. */
export function isSignIn({ method }: Pick<Way, 'method'>): boolean {
  return SIGN_INS.includes(method);
}

export function isSameWay(one: Way, other: Way): boolean {
  return one.provider === other.provider && one.method === other.method;
}

/** What the one click on the first page connects: Claude, by signing in. Undefined if that is not offered. */
export function mainWay(session: Session | undefined): Way | undefined {
  const { offers } = session ?? {};
  if (!offers) return FIRST;
  const claude = offers.find(({ provider }) => provider === FIRST.provider);
  const found = claude?.methods.find((method) => isSignIn(method) && method.lacks === undefined);
  return found && { provider: FIRST.provider, method: found.method };
}

/** Of a provider, what can be seen on the page: a method that a machine's programs cannot do is none. */
export function methodsOf({ methods }: Offer): Offer['methods'] {
  return methods.filter(({ lacks }) => lacks !== 'version');
}

/** Whether there is more to choose from than the one click of the first page. */
export function hasChoice(session: Session | undefined): boolean {
  const ways = session?.offers?.flatMap(methodsOf) ?? [];
  return ways.length > (mainWay(session) ? 1 : 0);
}

/** The way of a snapshot or of a connection. */
export function wayOf({ provider, method }: Snapshot | Connection): Way {
  return { provider, method };
}

/** Everything that is connected, the newest first. */
export function connectionsOf({ truth }: Known): readonly Connection[] {
  const { connection, connections } = truth ?? {};
  return connections ?? (connection ? [connection] : []);
}

/** What is connected in a way already. */
export function connectedIn(state: Known, way: Way): readonly Connection[] {
  return connectionsOf(state).filter((connection) => isSameWay(connection, way));
}

/** What people call a provider: as the maker of a subscription, Anthropic is Claude; what has no name, by its address. */
export function nameOf({
  provider,
  method,
  endpoint,
}: {
  provider: string;
  method?: string;
  endpoint?: Endpoint | undefined;
}): string {
  if (provider === 'custom' && endpoint) return parseUrl(endpoint.baseUrl)?.host ?? endpoint.baseUrl;
  if (provider === 'custom') return say('provider.another');
  if (provider === FIRST.provider && method !== undefined && isSignIn({ method })) return 'Claude';
  return nameRowOf(provider)?.name ?? provider;
}
