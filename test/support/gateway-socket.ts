import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Box } from '../../lab/box.ts';

/** A box's real gateway, asked over its socket, many things at once. */
export class GatewaySocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    string,
    { resolve(payload: unknown): void; reject(error: Error): void; isFinal: boolean }
  >();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values())
        reject(new Error('The gateway has closed the socket.'));
    });
  }

  /** Resolves once it has let us in. */
  static async open({ home }: Pick<Box, 'home'>): Promise<GatewaySocket> {
    const { gateway } = JSON.parse(readFileSync(join(home, '.openclaw/openclaw.json'), 'utf8'));
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}`);
    const opened = new GatewaySocket(socket);
    await once(socket, 'open');
    const client = { id: 'gateway-client', version: '1', platform: process.platform, mode: 'backend' };
    const scopes = ['operator.admin', 'operator.read', 'operator.write'];
    const auth = { token: gateway.auth.token };
    await opened.call('connect', {
      ...{ minProtocol: 3, maxProtocol: 4, client, role: 'operator', scopes, caps: [], auth },
    });
    return opened;
  }

  /** `isFinal`: the answer that comes when it is done. Rejects with the gateway's own words. */
  call(method: string, params: object, { isFinal = false } = {}): Promise<unknown> {
    const id = String(++this.#asked);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, isFinal }));
    this.#socket.send(JSON.stringify({ type: 'req', id, method, params }));
    return answer;
  }

  close(): void {
    this.#socket.terminate();
  }

  #hear({ type, id = '', ok, payload, error }: Frame): void {
    const waiting = this.#waiting.get(id);
    if (type !== 'res' || !waiting) return;
    if (ok && waiting.isFinal && payload?.status === 'accepted') return;
    this.#waiting.delete(id);
    if (ok) waiting.resolve(payload);
    else waiting.reject(new Error(String(error?.message)));
  }
}

/** What it sends, as far as it is read. */
interface Frame {
  type: string;
  id?: string;
  ok?: boolean;
  payload?: { status?: string };
  error?: { message?: string };
}
