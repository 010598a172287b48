import { WebSocket } from 'ws';
import { type Rows, rowsSchema } from '../core/contract/console-api.ts';
import type { Phase } from '../core/contract/phases.ts';
import { ask, lookupLoopback } from './loopback.ts';
import type { System } from './system.ts';

/** Milliseconds between two polls of the list. */
const POLL_MS = 100;
const POLLS = 300;

/** An operator without a browser, who watches terminals in many windows. */
export class Viewers {
  readonly #origin: string;
  readonly #cookie: string;
  readonly #sockets: WebSocket[] = [];
  /** Messages and their bytes that came over all windows. */
  messages = 0;
  bytes = 0;

  private constructor(origin: string, cookie: string) {
    this.#origin = origin;
    this.#cookie = cookie;
  }

  static async signIn({ console: { url, operators } }: System): Promise<Viewers> {
    const { origin } = new URL(url);
    const { name, password } = operators.support;
    const answer = await ask(`${origin}/api/v1/sign-in`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
    if (cookie === undefined) throw new Error(`Not signed in: ${answer.status} ${answer.text}`);
    return new Viewers(origin, cookie);
  }

  /** Resolves with the customer's handshake once it is in a phase. Throws when it does not get there in 30 s. */
  async find(customer: string, phase: Phase): Promise<string> {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const [found] = (await this.#rows(`customer=${customer}&phase=${phase}`)).rows;
      if (found) return found.handshake;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`No handshake of ${customer} is in ${phase}.`);
  }

  /** Opens that many windows on a handshake's terminal; resolves when each has seen its first frame. */
  async watch(handshake: string, count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#open(handshake)));
  }

  /** Closes all windows. */
  async leave(): Promise<void> {
    const closed = this.#sockets.map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    for (const socket of this.#sockets.splice(0)) socket.close();
    await Promise.all(closed);
  }

  async #rows(query: string): Promise<Rows> {
    const answer = await ask(`${this.#origin}/api/v1/handshakes?${query}`, {
      headers: { cookie: this.#cookie },
    });
    if (answer.status !== 200) throw new Error(`No list: ${answer.status} ${answer.text}`);
    return rowsSchema.parse(JSON.parse(answer.text));
  }

  #open(handshake: string): Promise<void> {
    const address = `${this.#origin.replace(/^http/, 'ws')}/api/v1/console/watch/${handshake}`;
    const socket = new WebSocket(address, {
      origin: this.#origin,
      headers: { cookie: this.#cookie },
      lookup: lookupLoopback,
    });
    this.#sockets.push(socket);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.on('message', (data) => {
        const text = String(data);
        this.messages += 1;
        this.bytes += text.length;
        if (text.startsWith('{"type":"frame"')) resolve();
      });
      socket.once('close', () => reject(new Error('A live view was closed.')));
    });
  }
}
