import {
  type HandOver,
  type HandOverEnd,
  type HandOverOffer,
  handOverOfferSchema,
  handOverSchema,
} from '../../core/contract/hand-over.ts';
import type { Api } from '../client/api.ts';
import { type Answer, json, nothing } from '../client/ask.ts';
import type { Refusal } from '../model/state.ts';

/** What the first device shows. */
export type FirstShows =
  | { at: 'making' }
  | { at: 'code'; url: string }
  /** It has been shown for long. */
  | { at: 'paused' }
  | { at: 'word'; id: string; choices: readonly string[]; problem?: Refusal }
  | { at: 'confirmed' }
  | { at: 'entered' }
  | { at: 'signedOut' }
  | { at: 'ended'; why: HandOverEnd }
  | { at: 'refused'; why: Refusal };

/** Milliseconds between two looks, and after which a code on screen is replaced: well before it ends. */
export const LOOK_MS = 2_000;
const RENEW_MS = 75_000;
/** Codes in a row that nobody has used. */
const MOST_CODES = 8;

export interface FirstParts {
  ask<Body>(request: (api: Api) => Promise<Answer<Body>>): Promise<Answer<Body>>;
  onChange: (shows: FirstShows) => void;
}

/** The signed-in page's end of a hand-over: shows a code, then asks for the word. */
export class FirstEnd {
  readonly #parts: FirstParts;
  #shows: FirstShows = { at: 'making' };
  #offer: HandOverOffer | undefined;
  #renewAt = 0;
  #codes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasLeft = false;
  #isAnswering = false;

  constructor(parts: FirstParts) {
    this.#parts = parts;
  }

  /** Shows the device that goes on already, or a code for one. */
  async begin(): Promise<void> {
    const found = await this.#look();
    if (found?.ok && found.body.state === 'entered') this.#show({ at: 'entered' });
    else await this.anew();
  }

  /** A code for another device, whatever was before. */
  async anew(): Promise<void> {
    this.#codes = 0;
    this.#show({ at: 'making' });
    await this.#renew();
  }

  /** The customer has said which word the other device shows; null: none of them. */
  async choose(word: string | null): Promise<void> {
    const shows = this.#shows;
    if (shows.at !== 'word' || this.#isAnswering) return;
    this.#isAnswering = true;
    const { id } = shows;
    const answer = await this.#parts.ask((api) =>
      api.change('hand-over/answer', { id, word }, json(handOverSchema)),
    );
    this.#isAnswering = false;
    if (answer.ok) this.#heard(answer.body);
    else if (answer.why === 'hand_over_used') this.#show({ at: 'refused', why: answer.why });
    else this.#show({ ...shows, problem: answer.why });
  }

  /** Signs the other device out. */
  async signOut(): Promise<void> {
    const ended = await this.#parts.ask((api) => api.change('hand-over/end', {}, nothing));
    this.#show(ended.ok ? { at: 'signedOut' } : { at: 'refused', why: ended.why });
  }

  /** The customer goes back to the page: a code that nobody sees is ended. */
  leave(): void {
    this.#hasLeft = true;
    clearTimeout(this.#timer);
    const id = this.#offer?.id;
    // Nobody waits for this: what is not ended ends by itself.
    if (id && isWaiting(this.#shows.at))
      void this.#parts.ask((api) => api.change('hand-over/end', { id }, nothing));
  }

  async #renew(): Promise<void> {
    const made = await this.#parts.ask((api) => api.change('hand-over', {}, json(handOverOfferSchema)));
    if (!made.ok) {
      this.#show({ at: 'refused', why: made.why });
      return;
    }
    this.#codes += 1;
    this.#renewAt = performance.now() + RENEW_MS;
    this.#offer = made.body;
    this.#show({ at: 'code', url: made.body.url });
  }

  #look(): Promise<Answer<HandOver>> {
    return this.#parts.ask((api) => api.get('hand-over', json(handOverSchema)));
  }

  async #lookAgain(): Promise<void> {
    const found = await this.#look();
    const { at } = this.#shows;
    if (this.#hasLeft || this.#isAnswering || !isWaiting(at)) return;
    // What was not heard is asked again.
    if (!found.ok)
      return found.why === 'offline' ? this.#wait() : this.#show({ at: 'refused', why: found.why });
    this.#heard(found.body);
  }

  #heard(handOver: HandOver): void {
    const { state } = handOver;
    const isDue = state === 'none' || (state === 'offered' && performance.now() >= this.#renewAt);
    if (isDue && this.#codes < MOST_CODES) void this.#renew();
    else if (state === 'none') this.#show({ at: 'paused' });
    else if (state === 'offered') this.#wait();
    else if (state === 'opened') this.#show({ at: 'word', id: handOver.id, choices: handOver.choices });
    else if (state === 'ended') this.#show({ at: 'ended', why: handOver.why });
    else this.#show({ at: state });
  }

  #show(shows: FirstShows): void {
    if (this.#hasLeft) return;
    this.#shows = shows;
    this.#parts.onChange(shows);
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#hasLeft && isWaiting(this.#shows.at))
      this.#timer = setTimeout(() => void this.#lookAgain(), LOOK_MS);
  }
}

const isWaiting = (at: FirstShows['at']) => at === 'code' || at === 'word' || at === 'confirmed';
