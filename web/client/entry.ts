import type { Session } from '../../core/contract/http-api.ts';
import type { Refusal } from '../model/state.ts';
import type { Api } from './api.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export interface EntryEvents {
  onSession(session: Session): void;
  /** False ends it: another try would be pointless. */
  onRefused(why: Refusal): boolean;
}

/** Finds out who is here; keeps trying until it knows, with growing pauses. */
export class Entry {
  readonly #api: Api;
  readonly #events: EntryEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #failures = 0;

  constructor(api: Api, events: EntryEvents) {
    this.#api = api;
    this.#events = events;
  }

  /** Asks now, unless it is already asking. */
  async ask(): Promise<void> {
    if (this.#isAsking) return;
    this.end();
    this.#isAsking = true;
    const answer = await this.#api.session();
    this.#isAsking = false;
    if (answer.ok) {
      this.#failures = 0;
      this.#events.onSession(answer.body);
    } else if (this.#events.onRefused(answer.why)) {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
      this.#failures += 1;
      this.#timer = setTimeout(() => void this.ask(), wait);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
