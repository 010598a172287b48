import type { Cases } from '../../core/store/case-list.ts';

interface Hearing {
  /** Somebody looks: nothing is asked while nobody does. */
  isWatched(): boolean;
  onChange(): void;
}

/** Looks again and again whether cases have changed, whoever has changed them: workers write most of them. */
export class CaseWatch {
  readonly #timer: NodeJS.Timeout;
  #last: string | undefined;
  #isAsking = false;

  /** `everyMs` between two looks. */
  constructor(cases: Pick<Cases, 'changedAt'>, { isWatched, onChange }: Hearing, everyMs: number) {
    this.#timer = setInterval(() => {
      if (!this.#isAsking && isWatched()) void this.#look(cases, onChange);
    }, everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(cases: Pick<Cases, 'changedAt'>, onChange: () => void): Promise<void> {
    this.#isAsking = true;
    // The database may be away for a moment: consoles hear that from elsewhere.
    const at = await cases.changedAt().catch(() => this.#last);
    this.#isAsking = false;
    // The first time, too: what has changed before that look is nobody's to miss.
    const isNew = at !== this.#last;
    this.#last = at;
    if (isNew) onChange();
  }
}
