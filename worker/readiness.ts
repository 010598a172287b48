import { KeyferryError, toKeyferryError } from '../core/errors.ts';
import { allowance, mayUse } from './programs/openclaw.allowed.ts';
import { chooseModel, type Status } from './programs/openclaw.status.ts';
import type { ModelChange, OpenClaw } from './programs/openclaw.ts';
import type { PasteToken } from './programs/openclaw-paste-token.ts';
import type { CallLimits } from './transports/transport.ts';

/** Bytes that must be free on the box before OpenClaw is started beside `claude`; one start takes about 400 MB. */
const ROOM = 700 * 1024 * 1024;

/**
 * The same for a second OpenClaw that waits: by then the prompt holds 470 MB (2026.9.6), and the change of the model
 * takes another 240.
 */
const ROOM_FOR_MORE = 1_500 * 1024 * 1024;

/** Models that an error names. */
const MOST_NAMED = 20;

/** The default model to be, and what OpenClaw said before anything was changed. */
export interface Choice {
  model: string;
  before: Status;
}

export interface ReadinessOptions {
  openclaw: OpenClaw;
  /** The model asked for, with or without `anthropic/`. */
  model: string | undefined;
  openPrompt: () => Promise<PasteToken>;
  limits: CallLimits;
  /** For a program that is started early and waits until the token is stored. */
  limitsOfWaiting: CallLimits;
}

/**
 * What OpenClaw can do before the token is there. Each part is asked for once, when it is first needed;
 * `beginEarly` needs them while the customer signs in, because nearly all of OpenClaw's time is start-up.
 */
export class Readiness {
  /** OpenClaw's prompt for the token, open and waiting. */
  readonly prompt: () => Promise<PasteToken>;
  /** Which model is to be the default. Throws `model_not_offered`. */
  readonly choice: () => Promise<Choice>;
  /** Sessions that do not follow the default model. */
  readonly pins: () => Promise<string[]>;
  readonly #openModelChange: () => ModelChange;
  #modelChange: ModelChange | undefined;
  #early = true;

  constructor({ openclaw, model, openPrompt, limits, limitsOfWaiting }: ReadinessOptions) {
    const opened = once(openPrompt);
    // One that has ended meanwhile (a small box out of memory) has taken nothing: a fresh one is opened.
    this.prompt = async () => {
      const prompt = await opened();
      if (!prompt.over) return prompt;
      opened.forget();
      return opened();
    };
    this.choice = once(() => choose(openclaw, model, limits));
    this.pins = once(() => openclaw.pins(limits));
    this.#openModelChange = () => openclaw.openModelChange(limitsOfWaiting);
  }

  /** The change of the default model that waits, where there was reason and room to start it early. */
  get modelChange(): ModelChange | undefined {
    return this.#modelChange;
  }

  /** The token is there: what has not begun by now begins when it is asked for, and not before. */
  endEarly(): void {
    this.#early = false;
  }

  /**
   * One after the other, so that a small box is not swamped; called again with each fresh link. Returns why OpenClaw
   * cannot take a token, when it said so twice; looking for pinned sessions may fail.
   */
  async beginEarly(memoryAvailable: number | undefined): Promise<KeyferryError | undefined> {
    if (memoryAvailable !== undefined && memoryAvailable < ROOM) return undefined;
    for (const part of [this.prompt, this.choice] as (() => Promise<unknown>)[]) {
      if (!this.#early) return undefined;
      try {
        await part().catch(() => part());
      } catch (thrown) {
        return toKeyferryError(thrown);
      }
    }
    if (!this.#early) return undefined;
    const { model, before } = await this.choice();
    const hasRoom = memoryAvailable === undefined || memoryAvailable >= ROOM_FOR_MORE;
    if (hasRoom && before.resolvedDefault !== model && mayUse(model, before.allowed))
      this.#modelChange ??= this.#openModelChange();
    await this.pins().catch(() => {});
    return undefined;
  }
}

async function choose(openclaw: OpenClaw, wanted: string | undefined, limits: CallLimits): Promise<Choice> {
  const before = await openclaw.status(limits);
  if (wanted === undefined && before.resolvedDefault.startsWith('anthropic/'))
    return { model: before.resolvedDefault, before };
  const offered = await openclaw.offered(limits);
  // A list of allowed models is the operator's: it is widened for a model that was asked for, or for want of any.
  const allowed = offered.filter(allowance(before.allowed));
  const best = chooseModel(allowed.length > 0 ? allowed : offered);
  const model = wanted?.includes('/') === false ? `anthropic/${wanted}` : (wanted ?? best);
  const known = offered.length === 0 || (model !== undefined && offered.includes(model));
  if (model !== undefined && known) return { model, before };
  const some = offered.slice(0, MOST_NAMED).join(', ') || 'none';
  const others = offered.length > MOST_NAMED ? `, and ${offered.length - MOST_NAMED} others` : '';
  throw new KeyferryError('model_not_offered', { detail: `It offers: ${some}${others}.` });
}

interface Once<T> {
  (): Promise<T>;
  forget(): void;
}

/** Runs `make` at the first call and gives its promise to all; after a failure the next call runs it again. */
function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  const forget = () => {
    made = undefined;
  };
  const get = () => {
    if (made) return made;
    made = make();
    made.catch(forget);
    return made;
  };
  return Object.assign(get, { forget });
}
