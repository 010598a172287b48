/** One request to the stand-in. Neither query nor body nor credential is in it, so it may be printed. */
export interface LoggedRequest {
  /** Milliseconds since the epoch. */
  at: number;
  method: string;
  /** The host that the caller meant. */
  host: string;
  path: string;
  credential: 'bearer' | 'api-key' | 'none';
  /** Set once it is answered. */
  status?: number;
}

const MOST_KEPT = 10_000;

/** The requests that came, oldest first, as far as memory allows. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    if (this.entries.length < MOST_KEPT) this.entries.push(entry);
  }

  /** One line each, for people. */
  toString(): string {
    return this.entries
      .map(({ method, host, path, credential, status }) => {
        return `${method} ${host}${path} (${credential}) ${status ?? 'unanswered'}`;
      })
      .join('\n');
  }
}
