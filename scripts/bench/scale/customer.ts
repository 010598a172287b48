import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { connectLinkSchema } from '../../../core/contract/connect-links.ts';
import { HERE, type Message, messageSchema } from '../../../core/contract/live-messages.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import type { Snapshot } from '../../../core/contract/snapshot.ts';
import { HeadlessCustomer } from '../../../lab/headless-customer.ts';
import { ask } from '../../../lab/loopback.ts';
import { machineNow } from '../../chaos/crowd/machine-now.ts';
import { codeFor } from '../../chaos/crowd/secrets.ts';
import type { ApiAgent } from './api-agent.ts';

/** Milliseconds after which a page opens its WebSocket again, and somebody tries once more what did not work. */
const AGAIN_MS = 1_000;
/** How often somebody comes who gets no answer: a machine that is too busy for a request answers a later one. */
const MOST_TRIES = 5;

/** A customer with their page open: comes by a connect link of the platform's, and hears over a WebSocket what becomes of it. */
export class ScaleCustomer {
  readonly name: string;
  /** What their page was told last. */
  snapshot: Snapshot | undefined;
  /** What they went wrong with, in words; the first of it. */
  trouble: string | undefined;
  /** How often they came. */
  tries = 0;
  /** All times are `machineNow`. When they pressed the button; when a link came, by attempt; when their code was sent. */
  askedAt: number | undefined;
  readonly links: { attempt: number; link: string; at: number }[] = [];
  sentAt: number | undefined;
  connectedAt: number | undefined;
  /** When their page heard that the service is away, and that it is back. */
  awayAt: number | undefined;
  backAt: number | undefined;
  readonly #agent: ApiAgent;
  #visitor: HeadlessCustomer | undefined;
  #socket: WebSocket | undefined;
  #hasLeft = false;

  constructor(name: string, agent: ApiAgent) {
    this.name = name;
    this.#agent = agent;
  }

  get link(): string | undefined {
    return this.snapshot?.phase === 'waiting' ? this.snapshot.link : undefined;
  }

  get isWaiting(): boolean {
    return this.link !== undefined;
  }

  get isOver(): boolean {
    return this.snapshot !== undefined && isFinal(this.snapshot.phase);
  }

  get isConnected(): boolean {
    return this.snapshot?.phase === 'connected';
  }

  /** Comes to the page and presses the button, again where nothing answers. Never rejects: what went wrong is in `trouble`. */
  async start(domain: string, key: string): Promise<void> {
    let why = '';
    while (this.tries < MOST_TRIES && !this.#hasLeft) {
      this.tries += 1;
      try {
        return await this.#come(domain, key);
      } catch (thrown) {
        // Not by `instanceof`: Node's own errors are another realm's in a test.
        why = String(thrown);
        await sleep(AGAIN_MS);
      }
    }
    this.trouble ??= why;
  }

  async #come(domain: string, key: string): Promise<void> {
    const asked = await ask(`http://${domain}/api/v1/connect-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ customer: this.name }),
      agent: this.#agent,
    });
    if (asked.status !== 201) throw new Error(`no connect link: ${asked.status} ${asked.text}`);
    const { url } = connectLinkSchema.parse(JSON.parse(asked.text));
    const visitor = await HeadlessCustomer.open(url, this.#agent);
    this.#visitor = visitor;
    await this.#open(visitor);
    // From the first time: who has to press again has waited.
    this.askedAt ??= machineNow();
    await visitor.post('handshake');
  }

  /** Signs in at the link that is there and pastes the code; once more where the api does not take it. Never rejects. */
  async paste(): Promise<void> {
    const { link, snapshot } = this;
    if (!link || !snapshot || !this.#visitor) {
      this.trouble ??= 'there was no link to sign in at';
      return;
    }
    while (!this.#hasLeft && this.isWaiting) {
      this.sentAt ??= machineNow();
      try {
        return await this.#visitor.sendCode(snapshot.handshake, codeFor(link));
      } catch {
        await sleep(AGAIN_MS);
      }
    }
  }

  /** Comes back to the page: it says so, as ours does where nobody holds the handshake. */
  here(): void {
    this.#socket?.send(HERE);
  }

  leave(): void {
    this.#hasLeft = true;
    this.#socket?.terminate();
    this.#agent.destroy();
  }

  #open(visitor: HeadlessCustomer): Promise<void> {
    const socket = visitor.openSocket();
    this.#socket?.terminate();
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(messageSchema.parse(JSON.parse(String(data)))));
    socket.once('close', () => {
      setTimeout(() => {
        if (!this.#hasLeft && this.#socket === socket) this.#open(visitor).catch(() => undefined);
      }, AGAIN_MS);
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.once('open', resolve);
    });
  }

  #hear(message: Message): void {
    if (message.type === 'service') {
      if (message.available) this.backAt ??= this.awayAt === undefined ? undefined : machineNow();
      else this.awayAt ??= machineNow();
    }
    if (message.type !== 'state' || !message.snapshot) return;
    const { snapshot } = message;
    this.snapshot = snapshot;
    if (snapshot.link && this.links.at(-1)?.attempt !== snapshot.attempt)
      this.links.push({ attempt: snapshot.attempt, link: snapshot.link, at: machineNow() });
    if (this.isConnected) this.connectedAt ??= machineNow();
    if (this.isOver && !this.isConnected)
      this.trouble ??= `it ended: ${snapshot.error?.code ?? snapshot.phase}`;
  }
}
