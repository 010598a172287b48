import { ownTimeout } from '../../core/process/own-time.ts';
import { orAborted } from '../abort.ts';
import { Pace } from './pace.ts';

export interface AdmissionOptions {
  /** Which of these customers have their page open. */
  onPage: (customers: readonly string[]) => Promise<ReadonlySet<string>>;
  onError: (error: unknown) => void;
  pace?: Pace;
}

interface Waiting {
  customer: string;
  admit: () => void;
}

/** Milliseconds between two measurements of how late the loop is. */
const SAMPLE_MS = 200;
/** Milliseconds until the first question who is on their page, and between later ones. */
const FIRST_ASK_MS = 100;
const ASK_MS = 2_000;
/** The most customers in one question. */
const CHUNK = 500;
/** Milliseconds after which a handshake on its way no longer counts: it is waiting for its box, and costs us nothing. */
const HOLD_MS = 3_000;
/** Every so often the one that has waited longest comes before those who are on their page. */
const TURN_OF_THE_REST = 8;

/**
 * Starts handshakes towards their link (`reaching` to `waiting`) at the rate at which this process can handle them:
 * first those whose customer is looking at the page, the rest in order. Otherwise a crowd that comes at once, after
 * a worker's end or for a new product, would block the loop, and everybody's deadlines would pass at the same time.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #pace: Pace;
  /** In order, by handshake. */
  readonly #first = new Map<string, Waiting>();
  readonly #rest = new Map<string, Waiting>();
  readonly #places = new Set<object>();
  #admitted = 0;
  #isPumping = false;
  #timer: NodeJS.Timeout | undefined;
  #sampledAt = 0;
  #askAt = 0;
  #isAsking = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#pace = options.pace ?? new Pace();
  }

  /** How many are waiting for their turn. */
  get waiting(): number {
    return this.#first.size + this.#rest.size;
  }

  /** Resolves when its turn has come; call the returned function once it has a link, or needs none. Rejects on abort. */
  async enter(handshake: string, customer: string, signal: AbortSignal): Promise<() => void> {
    const turn = new Promise<void>((admit) => {
      this.#rest.set(handshake, { customer, admit });
    });
    this.#watch();
    this.#pump();
    try {
      await orAborted(() => turn, signal);
    } catch (thrown) {
      this.#first.delete(handshake);
      this.#rest.delete(handshake);
      throw thrown;
    }
    return this.#take();
  }

  /** Its customer is there, because they have said something. */
  hurry(handshake: string): void {
    const waiting = this.#rest.get(handshake);
    if (!waiting) return;
    this.#rest.delete(handshake);
    this.#first.set(handshake, waiting);
  }

  /** Lets no more in: the process is ending. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#first.clear();
    this.#rest.clear();
  }

  #take(): () => void {
    const place = {};
    this.#places.add(place);
    const leave = () => {
      callOff();
      if (this.#places.delete(place)) this.#pump();
    };
    const callOff = ownTimeout(HOLD_MS, leave);
    return leave;
  }

  /** One per turn of the loop, so that those admitted before can continue in between. */
  #pump(): void {
    if (this.#isPumping || this.waiting === 0 || this.#places.size >= this.#pace.limit) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (this.#places.size < this.#pace.limit) this.#next()?.admit();
      // Whoever was admitted takes their place in between.
      setImmediate(() => this.#pump());
    });
  }

  #next(): Waiting | undefined {
    this.#admitted += 1;
    const isTurn = this.#admitted % TURN_OF_THE_REST === 0;
    const [from, other] = isTurn ? [this.#rest, this.#first] : [this.#first, this.#rest];
    return take(from) ?? take(other);
  }

  /** For as long as somebody waits. */
  #watch(): void {
    if (this.#timer) return;
    this.#sampledAt = performance.now();
    this.#askAt = this.#sampledAt + FIRST_ASK_MS;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  #sample(): void {
    const now = performance.now();
    this.#pace.adjust(now - this.#sampledAt - SAMPLE_MS, this.waiting > 0);
    this.#sampledAt = now;
    this.#pump();
    if (this.waiting === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (now >= this.#askAt && !this.#isAsking) {
      this.#isAsking = true;
      void this.#ask().finally(() => {
        this.#isAsking = false;
        this.#askAt = performance.now() + ASK_MS;
      });
    }
  }

  /** Finds out who has come to their page since. */
  async #ask(): Promise<void> {
    const asked = [...this.#rest];
    for (let at = 0; at < asked.length; at += CHUNK) {
      const some = asked.slice(at, at + CHUNK);
      try {
        const open = await this.#options.onPage(some.map(([, { customer }]) => customer));
        for (const [handshake, { customer }] of some) if (open.has(customer)) this.hurry(handshake);
      } catch (thrown) {
        this.#options.onError(thrown);
        return;
      }
    }
  }
}

function take(from: Map<string, Waiting>): Waiting | undefined {
  const [next] = from;
  if (!next) return undefined;
  from.delete(next[0]);
  return next[1];
}
