import { ownTimeout } from '../../core/process/own-time.ts';
import { orAborted } from '../abort.ts';

/** When a handshake that waits for its customer's code need not have a worker any longer. */
export class Parking {
  readonly #afterMs: number;
  readonly #may: () => boolean;
  #isThere: () => Promise<boolean> = async () => false;

  /** `afterMs`: milliseconds in which nothing has come; 0: never. `may`: whether its state allows it. */
  constructor(afterMs: number, may: () => boolean) {
    this.#afterMs = afterMs;
    this.#may = may;
  }

  /** Asks the box whether it keeps the program. */
  asks(isThere: () => Promise<boolean>): void {
    this.#isThere = isThere;
  }

  /**
   * Waits until there may be something (`nudged`), or until it is `due`: for long nothing has come, and the box says
   * that it keeps the program. Rejects on abort.
   */
  async wait(nudged: Promise<void>, signal: AbortSignal): Promise<'nudged' | 'due'> {
    const heard = nudged.then(() => 'nudged' as const);
    if (this.#afterMs === 0) return orAborted(() => heard, signal);
    for (;;) {
      const said = await orAborted(() => this.#nothingFor(heard), signal);
      if (said !== undefined) return said;
      // One that may not, or whose box does not say so, is asked again after as long.
      if (!this.#may()) continue;
      const told = await orAborted(() => Promise.race([heard, this.#isThere()]), signal);
      if (told === 'nudged') return told;
      if (told && this.#may()) return 'due';
    }
  }

  /** Undefined once nothing was heard for so long. */
  async #nothingFor(heard: Promise<'nudged'>): Promise<'nudged' | undefined> {
    let callOff = () => {};
    const late = new Promise<undefined>((resolve) => {
      callOff = ownTimeout(this.#afterMs, () => resolve(undefined));
    });
    try {
      return await Promise.race([heard, late]);
    } finally {
      callOff();
    }
  }
}
