import { BEAT_MS, CLOSE } from '../../core/contract/live-messages.ts';

/** The parts of a WebSocket that a line needs. */
export interface Wire {
  close(): void;
  /** Absent where nothing is said. */
  say?(text: string): void;
}

export interface Hear {
  message(data: unknown): void;
  closed(code: number): void;
}

export interface LineEvents<Message> {
  onMessage(message: Message): void;
  /** True when the line is up, which the first message shows; false when it breaks. */
  onStands(stands: boolean): void;
  /** A try that got no message at all: a browser does not say why. */
  onNoEntry(): void;
  /** The api closed it because the session has ended. */
  onSignedOut(): void;
  /** A message that this page is too old to read. */
  onUnknown(): void;
}

/** Checks a message. */
interface Schema<Message> {
  safeParse(message: unknown): { data?: Message | undefined };
}

/** After this many ms of silence the line is dead (a proxy dropped it, a laptop slept). */
const SILENCE_MS = 2 * BEAT_MS;
/** Milliseconds within which a new wire must deliver its first message. */
const ENTRY_MS = 10_000;
/** Milliseconds of silence after which a line is replaced rather than trusted when somebody comes back. */
const DOUBT_MS = 3_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** The WebSocket to the api: it reconnects automatically, and listeners never need to poll. */
export class Line<Message> {
  readonly #open: (hear: Hear) => Wire;
  readonly #schema: Schema<Message>;
  readonly #events: LineEvents<Message>;
  #wire: Wire | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stands = false;
  #openedAt = 0;
  #heardAt = 0;
  #failures = 0;
  #ended = false;

  constructor(open: (hear: Hear) => Wire, schema: Schema<Message>, events: LineEvents<Message>) {
    this.#open = open;
    this.#schema = schema;
    this.#events = events;
  }

  /** Opens a new wire at once, replacing the current one. */
  join(): void {
    if (this.#ended) return;
    this.#drop();
    this.#openedAt = Date.now();
    const wire = this.#open({
      message: (data) => {
        if (this.#wire === wire) this.#heard(data);
      },
      closed: (code) => {
        if (this.#wire === wire) this.#closed(code);
      },
    });
    this.#wire = wire;
    this.#after(ENTRY_MS, () => this.#closed());
  }

  /** The page is visible again: a line that slept may be dead, which would show only after `SILENCE_MS`. */
  wake(): void {
    const sign = Math.max(this.#openedAt, this.#heardAt);
    if (this.#wire === undefined || Date.now() - sign > DOUBT_MS) this.join();
  }

  /** Says something; false if the line is not up. */
  say(text: string): boolean {
    if (this.#stands) this.#wire?.say?.(text);
    return this.#stands;
  }

  end(): void {
    this.#ended = true;
    this.#drop();
  }

  #heard(data: unknown): void {
    this.#heardAt = Date.now();
    this.#failures = 0;
    this.#after(SILENCE_MS, () => this.#closed());
    if (!this.#stands) {
      this.#stands = true;
      this.#events.onStands(true);
    }
    const message = this.#schema.safeParse(parsed(data)).data;
    if (message === undefined) this.#events.onUnknown();
    else this.#events.onMessage(message);
  }

  /** Without a code: nothing was heard for too long. */
  #closed(code?: number): void {
    const stood = this.#stands;
    this.#drop();
    this.#after(this.#wait(stood && code === CLOSE.goingAway), () => this.join());
    if (code === CLOSE.signedOut) this.#events.onSignedOut();
    else if (!stood) this.#events.onNoEntry();
  }

  /** Half of it is random, so that the browsers of a restarted api do not all come at once. */
  #wait(isExpected: boolean): number {
    const longest = isExpected
      ? FIRST_WAIT_MS
      : Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
    this.#failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const wire = this.#wire;
    this.#wire = undefined;
    wire?.close();
    if (!this.#stands) return;
    this.#stands = false;
    this.#events.onStands(false);
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
