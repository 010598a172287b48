import { checkCode } from '../../core/contract/code.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { CustomerState } from '../../core/contract/http-api.ts';
import { type Message, messageSchema } from '../../core/contract/messages.ts';
import { checkSignInLink, type SignInLink } from '../../core/contract/sign-in-link.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import { type Ask, activeHandshake, type Event, type Refusal, type State } from '../model/state.ts';
import { wantsStart } from '../model/view.ts';
import type { Api } from './api.ts';
import type { Answer } from './ask.ts';
import { Entry } from './entry.ts';
import { type Hear, Line, type Wire } from './line.ts';
import { LiveState, type LiveStateParts } from './live-state.ts';

export interface VisitParts extends LiveStateParts {
  api: Api;
  openWire: (hear: Hear) => Wire;
  /** Loads the page again, newer than it is. */
  reload: () => void;
  /** The address is a connect link's: whoever is not signed in there came by one that has been used. */
  isConnectLink: boolean;
  /** A cookie was set just before the page was loaded. */
  hasEntered: boolean;
  /** False where the browser says itself that it keeps no cookies. */
  keepsCookies: () => boolean;
  /** False in a tab that nobody sees. */
  isLookedAt: () => boolean;
}

/** A customer's visit to the page: what the api says and what the customer does, in the order it happens. */
export class PageVisit {
  readonly #parts: VisitParts;
  readonly #line: Line<Message>;
  readonly #entry: Entry;
  readonly #live: LiveState;
  #moved = false;
  /** Being asked for the truth: asked once at a time. */
  #looking: Promise<Answer<CustomerState>> | undefined;
  /** Kept until it has had its effect, so that a code that did not get there need not be copied again. */
  #code = '';

  constructor(parts: VisitParts) {
    this.#parts = parts;
    this.#live = new LiveState(parts);
    this.#line = new Line(parts.openWire, tolerant(messageSchema), {
      onMessage: (message) => this.#message(message),
      onStands: (stands) => this.#happened({ type: 'line', stands }),
      onNoEntry: () => {
        this.#happened({ type: 'line', stands: false });
        void this.#lookAgain();
      },
      // Or another tab has been given a new session, which is as good.
      onSignedOut: () => void this.#entry.ask(),
      onUnknown: () => this.#outdated(),
    });
    this.#entry = new Entry(parts.api, {
      onSession: (session) => {
        this.#happened({ type: 'session', session });
        this.#startUnasked();
      },
      onRefused: (why) => this.#noEntry(why),
    });
  }

  get state(): State {
    return this.#live.value;
  }

  /** True once after the customer did something: the change of screen that follows is theirs. */
  takeMove(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  /** The code that could not be sent, for the field to start with. */
  get unsentCode(): string {
    return this.#code;
  }

  /** Opens the line and finds out who is here, side by side. */
  begin(): void {
    this.#line.join();
    void this.#entry.ask();
  }

  /** Ends everything that the visit has open. */
  leave(): void {
    this.#live.end();
    this.#entry.end();
    this.#line.end();
  }

  /**
   * The page is looked at again, or the network is back (`isNewNetwork`: what stood before is dead). The truth is
   * asked for at once: a line that died in silence tells nothing, and not even that.
   */
  wake(isNewNetwork = false): void {
    if (this.state.barred !== undefined) return;
    this.#happened({ type: 'tick' });
    if (this.state.session === undefined) void this.#entry.ask();
    else void this.#lookAgain(isNewNetwork);
    if (isNewNetwork) this.#line.join();
    else this.#line.wake();
    this.#startUnasked();
  }

  /** Asks again who is here, without waiting for the next try. */
  retryVisit(): void {
    this.wake(true);
  }

  /** The customer agrees before the link is there. */
  connect(): void {
    this.#does({ type: 'consented' });
    if (activeHandshake(this.state) === undefined) void this.#start();
  }

  /** The customer's click has opened the sign-in. */
  opened(): void {
    this.#does({ type: 'opened' });
  }

  startAnew(): void {
    this.#does({ type: 'startAnew' });
    void this.#start();
  }

  retryStart(): void {
    this.#moved = true;
    void this.#start();
  }

  putAside(): void {
    this.#does({ type: 'putAside' });
  }

  typing(): void {
    this.#code = '';
    if (this.state.refused) this.#happened({ type: 'typing' });
  }

  cancel(): void {
    const handshake = activeHandshake(this.state)?.handshake;
    this.#moved = handshake !== undefined;
    if (handshake !== undefined) void this.#ask('cancel', () => this.#parts.api.cancel(handshake));
  }

  /** Sends a code whose shape is right; false when it is not, and the state says why. */
  submit(pasted: string): boolean {
    const active = activeHandshake(this.state);
    if (active === undefined || this.state.asking?.what === 'code') return false;
    const check = checkCode(pasted, linkOf(active));
    if (!check.ok) {
      this.#happened({ type: 'refused', what: 'code', why: check.error });
      return false;
    }
    this.#code = check.code;
    this.#moved = true;
    void this.#ask('code', () => this.#parts.api.sendCode(active.handshake, check.code));
    return true;
  }

  async #start(): Promise<void> {
    const answer = await this.#ask('start', () => this.#parts.api.start());
    if (!answer?.ok) return;
    this.#truth({ snapshot: answer.body, connection: this.state.truth?.connection ?? null });
    this.#happened({ type: 'answered' });
  }

  /** Asks once at a time; what is refused is shown, what is granted shows itself by a new snapshot. */
  async #ask<Body>(what: Ask, request: () => Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    if (this.state.asking?.what === what || this.state.session?.viewer !== undefined) return undefined;
    this.#happened({ type: 'asked', what });
    const answer = await request();
    if (answer.ok || this.#isOver(answer.why)) return answer;
    // Both say that things have moved on: the truth says where to.
    if (answer.why === 'not_here' || answer.why === 'not_waiting') await this.#lookAgain();
    if (this.state.asking?.what === what) this.#happened({ type: 'refused', what, why: answer.why });
    return answer;
  }

  /** The truth by plain HTTP, where the line does not give it; it also tells that the session has ended. */
  async #lookAgain(isNewNetwork = false): Promise<void> {
    if (isNewNetwork || this.#looking === undefined) this.#looking = this.#parts.api.state();
    const looking = this.#looking;
    const answer = await looking;
    if (this.#looking === looking) this.#looking = undefined;
    if (answer.ok) this.#truth(answer.body);
    else this.#isOver(answer.why);
  }

  #message(message: Message): void {
    if (message.type === 'state') this.#truth({ snapshot: message.snapshot, connection: message.connection });
    if (message.type === 'service') this.#happened(message);
  }

  #truth(truth: CustomerState): void {
    const isFirst = this.state.truth === undefined;
    this.#happened({ type: 'truth', truth });
    if (this.state.asking?.what !== 'code' && this.state.refused?.what !== 'code') this.#code = '';
    if (isFirst) this.#startUnasked();
  }

  /** So that the link is there at the click; not for a tab that nobody looks at. */
  #startUnasked(): void {
    if (wantsStart(this.state) && this.#parts.isLookedAt()) void this.#start();
  }

  #noEntry(why: Refusal): boolean {
    if (why === 'not_here') this.#bar(why);
    if (this.#isOver(why)) return false;
    this.#happened({ type: 'refused', what: 'visit', why });
    return !this.#live.hasEnded;
  }

  /** True when the visit cannot go on in this page. */
  #isOver(why: Refusal): boolean {
    if (why === 'not_signed_in' || why === 'link_used') this.#bar(why);
    if (why === 'outdated') this.#outdated();
    return this.state.barred !== undefined;
  }

  #bar(why: ErrorCode): void {
    this.#line.end();
    this.#happened({ type: 'barred', why: why === 'not_signed_in' ? this.#whyNobody() : why });
  }

  /** Why nobody is signed in, where that is known. */
  #whyNobody(): ErrorCode {
    const { hasEntered, isConnectLink, keepsCookies } = this.#parts;
    if (!keepsCookies()) return 'cookies_blocked';
    if (this.state.session) return 'not_signed_in';
    if (hasEntered) return 'cookies_blocked';
    return isConnectLink ? 'link_used' : 'not_signed_in';
  }

  #outdated(): void {
    if (this.#parts.memory.mayReload(Date.now())) this.#parts.reload();
  }

  #does(event: Event): void {
    this.#moved = true;
    this.#happened(event);
  }

  #happened(event: Event): void {
    this.#live.happened(event);
  }
}

function linkOf({ link }: Snapshot): SignInLink | undefined {
  const check = link === undefined ? undefined : checkSignInLink(link);
  return check?.ok ? check.link : undefined;
}
