import type { IncomingMessage, ServerResponse } from 'node:http';
import { Behaviour } from './behaviour.ts';
import { readBody, sendApiError, sendJson, sendReply } from './http.ts';
import { messageReply } from './message.ts';
import type { SignIns } from './sign-ins.ts';

/**
 * `ok` answers only tokens that the stand-in minted; `any` answers every caller; `no-tokens` answers API keys alone;
 * numbers are status codes.
 */
export type MessagesMode = 'ok' | 'any' | 'no-tokens' | 'hang' | 401 | 429 | 500;

interface MessagesRequest {
  model: string;
  stream: boolean;
}

/** `POST /v1/messages`, streaming and not. Remembers who asked, exactly as it came, in memory alone. */
export class MessagesApi extends Behaviour<MessagesMode> {
  /** Bearer tokens of the requests so far, one each, the newest last. */
  readonly bearers: string[] = [];
  /** API keys (`x-api-key`) of the requests so far. */
  readonly apiKeys: string[] = [];
  /** Models that were asked for. */
  readonly models: string[] = [];
  readonly #signIns: SignIns;

  constructor(signIns: SignIns) {
    super('ok');
    this.#signIns = signIns;
  }

  /** Answers one request. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const known = this.#remember(request, bearer);
    const asked = parse(await readBody(request));
    const mode = this.take();
    await this.released(bearer);
    if (mode === 'hang') return;
    if (typeof mode === 'number') return sendApiError(response, mode);
    if (mode === 'no-tokens' && bearer !== undefined) return sendApiError(response, 401);
    if (mode === 'ok' && !known) return sendApiError(response, 401);
    this.models.push(asked.model);
    if (request.url?.startsWith('/v1/messages/count_tokens'))
      return sendJson(response, 200, { input_tokens: 3 });
    sendReply(response, messageReply(asked.model, asked.stream));
  }

  /** Whether the caller has a token of ours. An API key passes by its shape: the stand-in sells none. */
  #remember(request: IncomingMessage, bearer: string | undefined): boolean {
    const apiKey = request.headers['x-api-key'];
    if (bearer !== undefined) this.bearers.push(bearer);
    if (typeof apiKey === 'string') this.apiKeys.push(apiKey);
    if (bearer !== undefined) return this.#signIns.grantOf(bearer) !== undefined;
    return typeof apiKey === 'string' && apiKey.startsWith('sk-ant-api');
  }
}

function parse(body: string): MessagesRequest {
  try {
    const { model, stream } = JSON.parse(body) as { model?: unknown; stream?: unknown };
    return { model: String(model), stream: stream === true };
  } catch {
    return { model: '', stream: false };
  }
}
