import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Behaviour } from './behaviour.ts';
import { readBody, sendApiError, sendJson } from './http.ts';
import type { SignIns, TokenRequest } from './sign-ins.ts';

/** `hang` never answers, `drop` cuts the connection, `slow` is `ok` after `slowMs`; numbers are status codes. */
export type TokenEndpointMode = 'ok' | 'slow' | 'hang' | 'drop' | 403 | 429 | 500;

/** `POST /v1/oauth/token`: checks what Anthropic's checks, and fails when told to. */
export class TokenEndpoint extends Behaviour<TokenEndpointMode> {
  /** Why exchanges were refused with 400, the newest last. */
  readonly refusals: string[] = [];
  readonly #signIns: SignIns;

  constructor(signIns: SignIns) {
    super('ok');
    this.#signIns = signIns;
  }

  /** Answers one request. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = parse(await readBody(request));
    const mode = this.take();
    await this.released(asked.code);
    if (mode === 'hang') return;
    if (mode === 'drop') {
      request.socket.destroy();
      return;
    }
    if (typeof mode === 'number') return sendApiError(response, mode);
    if (mode === 'slow') await sleep(this.slowMs, undefined, { ref: false });
    const exchange = this.#signIns.exchange(asked);
    if (!exchange.ok) {
      this.refusals.push(exchange.reason);
      return sendJson(response, 400, { error: 'invalid_grant', error_description: 'Invalid code' });
    }
    sendJson(response, 200, {
      token_type: 'Bearer',
      access_token: exchange.token,
      expires_in: 31_536_000,
      scope: 'user:inference',
      account: { uuid: '11111111-1111-4111-8111-111111111111', email_address: 'customer@example.com' },
      organization: { uuid: '21111111-1111-4111-8111-111111111111', name: 'Stand-in' },
    });
  }
}

function parse(body: string): TokenRequest {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
