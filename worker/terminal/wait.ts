import type { Screen } from './screen.ts';

/** After this many milliseconds without drawing, a frame counts as complete. */
export const QUIET_MS = 40;
/** A later frame sooner than this may be the second half of the same one. */
const FRAME_MS = 16;

export interface WaitRules<T> {
  /** Pure; undefined means "not yet". What it throws ends the wait. */
  read: (screen: Screen) => T | undefined;
  /** Without it the first result counts. */
  stable: ((earlier: T, later: T) => boolean) | undefined;
  /** Milliseconds of quiet after which a result counts. */
  quietMs: (value: T) => number;
  /** False while output is still being drawn: then another check follows automatically. */
  idle: () => boolean;
  onMatch: (result: T) => void;
  onThrow: (thrown: unknown) => void;
}

/** One wait: reads every frame that it is shown, and decides when a result counts. */
export class Wait<T> {
  readonly #rules: WaitRules<T>;
  #candidate: { value: T; at: number; revision: number } | undefined;
  #quiet: NodeJS.Timeout | undefined;

  constructor(rules: WaitRules<T>) {
    this.#rules = rules;
  }

  /** Something was drawn, or the program has ended (`screen.exit`). */
  look(screen: Screen): void {
    this.#stopQuiet();
    let value: T | undefined;
    try {
      value = this.#rules.read(screen);
    } catch (thrown) {
      this.#rules.onThrow(thrown);
      return;
    }
    if (value === undefined) {
      this.#candidate = undefined;
      return;
    }
    if (this.#counts(value, screen)) this.#rules.onMatch(value);
  }

  stop(): void {
    this.#stopQuiet();
  }

  #counts(value: T, screen: Screen): boolean {
    const { stable } = this.#rules;
    if (!stable || screen.exit) return true;
    const now = performance.now();
    const held = this.#candidate !== undefined && stable(this.#candidate.value, value);
    if (!held || this.#candidate === undefined)
      this.#candidate = { value, at: now, revision: screen.revision };
    else if (screen.revision > this.#candidate.revision && now - this.#candidate.at >= FRAME_MS) return true;
    this.#quiet = setTimeout(() => {
      if (this.#rules.idle()) this.#rules.onMatch(value);
    }, this.#rules.quietMs(value));
    return false;
  }

  #stopQuiet(): void {
    if (this.#quiet !== undefined) clearTimeout(this.#quiet);
    this.#quiet = undefined;
  }
}
