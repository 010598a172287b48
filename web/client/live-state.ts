import { type Brand, type Event, initialState, next, type State } from '../model/state.ts';
import { changesAt } from '../model/view.ts';
import type { Clock } from './clock.ts';
import type { Memory } from './memory.ts';

export interface LiveStateParts {
  clock: Clock;
  memory: Memory;
  /** What is configured of the platform's dress. */
  brand?: Brand;
  onChange: (state: State) => void;
}

/** The page's single state. It changes by events, and by itself when time alone changes what is shown. */
export class LiveState {
  readonly #parts: LiveStateParts;
  #value: State;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(parts: LiveStateParts) {
    this.#parts = parts;
    const { clock, memory, brand } = parts;
    this.#value = initialState(clock.now(), memory.consent, { brand, ways: memory.ways });
  }

  get value(): State {
    return this.#value;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  happened(event: Event): void {
    if (this.#hasEnded) return;
    const { clock, memory, onChange } = this.#parts;
    const before = this.#value;
    this.#value = next(before, event, clock.now());
    if (event.type === 'session') memory.ways = event.session;
    if (this.#value.consent !== before.consent) memory.consent = this.#value.consent;
    clearTimeout(this.#timer);
    const at = changesAt(this.#value);
    if (at !== undefined)
      this.#timer = setTimeout(() => this.happened({ type: 'tick' }), at - this.#value.now);
    onChange(this.#value);
  }

  /** From now on nothing happens. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }
}
