/** Looks again and again whether the database is there, and tells it whenever that has changed. */
export class RecordWatch {
  readonly #check: () => Promise<void>;
  readonly #tell: (available: boolean) => void;
  readonly #timer: NodeJS.Timeout;
  #isChecking = false;
  #isThere = true;

  /** `check` rejects if it is away, within a deadline; `everyMs` between two looks. */
  constructor(check: () => Promise<void>, tell: (available: boolean) => void, everyMs: number) {
    this.#check = check;
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#look(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const isThere = await this.#check().then(
      () => true,
      () => false,
    );
    this.#isChecking = false;
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    this.#tell(isThere);
  }
}
