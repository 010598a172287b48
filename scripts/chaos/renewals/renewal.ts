import type { SimulatedBox } from '../crowd/box.ts';
import type { CrowdCustomer } from '../crowd/customers.ts';
import { type OpenClawState, usedNow } from '../crowd/openclaw.ts';
import { tokenFor } from '../crowd/secrets.ts';

/** Where a worker is killed in a renewal: at a command of OpenClaw's, the first of its name or a later one. */
export interface Cut {
  /** `models auth order set`; with `#2` the second one of them. */
  command: string;
  /** The box has done nothing yet; it did it as its worker died; it has done it, and nobody heard of it. */
  when: 'before' | 'in' | 'after';
}

/** What a customer's box has besides the token of theirs, and whether the provider refuses the new one. */
export interface Kind {
  hasOwnKey: boolean;
  isRefused: boolean;
}

/** One renewal of one customer's. */
export interface Renewal extends Kind {
  customer: string;
  /** Where its workers were killed, one after the other. */
  killed: (Cut & { phase: string })[];
  /** `connected`, or why it failed. */
  ended: string;
  /** What is not as it has to be at the end, a line each. */
  wrong: readonly string[];
}

/** Counts turns, and those among them that would fail. */
export class Turns {
  count = 0;
  /** A line each. */
  readonly failed: string[] = [];

  /** A customer chats now: what OpenClaw would use is looked at. */
  take(customer: string, openclaw: OpenClawState, during: string): void {
    this.count += 1;
    const { met, answers } = usedNow(openclaw);
    const refused = met.filter((token) => openclaw.refused.has(token));
    if (answers && refused.length === 0) return;
    const why = answers ? `one of ${met.length} credentials that it may meet is refused` : 'nothing answers';
    this.failed.push(`${customer}, ${during}: ${why}`);
  }
}

/**
 * A customer with their box. From when their code is typed on, it counts the commands of a renewal, and holds up the one
 * at which the worker is to be killed.
 */
export class Renewing {
  readonly customer: CrowdCustomer;
  readonly box: SimulatedBox;
  /** Commands since the code was typed, as cuts name them. */
  readonly commands: string[] = [];
  readonly killed: Renewal['killed'] = [];
  /** They have been connected, and chat from then on. */
  isConnected = false;
  kind: Kind = { hasOwnKey: false, isRefused: false };
  readonly #turns: Turns;
  readonly #codes: string[] = [];
  #seen = new Map<string, number>();
  #isArmed = false;
  #cut: Cut | undefined;
  #isHeld = false;
  /** What answered before. */
  #before = '';

  constructor(customer: CrowdCustomer, box: SimulatedBox, turns: Turns) {
    this.customer = customer;
    this.box = box;
    this.#turns = turns;
  }

  /** Its worker can be killed now, or there is nothing left to kill it in. */
  get isThere(): boolean {
    return this.#isHeld || this.customer.isOver;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** They come to renew; `cut`: undefined: nothing is killed. */
  begin(kind: Kind, cut: Cut | undefined): void {
    this.customer.comeAgain();
    this.commands.length = 0;
    this.killed.length = 0;
    this.#seen.clear();
    this.#isArmed = false;
    this.kind = kind;
    this.#cut = cut;
    const [profile, token = ''] = ours(this.box.openclaw)[0] ?? [];
    this.customer.replaces = profile;
    this.#before = token;
  }

  /** What the worker after it meets. */
  next(cut: Cut | undefined): void {
    this.#cut = cut;
    this.#seen.clear();
  }

  /** The code was typed: what comes of it is their new token. */
  typed(code: string): void {
    this.#isArmed = true;
    this.#codes.push(code);
    if (this.kind.isRefused) this.box.openclaw.refused.add(tokenFor(code));
  }

  /** What `SimulatedBox` asks at a command. */
  async meets(command: string, when: 'before' | 'after', lost: Promise<unknown>): Promise<boolean> {
    if (this.isConnected) this.#turns.take(this.customer.name, this.box.openclaw, `${when} ${command}`);
    if (!this.#isArmed) return true;
    const name = when === 'before' ? this.#count(command) : this.#named(command);
    const { command: cutAt, when: cutWhen } = this.#cut ?? {};
    const isIt = cutAt === name && (when === 'after') === (cutWhen === 'after');
    if (!isIt || !cutWhen) return true;
    this.#cut = undefined;
    this.#isHeld = true;
    this.killed.push({ command: name, when: cutWhen, phase: this.customer.snapshot?.phase ?? 'unknown' });
    await lost;
    this.#isHeld = false;
    return cutWhen === 'in';
  }

  /** What the renewal came to; call it when its handshake is over and its worker has nothing more to do. */
  end(): Renewal {
    const { snapshot } = this.customer;
    const ended = snapshot?.error?.code ?? snapshot?.phase ?? 'nothing was told';
    const { openclaw } = this.box;
    const tokens = ours(openclaw).map(([, token]) => token);
    const hasOwnKey = openclaw.tokens.has(OWN_KEY_PROFILE);
    const wanted = this.kind.isRefused ? [this.#before] : [this.#newest];
    const wrong: string[] = [];
    if (ended !== (this.kind.isRefused ? 'key_rejected' : 'connected')) wrong.push(`it ended with ${ended}`);
    if (tokens.join() !== wanted.join())
      wrong.push(`${tokens.length} of our tokens are stored, or not the one that has to be`);
    const { met, answers } = usedNow(openclaw);
    const first = openclaw.order === undefined ? tokens : met;
    if (!answers || first[0] !== wanted[0]) wrong.push('another credential answers');
    if (hasOwnKey !== this.kind.hasOwnKey) wrong.push('the customer’s own key is gone');
    if (openclaw.order && !openclaw.order.every((id) => openclaw.tokens.has(id)))
      wrong.push('the order names what is not stored');
    return {
      ...this.kind,
      customer: this.customer.name,
      killed: [...this.killed],
      ended,
      wrong: wrong.map((line) => `${this.customer.name}: ${line}`),
    };
  }

  /** The token of the code that was typed last. */
  get #newest(): string {
    return tokenFor(this.#codes.at(-1) ?? '');
  }

  #count(command: string): string {
    this.#seen.set(command, (this.#seen.get(command) ?? 0) + 1);
    const name = this.#named(command);
    this.commands.push(name);
    return name;
  }

  #named(command: string): string {
    const times = this.#seen.get(command) ?? 1;
    return times === 1 ? command : `${command}#${times}`;
  }
}

/** Where a customer's own key lies. */
export const OWN_KEY_PROFILE = 'anthropic:work';

/** What Keyferry stored, of which there is to be one. */
function ours({ tokens }: OpenClawState): [profile: string, token: string][] {
  return [...tokens].filter(([profile]) => profile !== OWN_KEY_PROFILE);
}
