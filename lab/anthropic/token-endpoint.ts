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
    const { token, refreshToken, scopes, account } = exchange;
    sendJson(response, 200, {
      token_type: 'Bearer',
      access_token: token,
      ...(refreshToken === undefined
        ? { expires_in: 31_536_000 }
        : { expires_in: 28_800, refresh_token: refreshToken }),
      scope: scopes.join(' '),
      account: { uuid: account.uuid, email_address: account.email },
      organization: account.organization,
    });
  }
}

/** `POST /v1/oauth/token/revoke`, by which `claude auth logout` of 2.1.332 ends a login: done for any token, as the standard wants. */
export async function answerRevocation(
  signIns: SignIns,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  signIns.revoke(parse(await readBody(request)).token ?? '');
  // Without one, 2.1.332 takes the answer for a proxy's.
  response.setHeader('request-id', 'req_011CStandInForAnthropic1');
  sendJson(response, 200, {});
}

function parse(body: string): TokenRequest {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
