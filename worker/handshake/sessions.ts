import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError } from '../../core/contract/errors.ts';
import { ownNow } from '../../core/process/own-time.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  Pty,
  RunOptions,
  RunResult,
} from '../transports/transport.ts';

/**
 * Milliseconds between tries on a link on which nothing of ours runs any more. sshd counts a session until its program
 * is gone, a clean-up until it is given up (5 s).
 */
const PAUSES_MS = [50, 100, 200, 400, 800, 1_600, 3_200];

/** `waits`: if it is refused while others are open, it waits for one of them to end. */
export interface SessionLimits extends CallLimits {
  waits?: boolean | undefined;
}

/**
 * The sessions of a link to a box whose sshd may allow very few (MaxSessions 1 and 2 are hardening advice). Until the
 * token is there, a session that is refused beside others is refused: what was to run early is left for later. From
 * `oneByOne` on it waits until another session has ended, so that a single one can carry all that is left. On a link
 * without any session a refusal is one: then nothing works.
 */
export class Sessions implements BoxConnection {
  readonly lost: Promise<string>;
  readonly #connection: BoxConnection;
  #open = 0;
  #waits = false;
  #isNarrow = false;
  #waiting = 0;
  #spares: (() => Promise<void>)[] = [];
  #ended: (() => void)[] = [];

  constructor(connection: BoxConnection) {
    this.#connection = connection;
    this.lost = connection.lost;
  }

  /** From now on a session that is refused while others are open waits; `spare` as below, before the others. */
  oneByOne(spare?: () => Promise<void>): void {
    this.#waits = true;
    if (spare) this.#spares.unshift(spare);
    for (let waiting = this.#waiting; waiting > 0; waiting -= 1) this.#endOne();
  }

  /** `end` ends a session that is held but can be spared: it is called once, when another waits for one. Those that were given first go first. */
  spare(end: () => Promise<void>): void {
    this.#spares.push(end);
    if (this.#waiting > 0 && this.#waits) this.#endOne();
  }

  /** A session was refused on this link. */
  get isNarrow(): boolean {
    return this.#isNarrow;
  }

  openPty(command: Command, size: { columns: number; rows: number }, limits: SessionLimits): Promise<Pty> {
    return this.#inTurn(limits, async (left) => {
      const pty = await this.#connection.openPty(command, size, left);
      return { value: pty, ended: pty.exit };
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#inTurn(options, async (left) => ({
      value: await this.#connection.run(command, { ...options, ...left }),
      ended: Promise.resolve(),
    }));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** `call` gives a value and when its session has ended. */
  async #inTurn<T>(
    { signal, timeoutMs, waits }: SessionLimits,
    call: (limits: CallLimits) => Promise<{ value: T; ended: Promise<unknown> }>,
  ): Promise<T> {
    const until = ownNow() + timeoutMs;
    for (let pauses = 0; ; ) {
      this.#open += 1;
      try {
        const left = Math.max(1, Math.round(until - ownNow()));
        const { value, ended } = await call({ signal, timeoutMs: left });
        void ended.then(() => this.#end());
        return value;
      } catch (thrown) {
        this.#open -= 1;
        this.#isNarrow ||= isRefused(thrown);
        const mayWait = this.#open === 0 ? pauses < PAUSES_MS.length : (waits ?? this.#waits);
        if (!isRefused(thrown) || !mayWait || signal.aborted || ownNow() >= until) {
          this.#tell();
          throw thrown;
        }
        const pause = this.#open === 0 ? PAUSES_MS[pauses++] : undefined;
        await this.#room(signal, Math.min(pause ?? Number.POSITIVE_INFINITY, Math.max(1, until - ownNow())));
      }
    }
  }

  /** Resolves when another session has ended, after `ms` milliseconds at the latest. Throws when aborted. */
  async #room(signal: AbortSignal, ms: number): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    this.#ended.push(() => over.abort());
    if (this.#waits) this.#endOne();
    this.#waiting += 1;
    await sleep(ms, undefined, { signal: either }).catch(() => undefined);
    this.#waiting -= 1;
    signal.throwIfAborted();
  }

  /** Whoever waits looks again once it is closed: it may have been over before, and then another one has to end. */
  #endOne(): void {
    void this.#spares
      .shift()?.()
      .catch(() => undefined)
      .then(() => this.#tell());
  }

  #end(): void {
    this.#open -= 1;
    this.#tell();
  }

  #tell(): void {
    const waiting = this.#ended;
    this.#ended = [];
    for (const tell of waiting) tell();
  }
}

function isRefused(thrown: unknown): boolean {
  return thrown instanceof KeyferryError && thrown.code === 'channel_refused';
}
