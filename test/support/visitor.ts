import { request } from 'node:http';
import { WebSocket } from 'ws';
import { CSRF_HEADER, type Session } from '../../core/contract/http-api.ts';
import type { Message } from '../../core/contract/live-messages.ts';

export type Headers = Record<string, string | undefined>;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Undefined where the body is no JSON. */
  json: unknown;
}

/** Somebody's browser, or server, at one host: speaks HTTP as it is written, keeps the cookie. */
export class Visitor {
  readonly #port: number;
  readonly host: string;
  cookie: string | undefined;
  csrf: string | undefined;
  /** Everything that was answered, heads and bodies. */
  heard = '';

  constructor(port: number, host: string) {
    this.#port = port;
    this.host = host;
  }

  get origin(): string {
    return `https://${this.host}`;
  }

  /** The same browser talking to another api process. */
  at(port: number): Visitor {
    const other = new Visitor(port, this.host);
    other.cookie = this.cookie;
    other.csrf = this.csrf;
    return other;
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.send('GET', path, { cookie: this.cookie, ...headers });
  }

  /** With all that the page sends; a header set to undefined is left away. */
  post(path: string, body: unknown = {}, headers: Headers = {}): Promise<Answer> {
    return this.#write('POST', path, body, headers);
  }

  put(path: string, body: unknown = {}, headers: Headers = {}): Promise<Answer> {
    return this.#write('PUT', path, body, headers);
  }

  #write(method: string, path: string, body: unknown, headers: Headers): Promise<Answer> {
    const all = {
      cookie: this.cookie,
      origin: this.origin,
      [CSRF_HEADER]: this.csrf,
      'content-type': 'application/json',
      ...headers,
    };
    return this.send(method, path, all, typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** Opens a connect link and learns who it is. */
  async open(path: string, headers: Headers = {}): Promise<void> {
    const opened = await this.enter(path, headers);
    if (opened.status !== 204) throw new Error(`the link did not open: ${opened.status}`);
    const { json } = await this.get('/api/v1/session');
    this.csrf = (json as Session).csrf;
  }

  /** Uses a connect link up, as the page at it does, and keeps the cookie. */
  async enter(path: string, headers: Headers = {}): Promise<Answer> {
    const answer = await this.send('POST', path, { cookie: this.cookie, origin: this.origin, ...headers });
    const [cookie] = answer.headers['set-cookie'] ?? [];
    if (cookie) this.cookie = cookie.split(';')[0];
    return answer;
  }

  send(method: string, path: string, headers: Headers = {}, body?: string): Promise<Answer> {
    const sent = Object.entries({ host: this.host, ...headers }).filter(([, value]) => value !== undefined);
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers: Object.fromEntries(sent) as Record<string, string>,
        agent: false as const,
      };
      const asked = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject).on('end', () => {
          this.heard += `${JSON.stringify(response.headers)}\n${text}\n`;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: tryJson(text) });
        });
      });
      asked.on('error', reject).end(body);
    });
  }

  /** Opens the WebSocket as the page does. */
  live(headers: Headers = {}): Line {
    return this.line('/api/v1/live', headers);
  }

  /** Opens a WebSocket. */
  line<Said extends { type: string } = Message>(path: string, headers: Headers = {}): Line<Said> {
    const sent = { host: this.host, origin: this.origin, cookie: this.cookie, ...headers };
    const kept = Object.entries(sent).filter(([, value]) => value !== undefined);
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}${path}`, {
      headers: Object.fromEntries(kept) as Record<string, string>,
    });
    return new Line<Said>(socket);
  }
}

/** The page's end of a WebSocket. */
export class Line<Said extends { type: string } = Message> {
  readonly socket: WebSocket;
  /** Resolves with the status of the answer: 101 when it opened. */
  readonly opened: Promise<number>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly messages: Said[] = [];
  readonly #waiting: { wanted: (message: Said) => boolean; resolve: (message: Said) => void }[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.opened = new Promise((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.on('error', () => {});
    socket.on('message', (data) => this.#take(JSON.parse(`${data}`) as Said));
  }

  /** The first message that is wanted, also one that has come already. */
  message(wanted: (message: Said) => boolean): Promise<Said> {
    const there = this.messages.find(wanted);
    if (there) return Promise.resolve(there);
    return new Promise((resolve) => {
      this.#waiting.push({ wanted, resolve });
    });
  }

  /** The first state with this phase. */
  async phase(this: Line, phase: string): Promise<Extract<Message, { type: 'state' }>> {
    const message = await this.message((each) => each.type === 'state' && each.snapshot?.phase === phase);
    if (message.type !== 'state') throw new Error('not a state');
    return message;
  }

  #take(message: Said): void {
    this.messages.push(message);
    for (const { wanted, resolve } of this.#waiting) if (wanted(message)) resolve(message);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
