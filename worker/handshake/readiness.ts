import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { mayUse } from '../programs/openclaw/allowed.ts';
import type { ModelChange, OpenClaw, Recipient } from '../programs/openclaw/openclaw.ts';
import type { PasteToken } from '../programs/openclaw/paste-token.ts';
import type { CallLimits } from '../transports/transport.ts';
import { type Choice, choose, isDeadEndError, isSettled, type Known, knowFor, notOffered } from './choice.ts';
import { type Once, once } from './once.ts';
import type { HandshakeOptions } from './options.ts';
import type { Sessions } from './sessions.ts';

/** Bytes that must be free on the box before OpenClaw is started beside `claude`; one start takes about 400 MB. */
const ROOM = 700 * 1024 * 1024;

/**
 * The same for a second OpenClaw that waits: by then the prompt holds 470 MB (2026.9.6), and the change of the model
 * takes another 240.
 */
const ROOM_FOR_MORE = 1_500 * 1024 * 1024;

/** Milliseconds for OpenClaw to say what it has: its start, and on a busy box 2026.4.15 takes over a minute for that. */
const KNOWN_WITHIN_MS = 2 * 60_000;
/** Milliseconds that the default model waits for a list in which the one that was asked for should stand. */
const CHECK_WITHIN_MS = 20_000;

export interface ReadinessOptions {
  openclaw: OpenClaw;
  /** The model asked for, with or without `<provider>/`. */
  model: string | undefined;
  /** Undefined where nothing is pasted: then there is nothing to open early, and no model to choose. */
  openPrompt: (() => Promise<PasteToken>) | undefined;
  /** The link's, of which there may be too few. */
  sessions?: Pick<Sessions, 'isNarrow' | 'spare'> | undefined;
  takesOwnKeyOut?: HandshakeOptions['takesOwnKeyOut'];
  limits: CallLimits;
  /** For a program that is started early and waits until the token is stored. */
  limitsOfWaiting: CallLimits;
}

/**
 * What OpenClaw can do before there is a token. Each part is requested once, when it is first needed;
 * `beginEarly` needs them while the customer signs in, because nearly all of OpenClaw's time is start-up.
 */
export class Readiness {
  /** What OpenClaw says about itself. Throws a dead end with everything that it says about it. */
  readonly known: () => Promise<Known>;
  /** The model to use. */
  readonly choice: () => Promise<Choice>;
  /** Sessions that do not follow the default model. */
  readonly pins: () => Promise<string[]>;
  readonly #openclaw: OpenClaw;
  readonly #openPrompt: (() => Promise<PasteToken>) | undefined;
  readonly #openModelChange: () => ModelChange;
  readonly #signal: AbortSignal;
  readonly #limits: CallLimits;
  /** Throws `model_not_offered`; only where a model was asked for. */
  readonly #checkWanted: () => Promise<void>;
  #prompt: { opened: Once<PasteToken>; recipient: Recipient } | undefined;
  #modelChange: ModelChange | undefined;
  readonly #sessions: ReadinessOptions['sessions'];
  #early = true;
  #begun = false;
  /** The token goes into the prompt next. */
  #isWanted = false;
  /** Prompts that have given their session up. */
  readonly #givenUp = new WeakSet<PasteToken>();

  constructor(options: ReadinessOptions) {
    const { openclaw, model: wanted, openPrompt, sessions, limits, limitsOfWaiting } = options;
    this.#openclaw = openclaw;
    this.#openPrompt = openPrompt && (() => this.#spared(openPrompt));
    this.#sessions = sessions;
    this.#signal = limits.signal;
    this.#limits = limits;
    this.known = once(() => knowFor(openclaw, options, { ...limits, timeoutMs: KNOWN_WITHIN_MS }));
    const model = wanted?.includes('/') === false ? `${openclaw.provider.openclaw.id}/${wanted}` : wanted;
    this.choice = once(async () => {
      const known = await this.known();
      return { ...known, model: model ?? (await choose(openclaw, known, limits)) };
    });
    this.#checkWanted = once(async () => {
      if (model === undefined || (await this.known()).before.resolvedDefault === model) return;
      const offered = await openclaw.offered(limits).catch((): string[] => []);
      if (offered.length > 0 && !offered.includes(model)) throw notOffered(offered);
    });
    this.pins = once(() => openclaw.pins(limits));
    this.#openModelChange = () => openclaw.openModelChange(limitsOfWaiting);
  }

  /** The waiting change of the model, if there was reason and room to start it early. */
  get modelChange(): ModelChange | undefined {
    return this.#modelChange;
  }

  /** The token is there: what has not started by now starts when it is requested, and not before. */
  endEarly(): void {
    this.#early = false;
  }

  /**
   * What OpenClaw says about itself, for a token that is there: it is stored nowhere before that is known, because under
   * any name something may stand that works. Asked once more if it was not answered. Throws a dead end at once.
   */
  async settled(): Promise<Known> {
    // Opened meanwhile as it is most likely to be wanted; not where it could have the only session.
    const isAhead = this.#begun && !this.#openclaw.namesAgents && !this.#sessions?.isNarrow;
    if (isAhead) void this.#open().catch(() => undefined);
    return this.known().catch((thrown: unknown) => {
      this.#signal.throwIfAborted();
      if (isDeadEndError(thrown)) throw thrown;
      return this.known();
    });
  }

  /** OpenClaw's prompt for the token, open and waiting, for the profile and agent that `openclaw.recipient` names. */
  async prompt(): Promise<PasteToken> {
    this.#isWanted = true;
    const opened = await this.#open();
    return this.#givenUp.has(opened) ? this.#open() : opened;
  }

  /** Whether a model that was asked for is one; a list that is late says nothing. Throws `model_not_offered`. */
  async checkWanted(): Promise<void> {
    await Promise.race([this.#checkWanted(), late(CHECK_WITHIN_MS)]);
  }

  /**
   * One after the other, so that a small box is not overwhelmed; called again with each fresh link. Returns why OpenClaw
   * cannot take a token, when it said so twice or nothing can change it; looking for pinned sessions may fail.
   */
  async beginEarly(memoryAvailable: number | undefined): Promise<KeyferryError | undefined> {
    if (!hasRoom(memoryAvailable)) return undefined;
    this.#begun = true;
    const open = () => this.#open();
    // A prompt for a particular agent is opened once the agent is known; another one where the name is taken.
    const first = this.#openclaw.namesAgents ? [this.known, open] : [open, this.known, open];
    const all = this.#openPrompt ? [...first, this.#checkWanted, this.choice] : [this.known];
    for (const part of all as (() => Promise<unknown>)[]) {
      if (!this.#early) return undefined;
      try {
        await part().catch((thrown: unknown) => (isSettled(thrown) ? Promise.reject(thrown) : part()));
      } catch (thrown) {
        const error = toKeyferryError(thrown);
        // The box has no session for it next to the sign-in; there will be one when that is over.
        return error.code === 'channel_refused' ? undefined : error;
      }
    }
    if (!this.#early) return undefined;
    if (this.#openPrompt) await this.#beginModelChange(memoryAvailable);
    await this.pins().catch(() => {});
    return undefined;
  }

  async #beginModelChange(memoryAvailable: number | undefined): Promise<void> {
    const { model, before } = await this.choice();
    const isWorthIt = before.resolvedDefault !== model && mayUse(model, before.allowed);
    if (!isWorthIt || this.#modelChange) return;
    // A gateway that runs does it sooner than one that waits, and needs no memory for it.
    if (await this.#openclaw.changesThroughGateway(this.#limits).catch(() => false)) return;
    const hasRoomForMore = memoryAvailable === undefined || memoryAvailable >= ROOM_FOR_MORE;
    if (hasRoomForMore && this.#early) this.#modelChange ??= this.#openModelChange();
  }

  /**
   * Until it is wanted, a prompt that is open can be spared: it is closed again where a question waits for the session that
   * it has (`MaxSessions 1`, and a sign-in that was over just as the prompt was opened early).
   */
  async #spared(open: () => Promise<PasteToken>): Promise<PasteToken> {
    const prompt = await open();
    this.#sessions?.spare(async () => {
      if (this.#isWanted) return;
      this.#givenUp.add(prompt);
      await prompt.close();
    });
    return prompt;
  }

  /** The prompt for whom the sign-in is for as far as is known; one for another has taken nothing, and is closed. */
  async #open(): Promise<PasteToken> {
    const { recipient } = this.#openclaw;
    let prompt = this.#prompt;
    if (prompt && !isSame(prompt.recipient, recipient)) {
      void prompt.opened().then(
        (other) => other.close(),
        () => {},
      );
      prompt = undefined;
    }
    prompt ??= { opened: once(this.#openPrompt ?? noPrompt), recipient };
    this.#prompt = prompt;
    const opened = await prompt.opened();
    // Not before it is wanted: the question for which it was given up would wait again.
    if (this.#givenUp.has(opened)) {
      if (this.#prompt === prompt) this.#prompt = undefined;
      return opened;
    }
    // One that has ended meanwhile (a small box out of memory) has received nothing: a fresh one is opened.
    if (!opened.over) return opened;
    prompt.opened.forget();
    return prompt.opened();
  }
}

/** Whether OpenClaw may be started beside `claude`. */
export function hasRoom(memoryAvailable: number | undefined): boolean {
  return memoryAvailable === undefined || memoryAvailable >= ROOM;
}

const noPrompt = () => Promise.reject(new KeyferryError('internal_error', { detail: 'Nothing is pasted.' }));

const isSame = (one: Recipient, other: Recipient) =>
  one.agent === other.agent && one.profile === other.profile;

function late(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
}
