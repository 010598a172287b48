import { closedHere } from './ssh-errors.ts';
import type { CallLimits } from './transport.ts';

/** How long a connection stands: no call on it lasts longer, and what ends meanwhile is waited for. */
export class Lifetime {
  readonly #over = new AbortController();
  readonly #endings = new Set<Promise<void>>();
  #end: Promise<void> | undefined;

  /** True from the moment that the connection begins to end. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** The limits of a call on the connection, which ends with it. */
  limit<L extends CallLimits>(limits: L): L {
    return { ...limits, signal: AbortSignal.any([limits.signal, this.#over.signal]) };
  }

  /** Something of the connection's is being ended; `end` waits for that. */
  track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    return ending.finally(() => this.#endings.delete(ending));
  }

  /**
   * Calls that are under way end with `why`, then `programs` end, then what is tracked, then the link. Whoever ends it
   * again waits for the same end.
   */
  end(programs: () => Promise<unknown>, link = async () => {}, why = closedHere()): Promise<void> {
    this.#end ??= this.#endNow(programs, link, why);
    return this.#end;
  }

  /** The link is cut, and nothing is waited for but `link`. */
  cut(link: () => Promise<void>): void {
    if (this.#end) return;
    this.#end = link();
    this.#over.abort(closedHere());
  }

  async #endNow(programs: () => Promise<unknown>, link: () => Promise<void>, why: Error): Promise<void> {
    this.#over.abort(why);
    await programs();
    await Promise.all(this.#endings);
    await link();
  }
}
