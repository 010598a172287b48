import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Reply, readBody, sendJson, sendReply } from '../anthropic/http.ts';
import { messageReply } from '../anthropic/message.ts';
import { ollamaChat } from './protocols/ollama-chat.ts';
import { chatCompletion } from './protocols/openai-chat.ts';
import { responseReply } from './protocols/openai-responses.ts';
import { askedOf, keyOf } from './request.ts';

const MOST_KEPT = 10_000;

/** One turn that came to it. */
export interface OwnEndpointTurn {
  path: string;
  /** Exactly as it came; empty when there was none. */
  key: string;
  model: string;
  status: number;
}

/** What a customer may run themselves: a stand-in for an OpenAI- or Anthropic-compatible endpoint and for Ollama, on loopback. */
export interface OwnEndpoint {
  /** Its address as OpenClaw wants it for a protocol. */
  baseUrl(api: 'openai-completions' | 'openai-responses' | 'anthropic-messages' | 'ollama'): string;
  /** The keys that it takes; Ollama's protocol wants none. */
  readonly keys: Set<string>;
  /** The models that it has. */
  readonly models: Set<string>;
  /** Questions to models that came, oldest first. */
  readonly turns: readonly OwnEndpointTurn[];
  /** Ends the server and cuts its connections. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. It is none of them, and says so. */
export async function startOwnEndpoint(): Promise<OwnEndpoint> {
  const keys = new Set<string>();
  const models = new Set<string>(['small-1', 'large-1', 'maker/tiny:7b']);
  const turns: OwnEndpointTurn[] = [];
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const { model, stream } = askedOf(url, await readBody(request));
    const { key } = keyOf(request, url);
    const reply = replyTo(url.pathname, { model, stream, key }, keys, models);
    if (request.method === 'POST' && turns.length < MOST_KEPT)
      turns.push({ path: url.pathname, key, model, status: 'status' in reply ? reply.status : 200 });
    return reply;
  };
  const server = createServer((request, response) => {
    response.setHeader('server', 'keyferry-stand-in');
    answer(request).then(
      (reply) => sendReply(response, reply),
      () => sendJson(response, 400, { error: 'The stand-in does not understand this.' }),
    );
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
    baseUrl: (api) => `http://127.0.0.1:${port}${api.startsWith('openai') ? '/v1' : ''}`,
    keys,
    models,
    turns,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function replyTo(
  path: string,
  { model, stream, key }: { model: string; stream: boolean; key: string },
  keys: ReadonlySet<string>,
  models: ReadonlySet<string>,
): Reply {
  if (path === '/api/tags')
    return { status: 200, body: { models: [...models].map((name) => ({ name, model: name })) } };
  if (path === '/api/show')
    return { status: 200, body: { capabilities: ['completion', 'tools'], model_info: {} } };
  const speak = SPEAKS[path];
  // As most servers of this kind: plain text.
  if (!speak) return { status: 404, body: '404 page not found' };
  if (path !== '/api/chat' && !keys.has(key)) return { status: 401, body: REFUSALS.key(path) };
  return models.has(model) ? speak(model, stream) : { status: 404, body: REFUSALS.model(path, model) };
}

const SPEAKS: Readonly<Record<string, (model: string, stream: boolean) => Reply>> = {
  '/api/chat': ollamaChat,
  '/v1/chat/completions': chatCompletion,
  '/v1/responses': responseReply,
  '/v1/messages': messageReply,
};

/** In the words of vLLM, Anthropic and Ollama. */
const REFUSALS = {
  key: (path: string) =>
    path === '/v1/messages'
      ? { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }
      : {
          error: {
            message: 'Incorrect API key provided',
            type: 'invalid_request_error',
            code: 'invalid_api_key',
          },
        },
  model: (path: string, model: string) =>
    path === '/api/chat'
      ? { error: `model '${model}' not found` }
      : path === '/v1/messages'
        ? { type: 'error', error: { type: 'not_found_error', message: `model: ${model}` } }
        : { error: { message: `The model \`${model}\` does not exist.`, type: 'NotFoundError', code: 404 } },
};
