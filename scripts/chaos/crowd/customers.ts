import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { HANDSHAKES, type HandshakeJob } from '../../../core/contract/jobs.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { codeBinding } from '../../../core/contract/sealed.ts';
import { type Snapshot, snapshotSchema } from '../../../core/contract/snapshot.ts';
import type { WorkerSeal } from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { Presence } from '../../../core/store/presence.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { codeFor, fingerprintOf, tokenFor } from './secrets.ts';

/** As the api adds them. */
const JOB = { attempts: 8, backoff: { type: 'exponential', delay: 2_000 }, stackTraceLimit: 0 } as const;
/** Asked for in one go. */
const CHUNK = 500;
/** Milliseconds after which a customer whose code came to nothing sends it once more. */
const AGAIN_MS = 60_000;
const BEAT_MS = 30_000;

/** A customer of a simulated box: what their page was told last, and what they did. */
export class CrowdCustomer {
  readonly name: string;
  handshake = randomUUID();
  /** The profile whose place the next one's credential takes, as the api says it. */
  replaces: string | undefined;
  /** In the order in which they came. */
  snapshot: Snapshot | undefined;
  /** When a link was there, on `performance.now()`'s clock, by attempt. */
  readonly linkAt = new Map<number, number>();
  endedAt = 0;
  /** Codes that they sent, with the link that each is of. */
  readonly sent: string[] = [];
  /** They sign in as soon as they can. */
  signsIn = false;
  sentAt = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** They come again, and know nothing of the time before. */
  comeAgain(): void {
    this.handshake = randomUUID();
    this.snapshot = undefined;
    this.linkAt.clear();
    this.endedAt = 0;
    this.sent.length = 0;
    this.signsIn = false;
    this.sentAt = 0;
  }

  get isOver(): boolean {
    return this.snapshot !== undefined && isFinal(this.snapshot.phase);
  }

  get isConnected(): boolean {
    return this.snapshot?.phase === 'connected';
  }

  /** The connection is that of the token of a link at which they signed in. */
  get isRight(): boolean {
    const shown = this.snapshot?.connection?.tokenFingerprint;
    return this.sent.some((link) => fingerprintOf(tokenFor(codeFor(link))) === shown);
  }
}

/** All customers of a crowd. They speak to workers as the api does for theirs: through Redis. */
export class CrowdCustomers {
  readonly all: readonly CrowdCustomer[];
  readonly queue: Queue<HandshakeJob>;
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #snapshots: Snapshots;
  readonly #mailbox: Mailbox;
  readonly #seal: WorkerSeal;
  readonly #presence: Presence;
  readonly #byName: ReadonlyMap<string, CrowdCustomer>;
  readonly #onPage: readonly CrowdCustomer[];
  readonly #timers: NodeJS.Timeout[] = [];

  /** `onPage`: how many of a hundred have their page open. */
  constructor(redisUrl: string, prefix: string, seal: WorkerSeal, count: number, onPage: number) {
    const open = () =>
      new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy: () => 200 }).on('error', () => {});
    this.#redis = open();
    this.#subscriber = open();
    this.#snapshots = new Snapshots(this.#redis, prefix);
    this.#seal = seal;
    this.#mailbox = new Mailbox(this.#redis, prefix);
    this.#presence = new Presence(this.#redis, prefix);
    this.queue = new Queue(HANDSHAKES, { connection: this.#redis, prefix });
    this.queue.on('error', () => {});
    this.all = Array.from({ length: count }, (_, at) => new CrowdCustomer(`crowd-${at}`));
    this.#byName = new Map(this.all.map((customer) => [customer.name, customer]));
    // Spread over both kinds of boxes, which are told apart by the last two digits.
    this.#onPage = this.all.filter((_, at) => Math.floor(at / 100 + at) % 100 < onPage);
  }

  /** Asks for all their handshakes. */
  async begin(): Promise<void> {
    await this.listen();
    await this.ask(this.all);
  }

  /** Hears what is said to their pages. */
  async listen(): Promise<void> {
    await this.#snapshots.listen(this.#subscriber, {
      onMessage: ({ customer, snapshot }) => this.#hear(customer, snapshot),
      onGap: () => void this.#readAll(),
    });
    const beat = () => {
      for (const { name, isOver } of this.#onPage)
        if (!isOver) this.#presence.mark(name).catch(() => undefined);
    };
    beat();
    this.#timers.push(
      setInterval(beat, BEAT_MS),
      setInterval(() => this.#again(), 1_000),
    );
  }

  /** Asks for the handshakes of these. */
  async ask(all: readonly CrowdCustomer[]): Promise<void> {
    for (let at = 0; at < all.length; at += CHUNK) {
      const some = all.slice(at, at + CHUNK);
      const jobs = await this.queue.addBulk(
        some.map(({ name, handshake, replaces }) => ({
          name: 'handshake',
          data: { ...FIRST, customer: name, requestedBy: 'customer', ...(replaces && { replaces }) },
          opts: { ...JOB, jobId: handshake, deduplication: { id: name } },
        })),
      );
      await Promise.all(
        jobs.map(({ id = '', timestamp, data }) => {
          const at = new Date(timestamp).toISOString();
          const queued = {
            ...FIRST,
            handshake: id,
            phase: 'queued',
            startedAt: at,
            at,
            attempt: 0,
            seq: 0,
          } as const;
          return this.#snapshots.publish(data.customer, queued);
        }),
      );
    }
  }

  /** These sign in, now or as soon as they have a link. */
  signIn(some: readonly CrowdCustomer[]): void {
    for (const customer of some) {
      customer.signsIn = true;
      this.#act(customer);
    }
  }

  /** Waits until it is so for all of these; false when it is not after `ms` milliseconds without anything new. */
  async until(
    some: readonly CrowdCustomer[],
    isSo: (customer: CrowdCustomer) => boolean,
    { quietMs, say }: { quietMs: number; say: (left: number) => void },
  ): Promise<boolean> {
    let left = some.length;
    let movedAt = performance.now();
    let told = 0;
    for (;;) {
      const now = some.filter((customer) => !isSo(customer)).length;
      if (now !== left) movedAt = performance.now();
      left = now;
      if (left === 0) return true;
      if (performance.now() - movedAt > quietMs) return false;
      if (++told % 50 === 0) say(left);
      await sleep(200);
    }
  }

  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.queue.close().catch(() => undefined);
    this.#redis.disconnect();
    this.#subscriber.disconnect();
  }

  async #readAll(): Promise<void> {
    for (let at = 0; at < this.all.length; at += CHUNK)
      await Promise.all(
        this.all.slice(at, at + CHUNK).map(async ({ name }) => {
          const { snapshot } = await this.#snapshots.read(name);
          if (snapshot) this.#hear(name, snapshot);
        }),
      ).catch(() => undefined);
  }

  #hear(name: string, told: Snapshot): void {
    const customer = this.#byName.get(name);
    if (customer?.handshake !== told.handshake || !isNewer(told, customer.snapshot)) return;
    customer.snapshot = snapshotSchema.parse(told);
    if (told.link && !customer.linkAt.has(told.attempt)) customer.linkAt.set(told.attempt, performance.now());
    if (customer.isOver) customer.endedAt ||= performance.now();
    this.#act(customer);
  }

  #act(customer: CrowdCustomer): void {
    const { phase, link } = customer.snapshot ?? {};
    if (!customer.signsIn || phase !== 'waiting' || !link || link === customer.sent.at(-1)) return;
    this.#send(customer, link);
  }

  #send(customer: CrowdCustomer, link: string): void {
    customer.sent.push(link);
    customer.sentAt = performance.now();
    const { name, handshake } = customer;
    const owner = { customer: name, handshake };
    this.#seal
      .seal(new Secret(codeFor(link)), codeBinding(owner))
      .then((envelope) => this.#mailbox.leaveCode(owner, envelope))
      .catch(() => undefined);
  }

  /** A page that goes on waiting for a code is given it once more. */
  #again(): void {
    const since = performance.now() - AGAIN_MS;
    for (const customer of this.all) {
      const { phase, link } = customer.snapshot ?? {};
      if (customer.signsIn && phase === 'waiting' && link && customer.sentAt < since)
        this.#send(customer, link);
    }
  }
}

function isNewer(told: Snapshot, before: Snapshot | undefined): boolean {
  if (!before) return true;
  return told.attempt === before.attempt ? told.seq > before.seq : told.attempt > before.attempt;
}
