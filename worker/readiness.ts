import type { Status } from './programs/openclaw.status.ts';
import type { OpenClaw } from './programs/openclaw.ts';
import type { PasteToken } from './programs/openclaw-paste-token.ts';
import type { CallLimits } from './transports/transport.ts';

/** Bytes that must be free on the box before OpenClaw is started beside `claude`; one start takes about 400 MB. */
const ROOM = 700 * 1024 * 1024;

export interface ReadinessOptions {
  openclaw: OpenClaw;
  openPrompt: () => Promise<PasteToken>;
  limits: CallLimits;
}

/**
 * What OpenClaw can do before the token is there. Each part is asked for once, when it is first needed;
 * `beginEarly` needs them while the customer signs in, because nearly all of OpenClaw's time is start-up.
 */
export class Readiness {
  /** OpenClaw's prompt for the token, open and waiting. */
  readonly prompt: () => Promise<PasteToken>;
  /** What OpenClaw said before anything was changed. */
  readonly before: () => Promise<Status>;
  readonly offered: () => Promise<string[]>;
  readonly pins: () => Promise<string[]>;
  #early = true;

  constructor({ openclaw, openPrompt, limits }: ReadinessOptions) {
    this.prompt = once(openPrompt);
    this.before = once(() => openclaw.status(limits, { probe: false }));
    this.offered = once(() => openclaw.offered(limits));
    this.pins = once(() => openclaw.pins(limits));
  }

  /** The token is there: what has not begun by now begins when it is asked for, and not before. */
  endEarly(): void {
    this.#early = false;
  }

  /** One after the other, so that a small box is not swamped; what fails is asked for again when needed. */
  async beginEarly(memoryAvailable: number | undefined): Promise<void> {
    if (memoryAvailable !== undefined && memoryAvailable < ROOM) return;
    for (const part of [this.prompt, this.before, this.offered, this.pins]) {
      if (this.#early) await part().catch(() => {});
    }
  }
}

/** Runs `make` at the first call and gives its promise to all; after a failure the next call runs it again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made) return made;
    const promise = make();
    made = promise;
    promise.catch(() => {
      made = undefined;
    });
    return promise;
  };
}
