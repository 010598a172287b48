import {
  type Continued,
  type ContinueLook,
  continuedSchema,
  continueLookSchema,
  type HandOverEnd,
} from '../../core/contract/hand-over.ts';
import { type Answer, ask, json, nothing, type Read } from '../client/ask.ts';
import type { Clock } from '../client/clock.ts';
import type { Refusal } from '../model/state.ts';
import { LOOK_MS } from './first-end.ts';

/** What the second device shows. */
export type SecondShows =
  | { at: 'looking' }
  | { at: 'question'; about: ContinueLook; problem?: Refusal }
  /** `about`: undefined once the page was loaded again. */
  | { at: 'word'; word: string; about: ContinueLook | undefined }
  | { at: 'confirmed' }
  | { at: 'stopped' }
  | { at: 'ended'; why: HandOverEnd; refreshUrl: string | undefined }
  | { at: 'refused'; why: Refusal };

export interface SecondParts {
  origin: string;
  /** What is in the link; undefined once it has been opened here and the page was loaded again. */
  token: string | undefined;
  clock: Clock;
  onChange: (shows: SecondShows) => void;
  /** The link is used up: it is not to be seen in the address any more. */
  onOpened: () => void;
  /** This browser has a session. */
  onEntered: () => void;
}

/** The page at a hand-over's link: asks whether to go on here, shows the word, and waits. Nothing is spent before a click. */
export class SecondEnd {
  readonly #parts: SecondParts;
  #shows: SecondShows = { at: 'looking' };
  #about: ContinueLook | undefined;
  #isAsking = false;

  constructor(parts: SecondParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    const { token } = this.#parts;
    if (token === undefined) return this.#look();
    const found = await this.#post('look', { token }, json(continueLookSchema));
    if (found.ok) {
      this.#about = found.body;
      this.#show({ at: 'question', about: found.body });
    } else this.#show({ at: 'refused', why: found.why });
  }

  /** The customer goes on here. */
  async open(): Promise<void> {
    const shows = this.#shows;
    const { token } = this.#parts;
    if (shows.at !== 'question' || token === undefined || this.#isAsking) return;
    this.#isAsking = true;
    const opened = await this.#post('open', { token }, json(continuedSchema));
    this.#isAsking = false;
    if (opened.ok) {
      this.#parts.onOpened();
      this.#heard(opened.body);
    } else if (opened.why === 'hand_over_used') this.#show({ at: 'refused', why: opened.why });
    else this.#show({ ...shows, problem: opened.why });
  }

  /** The customer does not. */
  stop(): void {
    if (this.#shows.at !== 'question') void this.#post('stop', {}, nothing);
    this.#show({ at: 'stopped' });
  }

  async #look(): Promise<void> {
    const { origin, clock } = this.#parts;
    const address = `${origin}/api/v1/continue`;
    this.#answered(await ask({ method: 'GET', address, clock, read: json(continuedSchema) }));
  }

  #answered(answer: Answer<Continued>): void {
    if (this.#shows.at === 'stopped') return;
    if (answer.ok) this.#heard(answer.body);
    // What was not heard is asked again.
    else if (answer.why === 'offline') setTimeout(() => void this.#look(), LOOK_MS);
    else this.#show({ at: 'refused', why: answer.why });
  }

  #heard(continued: Continued): void {
    switch (continued.state) {
      case 'opened':
        this.#show({ at: 'word', word: continued.word, about: this.#about });
        setTimeout(() => void this.#look(), LOOK_MS);
        return;
      case 'confirmed':
        this.#show({ at: 'confirmed' });
        void this.#post('enter', {}, json(continuedSchema)).then((answer) => this.#answered(answer));
        return;
      case 'entered':
        this.#parts.onEntered();
        return;
      case 'ended':
        this.#show({ at: 'ended', why: continued.why, refreshUrl: continued.refreshUrl });
    }
  }

  #show(shows: SecondShows): void {
    this.#shows = shows;
    this.#parts.onChange(shows);
  }

  #post<Body>(step: string, body: object, read: Read<Body>): Promise<Answer<Body>> {
    const { origin, clock } = this.#parts;
    return ask({ method: 'POST', address: `${origin}/api/v1/continue/${step}`, clock, body, read });
  }
}
