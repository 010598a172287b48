import { directionOf, type Language, type Spoken } from '../../core/contract/languages.ts';
import type { Compiled } from './compile.ts';
import { type Part, speak } from './say.ts';

type Loaded = Readonly<Record<string, Compiled>>;
type Load = Readonly<Record<Part, () => Promise<{ messages: object }>>>;

/** Each part of each language is a chunk of its own; the build compiles its messages (web/compiled-messages.ts). */
const LOADERS: Readonly<Partial<Record<Language, Load>>> = {
  en: {
    page: () => import('./en/page.ts'),
    errors: () => import('./en/errors.ts'),
    keys: () => import('./en/keys.ts'),
  },
};

/** The languages that the page has. */
export const LANGUAGES = Object.keys(LOADERS) as Language[];

export interface TongueEvents {
  /** There is more to say than before. */
  onMore: () => void;
  /** The language cannot be had. */
  onMute: () => void;
}

/** Loads what the page says, in one language: at first what every customer sees, then the rest. */
export class Tongue {
  readonly #events: TongueEvents;
  readonly #asked = new Map<string, Promise<Loaded>>();
  #parts: Partial<Record<Part, Loaded>> = {};
  #spoken: Spoken | undefined;

  constructor(events: TongueEvents) {
    this.#events = events;
  }

  /** Begins to load a language that will probably be spoken. */
  prepare({ language }: Spoken): void {
    this.#load(language, 'page').catch(() => undefined);
  }

  /** Speaks a language from when it is there. */
  turnTo(spoken: Spoken): void {
    if (this.#spoken?.language === spoken.language && this.#spoken.locale === spoken.locale) return;
    this.#spoken = spoken;
    this.#parts = {};
    void this.#add('page').then(
      () => this.#add('errors').catch(() => this.#speak({ errors: {} })),
      () => this.#events.onMute(),
    );
  }

  /** What the pages beside the main path say. Rejects if it cannot be had. */
  async more(): Promise<void> {
    await Promise.all([this.#add('keys'), this.#add('errors')]);
  }

  async #add(part: Part): Promise<void> {
    const spoken = this.#spoken;
    if (!spoken) return;
    const loaded = await this.#load(spoken.language, part);
    if (this.#spoken === spoken) this.#speak({ [part]: loaded });
  }

  #speak(more: Partial<Record<Part, Loaded>>): void {
    if (!this.#spoken) return;
    this.#parts = { ...this.#parts, ...more };
    speak(this.#spoken, this.#parts);
    const { documentElement } = document;
    documentElement.lang = this.#spoken.language;
    documentElement.dir = directionOf(this.#spoken.language);
    this.#events.onMore();
  }

  /** One request at a time for each; after a failure the next one is new. */
  #load(language: Language, part: Part): Promise<Loaded> {
    const name = `${language} ${part}`;
    const asked =
      this.#asked.get(name) ??
      Promise.resolve(LOADERS[language]?.[part]()).then(
        (loaded) => loaded?.messages as Loaded,
        (thrown) => {
          this.#asked.delete(name);
          throw thrown;
        },
      );
    this.#asked.set(name, asked);
    return asked;
  }
}
