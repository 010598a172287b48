import { directionOf, type Language, type Spoken } from '../../core/contract/languages.ts';
import type { Compiled } from './compile.ts';
import { type Part, speak } from './say.ts';

type Loaded = Readonly<Record<string, Compiled>>;
type Load = Readonly<Record<Part, () => Promise<{ messages: object }>>>;

/** Each part of each language is a chunk of its own; the build compiles its messages (web/compiled-messages.ts). */
const LOADERS: Readonly<Record<Language, Load>> = {
  en: {
    page: () => import('./en/page.ts'),
    errors: () => import('./en/errors.ts'),
    keys: () => import('./en/keys.ts'),
  },
  de: {
    page: () => import('./de/page.ts'),
    errors: () => import('./de/errors.ts'),
    keys: () => import('./de/keys.ts'),
  },
  fr: {
    page: () => import('./fr/page.ts'),
    errors: () => import('./fr/errors.ts'),
    keys: () => import('./fr/keys.ts'),
  },
  es: {
    page: () => import('./es/page.ts'),
    errors: () => import('./es/errors.ts'),
    keys: () => import('./es/keys.ts'),
  },
  'pt-BR': {
    page: () => import('./pt-BR/page.ts'),
    errors: () => import('./pt-BR/errors.ts'),
    keys: () => import('./pt-BR/keys.ts'),
  },
  it: {
    page: () => import('./it/page.ts'),
    errors: () => import('./it/errors.ts'),
    keys: () => import('./it/keys.ts'),
  },
  nl: {
    page: () => import('./nl/page.ts'),
    errors: () => import('./nl/errors.ts'),
    keys: () => import('./nl/keys.ts'),
  },
  pl: {
    page: () => import('./pl/page.ts'),
    errors: () => import('./pl/errors.ts'),
    keys: () => import('./pl/keys.ts'),
  },
  tr: {
    page: () => import('./tr/page.ts'),
    errors: () => import('./tr/errors.ts'),
    keys: () => import('./tr/keys.ts'),
  },
  ja: {
    page: () => import('./ja/page.ts'),
    errors: () => import('./ja/errors.ts'),
    keys: () => import('./ja/keys.ts'),
  },
  'zh-Hans': {
    page: () => import('./zh-Hans/page.ts'),
    errors: () => import('./zh-Hans/errors.ts'),
    keys: () => import('./zh-Hans/keys.ts'),
  },
  ar: {
    page: () => import('./ar/page.ts'),
    errors: () => import('./ar/errors.ts'),
    keys: () => import('./ar/keys.ts'),
  },
};

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
  #wantsMore = false;
  #hasTurned = () => {};
  /** Settled once a language is spoken. */
  readonly #turned = new Promise<void>((resolve) => {
    this.#hasTurned = resolve;
  });

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
    this.#hasTurned();
    if (this.#wantsMore) this.#add('keys').catch(() => undefined);
    void this.#add('page').then(
      () => this.#add('errors').catch(() => this.#speak({ errors: {} })),
      () => this.#events.onMute(),
    );
  }

  /** What the pages beside the main path say, once it is known in which language. Rejects if it cannot be had. */
  async more(): Promise<void> {
    await this.#turned;
    this.#wantsMore = true;
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
    // Not within the promise of what was loaded: what is wrong with showing it is no failure to load.
    queueMicrotask(() => this.#events.onMore());
  }

  /** One request at a time for each; after a failure the next one is new. */
  #load(language: Language, part: Part): Promise<Loaded> {
    const name = `${language} ${part}`;
    const asked =
      this.#asked.get(name) ??
      LOADERS[language][part]().then(
        ({ messages }) => messages as Loaded,
        (thrown) => {
          this.#asked.delete(name);
          throw thrown;
        },
      );
    this.#asked.set(name, asked);
    return asked;
  }
}
