/** Where sessions and what hands them over lie in Redis. `digest`: of the cookie or token that opens it. */
export class SessionKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A customer's. */
  session(digest: string): string {
    return `${this.#prefix}:session:${digest}`;
  }

  /** An operator's, apart from the customers', where an earlier version's api would mistake it for one of theirs. */
  view(digest: string): string {
    return `${this.#prefix}:view-session:${digest}`;
  }

  /** One that was handed over: apart, too, because an earlier version's api would let it outlive the one it is from. */
  handed(digest: string): string {
    return `${this.#prefix}:handed-session:${digest}`;
  }

  /** The digest of the one session that a session has been handed over to. */
  handedTo(from: string): string {
    return `${this.#prefix}:handed-to:${from}`;
  }

  /** The hand-over of a session. */
  handOver(from: string): string {
    return `${this.#prefix}:hand-over:${from}`;
  }

  /** Names the hand-over that a link is of. */
  handOverLink(customer: string, digest: string): string {
    return `${this.#prefix}:hand-over-link:${customer}:${digest}`;
  }

  /** Names the hand-over that a browser has opened. */
  handOverBrowser(customer: string, digest: string): string {
    return `${this.#prefix}:hand-over-browser:${customer}:${digest}`;
  }
}
