import { randomUUID } from 'node:crypto';
import type { Agent } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { CSRF_HEADER, type Session, sessionSchema } from '../core/contract/http-api.ts';
import { type Message, messageSchema } from '../core/contract/live-messages.ts';
import { sealTo } from '../core/contract/seal.ts';
import { codeBinding, keyBinding } from '../core/contract/sealed.ts';
import { type Answer, ask, lookupLoopback } from './loopback.ts';

/** A customer without a browser: does over HTTP and WebSocket what the page does, and keeps all that came back. */
export class HeadlessCustomer {
  readonly #origin: string;
  readonly #cookie: string;
  readonly #seen: string[];
  readonly #agent: Agent | undefined;
  readonly session: Session;

  private constructor(
    origin: string,
    cookie: string,
    session: Session,
    seen: string[],
    agent: Agent | undefined,
  ) {
    this.#origin = origin;
    this.#cookie = cookie;
    this.session = session;
    this.#seen = seen;
    this.#agent = agent;
  }

  /**
   * Opens a connect link; `agent` makes all their connections, by default each is one of its own to where the link leads.
   * Throws with the api's answer if that is not a session.
   */
  static async open(connectLink: string, agent?: Agent): Promise<HeadlessCustomer> {
    const { origin } = new URL(connectLink);
    const by = agent && { agent };
    const opened = await ask(connectLink, { method: 'POST', headers: { origin }, ...by });
    const cookie = (opened.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    if (opened.status !== 204) throw new Error(`The connect link was not taken: ${opened.status}.`);
    const answer = await ask(`${origin}/api/v1/session`, { headers: { cookie }, ...by });
    if (answer.status !== 200) throw new Error(`No session: ${answer.status} ${answer.text}`);
    const session = sessionSchema.parse(JSON.parse(answer.text));
    return new HeadlessCustomer(origin, cookie, session, [answer.text], agent);
  }

  /** Everything that the api has sent so far. */
  get seen(): string {
    return this.#seen.join('\n');
  }

  /** `POST /api/v1/<path>`. Throws with the problem when it is refused. */
  async post(path: string, body: object = {}): Promise<Answer> {
    const answer = await this.ask('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path} was refused: ${answer.status} ${answer.text}`);
    return answer;
  }

  /** Sends a code for a handshake, sealed as the page does it. Throws with the problem when it is refused. */
  async sendCode(handshake: string, code: string): Promise<void> {
    const { customer, sealTo: key } = this.session;
    if (!key) throw new Error('The api has no key to seal to.');
    await this.post('handshake/code', {
      handshake,
      code: await sealTo(key, code, codeBinding({ customer, handshake })),
    });
  }

  /** Starts a handshake with a key, sealed as the page does it. Throws with the problem when it is refused. */
  async bringKey(provider: string, key: string): Promise<void> {
    const { customer, sealTo: publicKey } = this.session;
    if (!publicKey) throw new Error('The api has no key to seal to.');
    const submission = randomUUID();
    const binding = keyBinding({ customer, box: 'default', provider, submission });
    const sealed = await sealTo(publicKey, key, binding);
    await this.post('handshake', { provider, method: 'api-key', submission, key: sealed });
  }

  /** Asks `/api/v1/<path>` as the page does. Rejects when nothing answers. */
  async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const change = {
      origin: this.#origin,
      'content-type': 'application/json',
      [CSRF_HEADER]: this.session.csrf,
    };
    const headers = { cookie: this.#cookie, ...(body && change) };
    const url = `${this.#origin}/api/v1/${path}`;
    const by = this.#agent && { agent: this.#agent };
    const answer = await ask(url, { method, headers, ...(body && { body: JSON.stringify(body) }), ...by });
    this.#seen.push(answer.text);
    return answer;
  }

  /** Hears every message of the WebSocket until `signal` aborts. Rejects when the line is cut before. */
  listen(hear: (message: Message) => void, signal: AbortSignal): Promise<void> {
    const socket = this.openSocket();
    const close = () => socket.close();
    signal.addEventListener('abort', close);
    socket.on('message', (data: RawData) => hear(messageSchema.parse(JSON.parse(String(data)))));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', (code) => {
        signal.removeEventListener('abort', close);
        if (signal.aborted) resolve();
        else reject(new Error(`The WebSocket was closed with ${code}.`));
      });
    });
  }

  /** Opens the WebSocket; an `error` event comes before `close` when it does not open. */
  openSocket(): WebSocket {
    const { origin } = new URL(this.#origin);
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/api/v1/live`, {
      origin,
      headers: { cookie: this.#cookie },
      lookup: lookupLoopback,
      ...(this.#agent && { agent: this.#agent }),
    });
    socket.on('message', (data: RawData) => void this.#seen.push(String(data)));
    return socket;
  }
}
