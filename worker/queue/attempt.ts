import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { checkKey } from '../../core/contract/key.ts';
import {
  DEADLINES_MS,
  isEarly,
  isOnTheWay,
  isWorking,
  type WorkingPhase,
} from '../../core/contract/phases.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Logger } from '../../core/process/log.ts';
import { hasJustStood } from '../../core/process/own-time.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import type { WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import type { Disconnecting } from '../../core/store/disconnecting.ts';
import type { InFlightSecretKind, InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Mailbox } from '../../core/store/mailbox.ts';
import { now } from '../../core/store/redis-clock.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { customerKey } from '../fallback/customer-key.ts';
import type { Durability } from '../handshake/durability.ts';
import { HandshakeFailed } from '../handshake/ends.ts';
import { handshake } from '../handshake/handshake.ts';
import { endHolder } from '../handshake/holder.ts';
import type { HandshakeCustomer } from '../handshake/options.ts';
import type { Change } from '../handshake/progress.ts';
import type { LinkControl } from '../transports/transport.ts';
import type { Admission } from './admission.ts';
import type { AttemptJob } from './attempt-job.ts';
import { AttemptObserver, type AttemptObserverServices } from './attempt-observer.ts';
import {
  type AttemptEvent,
  BEGUN,
  endsWithWorker,
  isCodeTyped,
  isHandedOver,
  isHeldForNext,
  isParking,
  isReadOn,
  isSuperseded,
  isTokenKept,
  mayBeginAgain,
  mayHoldSomething,
  mayPark,
  next,
  wouldDisturb,
} from './attempt-state.ts';
import { type Ending, endingOf, follows, givenUp } from './ending.ts';
import type { KnownConnections } from './known-connections.ts';
import type { End } from './outcome.ts';
import { Parking } from './parking.ts';
import { Publisher } from './publisher.ts';
import { Signal } from './signal.ts';
import { SnapshotSequence } from './snapshot-sequence.ts';

export interface AttemptServices extends AttemptObserverServices {
  inventory: Pick<Inventory, 'find'>;
  mailbox: Mailbox;
  keys: Pick<WorkerKeys, 'open'>;
  snapshots: Snapshots;
  inFlightSecrets: InFlightSecrets;
  blockers: Blockers;
  disconnecting: Pick<Disconnecting, 'isUnderWay'>;
  known: Pick<KnownConnections, 'of'>;
  /** Whether a migration waits for this customer on that box, within seconds: then `takesOwnKeyOut` was asked for. */
  isAwaited?: (customer: string, box: string) => Promise<boolean>;
  admission: Admission;
}

export interface AttemptOptions {
  /** False: rely on what OpenClaw reports and make no real turn. */
  liveProof: boolean;
  /** See `HandshakeOptions`. */
  takesOwnKeyOut?: boolean;
  /** The platform's own provider, which is to stand behind the customer's. */
  platform?: PlatformProvider | undefined;
  /** Milliseconds by phase, where they differ from the contract's. */
  deadlines?: Partial<Record<WorkingPhase, number>>;
  /** Milliseconds that one waits for its code before it is parked, where its box can keep it; 0: never. Default: never. */
  parkAfterMs?: number;
}

/** The length of a standstill after which a box may have dropped us, and for how long afterwards a broken link is attributed to it. */
const STOOD_MS = 5_000;
const STOOD_AGO_MS = 30_000;

/** Milliseconds by which the clocks of two workers may differ: one that is taken for its end is not attached to. */
const NEAR_END_MS = 1_000;

/** Milliseconds for cleaning up a box that this attempt has not worked on. */
const CLEAR_MS = 10_000;

/** One attempt at a handshake, between its customer in Redis and their box. */
export class Attempt {
  readonly work: AttemptJob;
  readonly #services: AttemptServices;
  readonly #options: AttemptOptions;
  readonly #log: Logger;
  readonly #observer: AttemptObserver;
  readonly #publisher: Publisher;
  readonly #abort = new AbortController();
  readonly #nudged = new Signal();
  #sequence: SnapshotSequence;
  #state = BEGUN;
  readonly #begunAt = performance.now();
  #link: LinkControl = {};
  readonly #parking: Parking;
  /** The customer has left a code, when that was last asked. */
  #hasCode = false;
  /** Others need this worker's time more. */
  #givesWay = false;
  /** Gives back its place on the way to the link. */
  #leave: () => void = () => undefined;

  constructor(work: AttemptJob, services: AttemptServices, options: AttemptOptions) {
    const { handshake: id, customer, attempt } = work;
    this.work = work;
    this.#services = services;
    this.#options = options;
    this.#log = services.log.child({ handshake: id, customer, attempt });
    this.#sequence = new SnapshotSequence(work, null);
    this.#parking = new Parking(options.parkAfterMs ?? 0, () => mayPark(this.#state));
    this.#publisher = new Publisher({
      ...services,
      customer,
      log: this.#log,
      onSuperseded: () => {
        this.#happened({ is: 'superseded' });
        this.lose('A newer attempt or handshake has published.');
      },
      onUnfit: (error) =>
        this.#abort.abort(
          new KeyferryError('internal_error', { detail: `Cannot be shown: ${error.message}` }),
        ),
    });
    const customerKnows = () => this.#publisher.settled();
    this.#observer = new AttemptObserver(work, { ...services, log: this.#log }, customerKnows);
  }

  /** Runs it, and tells the customer about every change. Never rejects: errors are endings. */
  async run(last: Snapshot | null): Promise<Ending> {
    this.#sequence = new SnapshotSequence(this.work, last);
    this.#publisher.knows(this.#sequence.heldLink);
    try {
      if (this.work.isGivenUp)
        throw new KeyferryError('worker_lost', { detail: 'It was started too often.' });
      await this.#asked(() => this.#lookForCancel());
      await this.#asked(() => this.#lookForBlocker());
      await this.#asked(() => this.#lookForDisconnect());
      await this.#admitted();
      await this.#asked(() => this.#lookForEnd());
      const left = await this.#asked(() => this.#leftSecrets());
      const key = await this.#asked(() => this.#broughtKey());
      this.#abort.signal.throwIfAborted();
      const { transport, ...particulars } = await this.#find();
      const { platform } = this.#options;
      const connected = await handshake(transport, this.#customer(), {
        ...particulars,
        provider: rowOf(this.work.provider),
        method: this.work.method === 'claude-login' ? 'claude-login' : undefined,
        key,
        endpoint: this.work.endpoint,
        known: await this.#services.known.of(this.work),
        signal: this.#abort.signal,
        durability: this.#durability(left),
        tracker: this.#observer.tracker,
        found: (versions) => this.#observer.found(versions),
        liveProof: this.#options.liveProof,
        takesOwnKeyOut: this.#options.takesOwnKeyOut || (() => this.#isAwaited()),
        fallback: platform && {
          platform,
          key: (signal) => customerKey(platform, this.work.customer, signal),
        },
        deadlines: this.#options.deadlines,
      });
      return { kind: 'connected', connected };
    } catch (thrown) {
      const failed =
        thrown instanceof HandshakeFailed
          ? thrown
          : new HandshakeFailed(this.#state.phase, toKeyferryError(thrown));
      if (this.#sequence.parkedUntil !== undefined) await this.#keepCode();
      const ending = this.work.isGivenUp ? givenUp(failed.error) : this.#endingOf(failed);
      const mayHold = mayHoldSomething(this.#state, this.work.attempt);
      if (this.isHandedOver || follows(ending) || !mayHold) return ending;
      const uncleared = await this.clear();
      const isWoken = ending.kind === 'expired' && this.#sequence.parkedUntil !== undefined;
      // A box that is away as its time ends may have been so all the while: that is what somebody can do something about.
      return isWoken && uncleared ? { kind: 'failed', phase: 'reaching', error: uncleared } : ending;
    } finally {
      this.#happened({ is: 'over' });
      this.#leave();
    }
  }

  /**
   * Tells the customer how it ended. Resolves when they can know; with nothing if another attempt has taken
   * over. A connection counts in any case, because it exists. By then support can know too. With nothing also where it is
   * parked and nobody could be told: a code would wake nobody.
   */
  async conclude(ending: Ending): Promise<Snapshot | undefined> {
    const snapshot = this.#sequence.end(ending, this.#state.isLeft);
    if (snapshot) this.#publisher.say(snapshot);
    // Attempts that follow one another for hours leave nothing worth keeping.
    if (ending.kind === 'postponed') this.#observer.leave(ending);
    else if (ending.kind === 'parked') this.#observer.park(ending);
    else this.#observer.end(ending);
    await this.#publisher.settled();
    await this.#observer.settled();
    if (ending.kind === 'parked' && !this.#publisher.hasSaidAll) return undefined;
    return isSuperseded(this.#state) && ending.kind !== 'connected' ? undefined : snapshot;
  }

  /** It was handed over: its outcome must not be reported. */
  get isHandedOver(): boolean {
    return isHandedOver(this.#state);
  }

  /**
   * For a worker that stops with thousands: from now on it says and types nothing more, and its link ends with the
   * process. Resolves once the customer can know what that means for them. Only if `mayBeginAgain`.
   */
  async handOver(error: KeyferryError): Promise<void> {
    this.#happened({ is: 'handed-over' });
    const { phase } = this.#state;
    const ending: Ending = { kind: 'handover', phase, error };
    // One that was not let on its way yet is where it was.
    const snapshot = phase === 'queued' ? undefined : this.#sequence.end(ending, isHeldForNext(this.#state));
    if (snapshot) this.#publisher.say(snapshot);
    this.#observer.leave(ending);
    if (wouldDisturb(this.#state)) this.lose('It was handed over.', true);
    await this.#publisher.settled();
    this.#publisher.stop();
    this.#observer.stop();
  }

  /** It waits on its box from now on: a word that something is there for it is not for this attempt. */
  get isParking(): boolean {
    return isParking(this.#state);
  }

  /** It could start again elsewhere without harm. */
  get mayBeginAgain(): boolean {
    return mayBeginAgain(this.#state);
  }

  /**
   * Ends what an earlier attempt may have left on the box, if no attempt has got far enough to search for it. Never rejects:
   * why it could not is what it resolves with.
   */
  async clear(): Promise<KeyferryError | undefined> {
    const limits = { signal: new AbortController().signal, timeoutMs: CLEAR_MS };
    try {
      const token = await this.#services.inFlightSecrets.read('token', this.work);
      // For support: the one that the customer should revoke.
      if (token) this.#log.warn(`A token was made; its SHA-256 begins with ${token.fingerprint}.`);
    } catch (thrown) {
      this.#warn(thrown, 'cannot tell what was kept');
    }
    try {
      const { customer, box } = this.work;
      const { transport } = await this.#services.inventory.find(customer, limits, box);
      await endHolder(transport, this.work.handshake, limits);
      return undefined;
    } catch (thrown) {
      this.#warn(thrown, 'a holder is left to end by itself');
      return toKeyferryError(thrown);
    }
  }

  /** For support: how it ended, if another attempt told the customer but died before it could record it. */
  recall(end: End): Promise<void> {
    return this.#observer.recall(end);
  }

  /** Somebody is watching its terminal; `whole`: they have just arrived. */
  watch(whole: boolean): void {
    this.#observer.watch(whole);
  }

  /** There may be something in the mailbox. */
  nudge(): void {
    this.#nudged.raise();
    this.#lookForCancel().catch((thrown) => this.#warn(thrown, 'the mailbox could not be read'));
  }

  /** It no longer belongs to this worker: ends it at once. `hurries`: together with many others, so no box is asked to do anything. */
  lose(detail: string, hurries = false): void {
    if (hurries && this.mayBeginAgain) this.#link.hangUp?.();
    this.#abort.abort(new KeyferryError('worker_lost', { detail }));
  }

  /** Its work has kept this worker from everything else: it ends, and is not started again. */
  giveUp(detail: string): void {
    this.#abort.abort(new KeyferryError('worker_blocked', { detail }));
  }

  /** This worker is stopping. What can start again elsewhere without harm ends now, the rest continues until `cut`. */
  stop(): void {
    this.#happened({ is: 'worker-stops' });
    if (endsWithWorker(this.#state)) this.cut();
  }

  /** It takes no time of this worker's until `goOn`, unless a customer's code would be lost by that. */
  giveWay(): void {
    this.#givesWay = true;
    if (!isReadOn(this.#state)) this.#link.pause?.();
  }

  goOn(): void {
    this.#givesWay = false;
    this.#link.resume?.();
  }

  /** Ends it because this worker is stopping. `hurries`: together with many others, so no box is asked to do anything. */
  cut(hurries = false): void {
    this.#abort.abort(new KeyferryError('worker_stopped'));
    if (hurries) this.#link.hangUp?.();
  }

  /** The process ends now, whether or not Redis has received everything. */
  abandon(): void {
    this.cut();
    this.#publisher.stop();
    this.#observer.stop();
  }

  /** Waits for its turn. No deadline runs in the meantime, and what the customer sees stays true. */
  async #admitted(): Promise<void> {
    const deadlines = { ...DEADLINES_MS, ...this.#options.deadlines };
    const taken = this.#sequence.taken((phase) => (isWorking(phase) ? deadlines[phase] : undefined));
    if (taken) this.#publisher.say(taken);
    const { handshake, customer } = this.work;
    const entering = this.#services.admission.enter(handshake, customer, this.#abort.signal);
    if (this.#sequence.parkedUntil !== undefined) void this.#hurryWithCode();
    this.#leave = await entering;
  }

  /** Somebody waits for their code being typed: they come before those who wait for a link. */
  async #hurryWithCode(): Promise<void> {
    await this.#lookForCode();
    if (this.#hasCode) this.#services.admission.hurry(this.work.handshake);
  }

  /** It may be tried again for minutes: the code that it is tried for must not end before that. */
  async #keepCode(): Promise<void> {
    const { mailbox } = this.#services;
    this.#hasCode = await mailbox.keepCode(this.work.handshake).catch(() => this.#hasCode);
  }

  /** What is known stays where Redis does not answer. */
  async #lookForCode(): Promise<void> {
    const { mailbox } = this.#services;
    this.#hasCode = await mailbox.hasCode(this.work.handshake).catch(() => this.#hasCode);
  }

  /** One that was parked has had its time, and there is no code. */
  async #lookForEnd(): Promise<void> {
    const { parkedUntil } = this.#sequence;
    if (parkedUntil === undefined || now() < parkedUntil - NEAR_END_MS) return;
    if (!(await this.#services.mailbox.hasCode(this.work.handshake)))
      throw new HandshakeFailed('waiting', new KeyferryError('sign_in_expired'));
  }

  #customer(): HandshakeCustomer {
    return {
      tell: (change) => this.#tell(change),
      code: (signal) => this.#code(signal),
      settled: () => this.#publisher.settled(),
    };
  }

  #durability(left: Pick<Durability, 'token' | 'code' | 'ownKey'>): Durability {
    const { handshake } = this.work;
    return {
      name: handshake,
      ...left,
      typed: this.#sequence.wasTyped,
      waitsUntil: this.#sequence.parkedUntil,
      reached: (link) => {
        this.#link = link;
      },
      holds: (isThere) => {
        this.#parking.asks(isThere);
        this.#happened({ is: 'holder-found' });
      },
      keep: async (kind, secret) => {
        await this.#services.inFlightSecrets.keep(kind, this.work, secret);
        if (kind === 'token') this.#happened({ is: 'token-kept' });
      },
      uncleared: () => {
        this.#happened({ is: 'holder-not-cleared' });
      },
      found: (isHeld) => {
        this.#log.info({ isHeld }, 'searched for what an earlier attempt left');
        if (!isHeld) this.#sequence.release();
      },
      goesOn: (failed) => this.isHandedOver || follows(this.#endingOf(failed)),
    };
  }

  #endingOf(failed: HandshakeFailed): Ending {
    // Until this attempt has searched, assume that the one before it left something.
    const mayGoOn = this.#sequence.goesOn && isEarly(failed.phase);
    this.#happened({ is: 'failed', isHeld: failed.isHeld, mayGoOn });
    return endingOf(failed, {
      typed: isCodeTyped(this.#state),
      isLeft: this.#state.isLeft,
      isKept: isTokenKept(this.#state) || (mayGoOn && this.#sequence.wasTyped),
      mayRetry: this.work.mayRetry,
      mayInsist: this.work.mayInsist,
      // Not before it was started: it would be taken again and again, at once.
      hasStood: hasJustStood(STOOD_MS, Math.min(STOOD_AGO_MS, performance.now() - this.#begunAt)),
      parks: isParking(this.#state),
      wasParked: this.#sequence.parkedUntil !== undefined,
      hasCode: this.#hasCode,
    });
  }

  /** What Redis says before anything is started. If it does not answer, no other answer is assumed. */
  async #asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await orAborted(question, this.#abort.signal);
    } catch (thrown) {
      if (thrown instanceof KeyferryError || thrown instanceof HandshakeFailed) throw thrown;
      const detail = `Redis said: ${thrown instanceof Error ? thrown.message : 'nothing'}`;
      throw new KeyferryError('service_unavailable', { detail, cause: thrown });
    }
  }

  /** What an earlier attempt has kept. */
  async #leftSecrets(): Promise<Pick<Durability, 'token' | 'code' | 'ownKey'>> {
    const [token, code, ownKey] = await Promise.all(
      (['token', 'code', 'own-key'] as const).map((kind) => this.#leftSecret(kind)),
    );
    if (token) this.#happened({ is: 'token-kept' });
    return { token, code, ownKey };
  }

  /** The key that the customer has brought; it stays where it is until the handshake is over. */
  async #broughtKey(): Promise<Secret | undefined> {
    const { customer, box = DEFAULT_BOX, provider, submission, endpoint } = this.work;
    if (submission === undefined) return undefined;
    const owner = { customer, box, provider, submission, baseUrl: endpoint?.baseUrl };
    const sealed = await this.#services.inFlightSecrets.readKey(owner);
    if (!sealed) throw new KeyferryError('key_needed_again');
    this.#happened({ is: 'token-kept' });
    return checkedKey(sealed, provider);
  }

  /** One that cannot be opened is as good as none; one that Redis does not return may exist. */
  async #leftSecret(kind: InFlightSecretKind): Promise<Secret | undefined> {
    try {
      return await this.#services.inFlightSecrets.read(kind, this.work);
    } catch (thrown) {
      if (!(thrown instanceof KeyferryError)) throw thrown;
      this.#warn(thrown, `a kept ${kind} cannot be opened`);
      return undefined;
    }
  }

  #happened(event: AttemptEvent): void {
    this.#state = next(this.#state, event);
    if (this.#givesWay) this.giveWay();
  }

  #tell(change: Change): void {
    // A code that was taken just before must not be typed: the successor waits for a new one.
    if (this.isHandedOver) throw new KeyferryError('worker_lost', { detail: 'It was handed over.' });
    this.#happened({ is: 'phase-entered', phase: change.phase });
    // From here on it waits only for the customer or the box.
    if (!isOnTheWay(change.phase)) this.#leave();
    const snapshot = this.#sequence.change(change);
    if (snapshot) this.#publisher.say(snapshot);
    this.#observer.change(change);
    if (endsWithWorker(this.#state)) this.cut();
  }

  /** The next code that the customer leaves, for the link that is out. */
  async #code(signal: AbortSignal): Promise<Secret> {
    await orAborted(() => this.#publisher.settled(), signal);
    for (;;) {
      const nudged = this.#nudged.next();
      const envelope = await this.#take();
      if (envelope !== undefined) return this.#opened(envelope);
      // Nothing is being taken now, and nothing will be after it: what comes from here on is for who has it next.
      if ((await this.#parking.wait(nudged, signal)) === 'due') this.#park();
    }
  }

  /** Lets go of it; its box keeps the program. */
  #park(): never {
    this.#happened({ is: 'parks' });
    this.#abort.abort(new KeyferryError('worker_stopped', { detail: 'It waits on its box.' }));
    throw this.#abort.signal.reason;
  }

  async #take(): Promise<string | undefined> {
    const { mailbox } = this.#services;
    if (this.isHandedOver) return undefined;
    try {
      const envelope = await mailbox.takeCode(this.work);
      if (envelope === undefined || !this.isHandedOver) return envelope;
      // Handed over in between: the code is for the successor.
      await mailbox.leaveCode(this.work, envelope);
      return undefined;
    } catch (thrown) {
      // Redis answered with an error of its own. Nothing has been typed, so the customer can paste again; the next nudge
      // is the next chance.
      this.#warn(thrown, 'a code could not be taken');
      return undefined;
    }
  }

  /** Throws `sealed_unreadable`: the customer is told, and can paste again. */
  async #opened(envelope: string): Promise<Secret> {
    try {
      return await this.#services.keys.open(envelope, codeBinding(this.work));
    } catch (thrown) {
      this.#warn(thrown, 'a code cannot be opened');
      throw new KeyferryError('sealed_unreadable', { cause: thrown });
    }
  }

  /** It has kept another worker from everything else, and would do the same to this one. */
  async #lookForBlocker(): Promise<void> {
    const { handshake } = this.work;
    if (await this.#services.blockers.has(handshake)) throw new KeyferryError('worker_blocked');
  }

  /** A connection that is just being removed goes first. */
  async #lookForDisconnect(): Promise<void> {
    const { disconnecting } = this.#services;
    if (await disconnecting.isUnderWay(this.work.customer)) throw new KeyferryError('disconnect_under_way');
  }

  async #lookForCancel(): Promise<void> {
    const cancelled = await this.#services.mailbox.isCancelled(this.work.handshake);
    if (cancelled) this.#abort.abort(new KeyferryError('cancelled'));
  }

  /** Where nobody can tell, it is not. */
  async #isAwaited(): Promise<boolean> {
    const { customer, box = DEFAULT_BOX } = this.work;
    return (await this.#services.isAwaited?.(customer, box).catch(() => false)) ?? false;
  }

  async #find() {
    const { signal } = this.#abort;
    const timeoutMs = this.#options.deadlines?.reaching ?? DEADLINES_MS.reaching;
    try {
      const { customer, box } = this.work;
      return await this.#services.inventory.find(customer, { signal, timeoutMs }, box);
    } catch (thrown) {
      throw new HandshakeFailed('reaching', toKeyferryError(thrown));
    }
  }

  #warn(thrown: unknown, what: string): void {
    this.#log.warn({ reason: thrown instanceof Error ? thrown.message : 'unknown' }, what);
  }
}

/** Whoever sealed it may have sealed anything. Throws what is wrong with it as a key of this provider's. */
function checkedKey(sealed: Secret, provider: string): Secret {
  const row = rowOf(provider);
  const check = row && checkKey(sealed.reveal(), row);
  if (!check?.ok) throw new KeyferryError(check?.error ?? 'internal_error');
  return new Secret(check.key);
}
