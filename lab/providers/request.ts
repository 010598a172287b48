import type { IncomingMessage } from 'node:http';
import type { Tokens } from '../anthropic/message.ts';
import { realUrl, STAND_IN_PROVIDERS, type StandInProvider } from './rows.ts';

/** One request to the stand-in, with its key: kept in memory alone, and never printed whole. */
export interface ProviderRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly provider: StandInProvider;
  readonly method: string;
  /** As the real provider would see it, without the query. */
  readonly path: string;
  /** Exactly as it came; empty when there was none. */
  readonly key: string;
  readonly sentAs: 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'query' | 'nothing';
  /** Empty when the request names none. */
  readonly model: string;
  readonly stream: boolean;
  /** What its answer says that it took, where it is of Anthropic's or OpenAI's protocols; as always without it. */
  readonly tokens?: Tokens | undefined;
  /** Set once it is answered. */
  status?: number;
}

/** Whose request it is, and its path as the real one has it. By host (through the proxy), or by the first step. */
export function addressee(request: IncomingMessage): { provider: StandInProvider; url: URL } | undefined {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const url = new URL(request.url ?? '/', `http://${URL.canParse(`http://${host}`) ? host : 'unknown'}`);
  const byHost = STAND_IN_PROVIDERS.find((name) => realUrl(name).host === host);
  if (byHost) return { provider: byHost, url };
  const [, first = '', rest = ''] = /^\/([a-z]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const provider = STAND_IN_PROVIDERS.find((name) => name === first);
  if (!provider) return undefined;
  url.pathname = rest;
  return { provider, url };
}

/** The key that a request brings, in any of the places where providers take one. */
export function keyOf({ headers }: IncomingMessage, url: URL): Pick<ProviderRequest, 'key' | 'sentAs'> {
  const one = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
  const bearer = /^Bearer (.*)$/i.exec(one('authorization') ?? '')?.[1];
  const places = [
    ['x-api-key', one('x-api-key')],
    ['x-goog-api-key', one('x-goog-api-key')],
    ['bearer', bearer],
    ['query', url.searchParams.get('key') ?? undefined],
  ] as const;
  for (const [sentAs, key] of places) if (key) return { key, sentAs };
  return { key: '', sentAs: 'nothing' };
}

/** The model and whether a stream is wanted, from the body or, with Google, from the path. */
export function askedOf(url: URL, body: string): { model: string; stream: boolean } {
  const google = /\/models\/([^/:]+):(stream)?/i.exec(decodeURIComponent(url.pathname));
  if (google?.[1]) return { model: google[1], stream: google[2] !== undefined };
  try {
    const { model, stream } = JSON.parse(body) as { model?: unknown; stream?: unknown };
    return { model: typeof model === 'string' ? model : '', stream: stream === true };
  } catch {
    return { model: '', stream: false };
  }
}
