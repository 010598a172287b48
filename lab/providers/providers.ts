import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readBody, sendJson, sendReply } from '../anthropic/http.ts';
import type { Tokens } from '../anthropic/message.ts';
import { answerTo } from './answer.ts';
import { type KeyMode, ProviderKey } from './key-modes.ts';
import { LISTS_WITHOUT_KEY } from './protocols/models.ts';
import { UNAVAILABLE } from './refusal.ts';
import { addressee, askedOf, keyOf, type ProviderRequest } from './request.ts';
import { realPath, STAND_IN_ROWS, type StandInProvider } from './rows.ts';

const MOST_KEPT = 10_000;

/** A running stand-in for providers of models, on loopback. It is none of them, and says so. */
export interface Providers {
  /** What `models.providers.<id>.baseUrl` has to be for a provider's requests to come here. */
  baseUrl(provider: StandInProvider): string;
  /** A new key of the provider's own form, answered as `mode` says from now on. */
  mint(provider: StandInProvider, mode?: KeyMode): ProviderKey;
  /** The same with a given text, for keys that come from somewhere else. Every other key is `wrong`. */
  accept(provider: StandInProvider, key: string, mode?: KeyMode): ProviderKey;
  /** The requests that came, oldest first. */
  readonly requests: readonly ProviderRequest[];
  /** Keys of the turns (not of lists of models and the like) that came, to one provider or to all, oldest first. */
  turns(provider?: StandInProvider): string[];
  /** All that must not be found anywhere. */
  readonly secrets: readonly string[];
  /** Ends the server and cuts its connections. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the stand-in on a free port of 127.0.0.1. `tokens`: what its answers to each of Anthropic's and OpenAI's protocols say that they took. */
export async function startProviders({ tokens }: { tokens?: () => Tokens } = {}): Promise<Providers> {
  const keys = new Map<string, ProviderKey>();
  const requests: ProviderRequest[] = [];
  const secrets = new Set<string>();
  const named = (provider: StandInProvider, key: string) => `${provider} ${key}`;
  const accept = (provider: StandInProvider, text: string, mode: KeyMode = 'good') => {
    const key = new ProviderKey(text, mode);
    keys.set(named(provider, text), key);
    secrets.add(text);
    return key;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const found = addressee(request);
    response.setHeader('server', 'keyferry-stand-in');
    if (!found) {
      request.resume();
      return sendJson(response, 404, { message: 'Keyferry’s stand-in for providers of models' });
    }
    const { provider, url } = found;
    const asked = askedOf(url, await readBody(request));
    const entry: ProviderRequest = {
      at: Date.now(),
      provider,
      method: request.method ?? '',
      path: url.pathname,
      ...keyOf(request, url),
      ...asked,
      tokens: tokens?.(),
    };
    if (requests.length < MOST_KEPT) requests.push(entry);
    response.on('finish', () => {
      entry.status = response.statusCode;
    });
    const key = keys.get(named(provider, entry.key));
    const mode = await modeOf(entry, key);
    if (mode === 'hang') return;
    if (mode === 'reset') request.socket.resetAndDestroy();
    else if (mode === 'good') sendReply(response, answerTo(entry, url));
    else if (mode === 'unavailable') sendReply(response, UNAVAILABLE);
    else sendReply(response, STAND_IN_ROWS[provider].refusals[mode](entry));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // A caller that goes away or sends nonsense does not matter here.
      request.socket.destroy();
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: (provider) => `http://127.0.0.1:${port}/${provider}${realPath(provider)}`,
    mint: (provider, mode) => accept(provider, STAND_IN_ROWS[provider].mint(), mode),
    accept,
    requests,
    turns: (provider) =>
      requests
        .filter((one) => isTurn(one) && (provider === undefined || one.provider === provider))
        .map(({ key }) => key),
    get secrets() {
      return [...secrets];
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A question to a model: chats make requests for embeddings, lists and counts beside it. */
function isTurn({ method, path }: ProviderRequest): boolean {
  return (
    method === 'POST' &&
    /\/(messages|chat\/completions|responses|v2\/chat|models\/[^/]+:(stream)?generateContent)$/i.test(path)
  );
}

/** With these a key still lists models: they are about turns. */
const SPARES_LISTS: readonly KeyMode[] = [
  'no-credit',
  'budget',
  'model-forbidden',
  'model-unknown',
  'rate-limited',
];

/** How a request is to be answered, once it may be. */
async function modeOf({ method, provider, model }: ProviderRequest, key?: ProviderKey): Promise<KeyMode> {
  const isList = method === 'GET';
  if (isList && LISTS_WITHOUT_KEY.includes(provider)) return 'good';
  const mode = key ? await key.answerTo(model) : 'wrong';
  return isList && SPARES_LISTS.includes(mode) ? 'good' : mode;
}
