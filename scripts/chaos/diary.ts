import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { PageScreen } from '../../web/model/page-screen.ts';

/** A code that the customer copied at a sign-in. */
export interface Copied {
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
  link: string;
  /** How many times it was pasted. */
  sent: number;
}

/** What a customer was told and did. `lines` never holds a secret. */
export class Diary {
  readonly codes: Copied[] = [];
  /** Handshakes of theirs that ended otherwise than connected, with their last snapshots. */
  readonly endings: Snapshot[] = [];
  /** How many times they had to do something again. */
  tries = 0;
  /** One line each, for whoever looks into a failure. */
  readonly lines: string[] = [];
  readonly handshakes = new Set<string>();
  readonly #began = performance.now();
  #links: string[] = [];
  #last = '';

  note(what: string): void {
    const seconds = ((performance.now() - this.#began) / 1_000).toFixed(2);
    this.lines.push(`${seconds.padStart(7)} s  ${what}`);
  }

  /** The page has changed. */
  see(snapshot: Snapshot | undefined, screen: PageScreen): void {
    if (snapshot) this.handshakes.add(snapshot.handshake);
    const { phase, attempt, seq, notice, rejected, error, link } = snapshot ?? {};
    const more = [notice, rejected && `rejected: ${rejected.code}`, error && `error: ${error.code}`];
    const which = link === undefined ? [] : [`link ${this.#numberOf(link)}`];
    const told = phase === undefined ? [] : [`${phase} (attempt ${attempt}, ${seq})`, ...which, ...more];
    const screenSays = screen.name === 'paste' && screen.error ? 'paste, with an error' : screen.name;
    const line = [`sees ${screenSays}`, ...told].filter(Boolean).join(' · ');
    if (line !== this.#last) this.note(line);
    this.#last = line;
  }

  signedIn(link: string, text: string): void {
    this.codes.push({ text, link, at: Date.now(), sent: 0 });
    this.note(`signs in at link ${this.#numberOf(link)}, copies code ${this.codes.length}`);
  }

  tried(what: string): void {
    this.tries += 1;
    this.note(what);
  }

  ended(snapshot: Snapshot): void {
    this.endings.push(snapshot);
  }

  /** The newest code of a link that was not pasted yet. */
  unsent(link: string): Copied | undefined {
    return this.codes.findLast((code) => code.link === link && code.sent === 0);
  }

  newest(link: string): Copied | undefined {
    return this.codes.findLast((code) => code.link === link);
  }

  hasSent(link: string): boolean {
    return this.codes.some((code) => code.link === link && code.sent > 0);
  }

  #numberOf(link: string): number {
    if (!this.#links.includes(link)) this.#links.push(link);
    return this.#links.indexOf(link) + 1;
  }
}
