import type { FunctionComponent } from 'preact';
import { checkCode } from '../../core/contract/code.ts';
import type { Endpoint } from '../../core/contract/endpoint.ts';
import type { ErrorCode } from '../../core/contract/error-rows.ts';
import type { CustomerState, Session } from '../../core/contract/http-api.ts';
import { HERE, HERE_EVERY_MS, type Message, messageSchema } from '../../core/contract/live-messages.ts';
import { isEarly } from '../../core/contract/phases.ts';
import { FIRST, secretOwner } from '../../core/contract/provider-names.ts';
import { checkSignInLink, type SignInLink } from '../../core/contract/sign-in-link.ts';
import type { Connection, Snapshot } from '../../core/contract/snapshot.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import { hear } from '../messages/heard.ts';
import type { PageScreen } from '../model/page-screen.ts';
import {
  type Ask,
  activeHandshake,
  type Event,
  type Refusal,
  runningHandshake,
  type State,
} from '../model/state.ts';
import { type PlaceScreens, wantsPlaces, wantsStart } from '../model/view.ts';
import { isSameWay, isSignIn, mainWay, type Place, wayOf } from '../model/ways.ts';
import type { Api, SealKey, Wanted } from './api.ts';
import type { Answer } from './ask.ts';
import type { CodeSender } from './code-sender.ts';
import { Entry } from './entry.ts';
import { type Hear, Line, type Wire } from './line.ts';
import { LiveState, type LiveStateParts } from './live-state.ts';

export interface VisitParts extends LiveStateParts {
  api: Api;
  codes: CodeSender;
  openWire: (hear: Hear) => Wire;
  /** Reloads the page to get a newer version. */
  reload: () => void;
  /** A cookie was set for this page. */
  hasEntered: () => boolean;
  /** False if the browser itself says that it keeps no cookies. */
  keepsCookies: () => boolean;
  /** False in a tab that nobody sees. */
  isLookedAt: () => boolean;
  /** Loads the screens beside the main path. Rejects if they cannot be had. */
  loadPlaces: () => Promise<Places>;
  /** Seals a key to the workers, for one customer's submission. */
  seal: (
    key: string,
    ...forWhom: [...Parameters<SealKey>, provider: string, baseUrl: string | undefined]
  ) => Promise<string>;
}

/** The screens beside the main path: what they show, and how. */
export interface Places extends PlaceScreens {
  Body: FunctionComponent<{ screen: PageScreen; visit: PageVisit; isInert: boolean }>;
}

/** Milliseconds within which a handshake that makes room for another should have ended, and between two looks. */
const ROOM_MS = 20_000;
const ROOM_LOOK_MS = 500;
/** Milliseconds for which somebody counts as being at the page after they have done something there. */
const HERE_MS = 15_000;

/** Why something was not taken that may be taken the next time. */
const PASSING: readonly Refusal[] = ['offline', 'service_unavailable', 'too_many_requests'];

/** A customer's visit to the page: what the api says and what the customer does, in the order in which it happens. */
export class PageVisit {
  readonly #parts: VisitParts;
  readonly #line: Line<Message>;
  readonly #entry: Entry;
  readonly #live: LiveState;
  #moved = false;
  /** No line has been opened: the page is at a connect link. */
  #isOutside: boolean;
  /** The request for the current state; only one at a time. */
  #looking: Promise<Answer<CustomerState>> | undefined;
  /** Kept until it has had its effect, so that a code that did not arrive need not be copied again. */
  #code = '';
  /** When somebody last did something here, and when that was last said (ms since 1970). */
  #hereAt = 0;
  #saidAt = 0;
  #places: Places | undefined;
  #isLoading = false;
  /** The handshake of which the api knows that the customer has clicked for it. */
  #asked: string | undefined;
  /** When the newest connection was made for which all have been asked for. */
  #allSince: string | undefined;

  constructor(parts: VisitParts) {
    this.#parts = parts;
    this.#isOutside = parts.api.isAtDoor;
    this.#live = new LiveState(parts);
    this.#line = new Line(parts.openWire, tolerant(messageSchema), {
      onMessage: (message) => this.#message(message),
      onStands: (stands) => this.#happened({ type: 'line', stands }),
      onNoEntry: () => {
        this.#happened({ type: 'line', stands: false });
        void this.#lookAgain();
      },
      // Or another tab has got a new session, which is just as good.
      onSignedOut: () => void this.#entry.ask(),
      onUnknown: () => this.#outdated(),
    });
    this.#entry = new Entry(parts.api, {
      onSession: (session) => this.#session(session),
      onRefused: (why) => this.#noEntry(why),
    });
  }

  get state(): State {
    return this.#live.value;
  }

  /** True once after the customer did something: the next change of screen is their doing. */
  takeMove(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  /** The screens beside the main path, once they are loaded. */
  get places(): Places | undefined {
    return this.#places;
  }

  /** The code that could not be sent, as the field's initial value. */
  get unsentCode(): string {
    return this.#code;
  }

  /** Opens the line and finds out who is here, in parallel. */
  begin(): void {
    // Also one that a phone has loaded again, after the sign-in in another tab.
    if (this.#parts.isLookedAt()) this.#hereAt = Date.now();
    if (!this.#parts.api.isAtDoor) this.#line.join();
    void this.#entry.ask();
  }

  /** Closes everything that the visit has open. */
  leave(): void {
    this.#live.end();
    this.#entry.end();
    this.#line.end();
  }

  /**
   * The page is visible again, or the network is back (`isNewNetwork`: earlier connections are dead). The current
   * state is requested at once: a line that died silently reports nothing, not even its death.
   */
  wake(isNewNetwork = false): void {
    if (this.state.barred !== undefined) return;
    this.#happened({ type: 'tick' });
    if (this.#parts.isLookedAt()) this.here();
    if (this.#parts.api.isAtDoor) {
      if (this.state.session === undefined) void this.#entry.ask();
      return;
    }
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

  /** The customer agrees before there is a link. */
  connect(): void {
    this.#does({ type: 'consented' });
    if (this.#parts.api.isAtDoor) void this.#comeIn();
    else if (this.state.place || activeHandshake(this.state) === undefined) void this.#start();
  }

  /** Goes to a page beside the main path, or back to that. */
  go(to: Place | undefined): void {
    const { session } = this.state;
    if (this.#parts.api.isAtDoor) this.#useLink();
    const main = mainWay(session);
    const isMain = to?.at === 'way' && main && isSameWay(to, main) && !to.another;
    this.#does({ type: 'went', place: isMain && !this.state.truth?.connection ? undefined : to });
    // In good time: what it takes to end is not to be waited for later.
    if (to?.at === 'way' && !isSignIn(to)) void this.#makeRoom();
    this.#startUnasked();
  }

  /** Connects with a key that the customer has typed, an address of their own, or both, in the way that they are looking at. */
  bringKey(key: string | undefined, label: string | undefined, endpoint?: Endpoint): void {
    const { place } = this.state;
    if (place?.at !== 'way') return;
    const { provider, method, another } = place;
    this.#moved = true;
    const seal: SealKey | undefined =
      key === undefined
        ? undefined
        : (session, submission) => this.#parts.seal(key, session, submission, provider, endpoint?.baseUrl);
    void this.#begin('key', { provider, method, another, label, endpoint }, (wanted) =>
      seal ? this.#parts.api.startWithKey(wanted, seal) : this.#parts.api.start(wanted),
    );
  }

  /** Asks the api for a page beside the main path; a refusal that ends the visit ends it. */
  async ask<Body>(request: (api: Api) => Promise<Answer<Body>>): Promise<Answer<Body>> {
    const answer = await request(this.#parts.api);
    if (!answer.ok) this.#isOver(answer.why);
    return answer;
  }

  /** Has the current state asked for: something about it has been changed. */
  look(): void {
    void this.#lookAgain();
  }

  /** Milliseconds since the epoch by the api's clock. */
  get now(): number {
    return this.#parts.clock.now();
  }

  reload(): void {
    this.#parts.reload();
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

  /** Somebody is at the page, and a code may follow: a handshake that no worker holds is taken before it comes. */
  here(): void {
    this.#hereAt = Date.now();
    this.#sayHere();
  }

  typing(): void {
    this.here();
    this.#code = '';
    if (this.state.refused) this.#happened({ type: 'typing' });
  }

  cancel(): void {
    const handshake = activeHandshake(this.state)?.handshake;
    this.#moved = handshake !== undefined;
    if (handshake !== undefined) void this.#ask('cancel', () => this.#parts.api.cancel(handshake));
  }

  /** Sends a code if its form is right; otherwise false, and the state says why. */
  submit(pasted: string): boolean {
    const active = activeHandshake(this.state);
    const { session } = this.state;
    if (active === undefined || session === undefined || this.state.asking?.what === 'code') return false;
    const check = checkCode(pasted, linkOf(active));
    if (!check.ok) {
      // A key has a page of its own; what a sign-in leaves has none.
      const of = check.error === 'code_is_key' ? secretOwner(pasted) : undefined;
      this.#happened({ type: 'refused', what: 'code', why: check.error, of });
      if (of !== undefined) void this.#loadPlaces();
      return false;
    }
    this.#code = check.code;
    this.#moved = true;
    const mayBeChanged = active.rejected?.code === 'sealed_unreadable';
    void this.#ask('code', () =>
      this.#parts.codes.send(session, active.handshake, check.code, { mayBeChanged }),
    );
    return true;
  }

  #session(session: Session): void {
    this.#happened({ type: 'session', session });
    this.#sayHere();
    if (session.link === 'over') this.#bar('link_used');
    // An operator has come from the console.
    else if (session.link && session.viewer !== undefined) this.#useLink();
    // Whatever there is of theirs is told to nobody who has only been given the link.
    else if (session.link) this.#truth({ snapshot: null, connection: null });
    else {
      if (this.#isOutside) this.#line.join();
      this.#isOutside = false;
      this.#startUnasked();
    }
  }

  /** The customer has clicked: their connect link may be used up now. */
  #useLink(): void {
    this.#parts.api.openDoor();
    void this.#entry.ask();
  }

  /** With the customer's click to connect; somebody who is connected already is shown that instead. */
  async #comeIn(): Promise<void> {
    this.#parts.api.openDoor();
    await this.#entry.ask();
    if (this.state.session?.link !== undefined || this.#parts.api.isAtDoor) return;
    await this.#lookAgain();
    if (this.state.truth?.connection) this.#happened({ type: 'went', place: undefined });
    else if (activeHandshake(this.state) === undefined) void this.#start();
  }

  /** Starts in the way that the customer is looking at. `isUnasked`: without a click of theirs. */
  async #start(isUnasked = false): Promise<void> {
    const { place, session } = this.state;
    const wanted = place?.at === 'way' ? place : (mainWay(session) ?? FIRST);
    const { provider, method, another } = wanted as Wanted;
    await this.#begin(
      'start',
      { provider, method, another },
      (it) => (isUnasked ? this.#parts.api.startUnasked(it) : this.#parts.api.start(it)),
      isUnasked,
    );
  }

  async #begin(
    what: 'start' | 'key',
    wanted: Wanted,
    start: (wanted: Wanted) => Promise<Answer<Snapshot>>,
    isUnasked = false,
  ): Promise<void> {
    const answer = await this.#ask(what, async (): Promise<Answer<Snapshot>> => {
      if (this.state.place) await this.#makeRoom();
      const started = await start(wanted);
      // Somebody else's, in another way, which the api answers instead of starting this one.
      const isOther = started.ok && !isSameWay(wayOf(started.body), wanted);
      return isOther ? { ok: false, why: 'handshake_under_way' } : started;
    });
    if (!answer?.ok) return;
    if (!isUnasked) this.#asked = answer.body.handshake;
    const { connection = null, connections } = this.state.truth ?? {};
    this.#truth({ snapshot: answer.body, connection, ...(connections && { connections }) });
    this.#happened({ type: 'answered', handshake: answer.body.handshake });
  }

  /** Ends what was begun unasked: a customer has one handshake at a time. */
  async #makeRoom(): Promise<void> {
    const running = runningHandshake(this.state);
    if (!running || !isEarly(running.phase) || this.state.session?.viewer !== undefined) return;
    if (running.handshake !== this.state.clearing) {
      this.#happened({ type: 'clearing' });
      await this.#parts.api.cancel(running.handshake);
    }
    for (let waited = 0; waited < ROOM_MS; waited += ROOM_LOOK_MS) {
      if (runningHandshake(this.state)?.handshake !== running.handshake || this.#live.hasEnded) return;
      await new Promise((resolve) => setTimeout(resolve, ROOM_LOOK_MS));
      // The line tells it, as a rule; a line that has died silently does not.
      if (waited % 2_000 === 0) await this.#lookAgain();
    }
  }

  /** One request at a time; a refusal is shown, and success shows in a new snapshot. */
  async #ask<Body>(what: Ask, request: () => Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    if (this.state.asking?.what === what || this.state.session?.viewer !== undefined) return undefined;
    this.#happened({ type: 'asked', what });
    const answer = await request();
    if (answer.ok || this.#isOver(answer.why)) return answer;
    // Both mean that things have moved on: the current state shows where to.
    if (answer.why === 'not_here' || answer.why === 'not_waiting') await this.#lookAgain();
    if (this.state.asking?.what === what) this.#happened({ type: 'refused', what, why: answer.why });
    return answer;
  }

  /** The current state over plain HTTP, if the line does not deliver it; it also shows that the session has ended. */
  async #lookAgain(isNewNetwork = false): Promise<void> {
    if (isNewNetwork || this.#looking === undefined) this.#looking = this.#parts.api.state();
    const looking = this.#looking;
    const answer = await looking;
    if (this.#looking === looking) this.#looking = undefined;
    if (answer.ok) this.#truth(answer.body);
    else this.#isOver(answer.why);
  }

  #message(message: Message): void {
    if (message.type === 'state') this.#pushed(message);
    if (message.type === 'service') this.#happened(message);
  }

  /** What is pushed may lack the list of all connections: it stays, or is asked for, if there is anything new. */
  #pushed({ snapshot, connection, connections }: CustomerState): void {
    const { truth } = this.state;
    const isKnown = connection?.connectedAt === truth?.connection?.connectedAt;
    const all = connections ?? (isKnown ? truth?.connections : undefined);
    const named =
      connection && isKnown && truth?.connection ? asNamed(connection, truth.connection) : connection;
    this.#truth({ snapshot, connection: named, ...(all && { connections: all }) });
  }

  /** Once for each that is new. */
  #lookForAll(): void {
    const { truth, session } = this.state;
    const { connection, connections } = truth ?? {};
    if (!session?.offers || !connection || connections || connection.connectedAt === this.#allSince) return;
    this.#allSince = connection.connectedAt;
    void this.#lookAgain();
  }

  #sayHere(): void {
    const now = Date.now();
    const { session } = this.state;
    // An operator has nothing to say there, and who is here may not be known yet.
    const isCustomer = session !== undefined && session.viewer === undefined;
    const isParked = activeHandshake(this.state)?.parked;
    if (!isCustomer || !isParked || now - this.#hereAt > HERE_MS || now - this.#saidAt < HERE_EVERY_MS)
      return;
    if (this.#line.say(HERE)) this.#saidAt = now;
  }

  #truth(truth: CustomerState): void {
    const { truth: before, clearing } = this.state;
    const { error, rejected } = truth.snapshot ?? {};
    for (const said of [error, rejected]) if (said) hear(said);
    this.#happened({ type: 'truth', truth });
    this.#sayHere();
    if (this.state.asking?.what !== 'code' && this.state.refused?.what !== 'code') this.#code = '';
    // A code follows, in minutes or in seconds.
    if (activeHandshake(this.state)) this.#parts.codes.prepare();
    if (before === undefined || clearing !== undefined) this.#startUnasked();
  }

  /** So that the link is there when the customer clicks; not for a hidden tab. */
  #startUnasked(): void {
    if (wantsStart(this.state) && this.#parts.isLookedAt()) void this.#start(true);
  }

  #noEntry(why: Refusal): boolean {
    // While apis are replaced the page of one may be at the link of an older one, which uses it up when it is opened.
    if (why === 'not_here' && !(this.#parts.api.isAtDoor && this.#outdated())) this.#bar(why);
    if (this.#isOver(why)) return false;
    this.#happened({ type: 'refused', what: 'visit', why });
    return !this.#live.hasEnded;
  }

  /** True when the visit cannot continue in this page. */
  #isOver(why: Refusal): boolean {
    if (why === 'not_signed_in' || why === 'link_used') this.#bar(why);
    if (why === 'outdated') this.#outdated();
    return this.state.barred !== undefined;
  }

  #bar(why: ErrorCode): void {
    this.#line.end();
    this.#happened({ type: 'barred', why: why === 'not_signed_in' ? this.#whyNobody() : why });
  }

  /** Why nobody is signed in, if that is known. */
  #whyNobody(): ErrorCode {
    const { hasEntered, keepsCookies } = this.#parts;
    if (!keepsCookies()) return 'cookies_blocked';
    if (this.state.session) return 'not_signed_in';
    return hasEntered() ? 'cookies_blocked' : 'not_signed_in';
  }

  /** True if the page is loaded again. */
  #outdated(): boolean {
    const may = this.#parts.memory.mayReload(Date.now());
    if (may) this.#parts.reload();
    return may;
  }

  #does(event: Event): void {
    this.#moved = true;
    this.#happened(event);
  }

  #happened(event: Event): void {
    this.#live.happened(event);
    if (wantsPlaces(this.state)) void this.#loadPlaces();
    void this.#sayAsked();
    this.#lookForAll();
  }

  /** What the page had begun by itself is the customer's own wish from their click on. What did not arrive is said again. */
  async #sayAsked(): Promise<void> {
    const { consent, session } = this.state;
    const handshake = consent?.handshake;
    if (!session || session.viewer !== undefined || handshake === undefined || handshake === this.#asked)
      return;
    this.#asked = handshake;
    const answer = await this.#parts.api.asked(handshake);
    if (!answer.ok && PASSING.includes(answer.why) && this.#asked === handshake) this.#asked = undefined;
  }

  async #loadPlaces(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#places = await this.#parts.loadPlaces();
      this.#happened({ type: 'keys', are: 'ready' });
    } catch {
      // A browser does not fetch it again for this page: a newer version of it may be out, too.
      this.#happened({ type: 'keys', are: 'failed' });
    }
  }
}

function linkOf({ link }: Snapshot): SignInLink | undefined {
  const check = link === undefined ? undefined : checkSignInLink(link);
  return check?.ok ? check.link : undefined;
}

/** A connection as it is pushed, with the name and the model that it has by now. */
function asNamed({ label: _, ...pushed }: Connection, { label, model }: Connection): Connection {
  return { ...pushed, ...(label !== undefined && { label }), ...(model !== undefined && { model }) };
}
