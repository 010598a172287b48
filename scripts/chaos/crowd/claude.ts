import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeFor, tokenFor } from './secrets.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** What a program on a box tells of itself. */
export interface Hears {
  /** A code goes to Anthropic. */
  typed: (code: string) => void;
  /** A link is on somebody's screen for the first time. */
  shown?: (link: string) => void;
}

const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';
const PASTED = /\x1b\[200~(.*?)\x1b\[201~/gs;
const random = () => randomBytes(32).toString('base64url');

/** `claude setup-token` as 2.1.330 shows it, in as few words as tell its screens apart. */
export class SimulatedClaude {
  /** Resolves with 0 once it has printed its token. */
  readonly ended: Promise<number>;
  readonly link = linkOf(random(), random());
  readonly #delayMs: number;
  readonly #hears: Hears;
  #isShown = false;
  #show: ((text: string) => void) | undefined;
  #size: Size = { columns: 120, rows: 40 };
  #field = '';
  #stage: 'opening' | 'asking' | 'exchanging' | 'refused' | 'done' | 'killed' = 'opening';
  #end: (code: number) => void = () => undefined;

  constructor(delayMs: number, hears: Hears) {
    this.#delayMs = delayMs;
    this.#hears = hears;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void sleep(delayMs).then(() => this.#goTo('asking'));
  }

  /** Who is attached sees the screen as it stands, and what follows; nobody else any more. */
  attach(size: Size, show: (text: string) => void): void {
    this.#size = size;
    this.#show = show;
    this.#draw();
  }

  detach(show: (text: string) => void): void {
    if (this.#show === show) this.#show = undefined;
  }

  /** Ends it half way; nobody hears of it any more. */
  kill(): void {
    this.#stage = 'killed';
    this.#show = undefined;
  }

  /** What is typed: a paste, and Enter by itself. */
  type(text: string): void {
    if (this.#stage !== 'asking') return;
    for (const [, pasted = ''] of text.matchAll(PASTED)) this.#field += pasted;
    if (text === '\r' && this.#field !== '') void this.#exchange();
    else if (PASTED.test(text)) this.#draw();
    PASTED.lastIndex = 0;
  }

  async #exchange(): Promise<void> {
    const code = this.#field;
    this.#hears.typed(code);
    this.#goTo('exchanging');
    await sleep(this.#delayMs);
    const isGood = code === codeFor(this.link);
    this.#goTo(isGood ? 'done' : 'refused');
    await sleep(this.#delayMs);
    if (this.#stage === 'done') this.#end(0);
  }

  #goTo(stage: 'asking' | 'exchanging' | 'refused' | 'done'): void {
    if (this.#stage === 'killed') return;
    this.#stage = stage;
    this.#draw();
  }

  #draw(): void {
    const { columns } = this.#size;
    const rows = this.#rows(columns).map((row) => `\x1b[2K${row}`);
    if (!this.#show) return;
    if (this.#stage === 'asking' && !this.#isShown) this.#hears.shown?.(this.link);
    this.#isShown ||= this.#stage === 'asking';
    this.#show(`\x1b[?2004h\x1b[2J\x1b[H${rows.join('\r\n')}`);
  }

  #rows(columns: number): string[] {
    const title = [' Welcome to Claude Code v2.1.330 (simulated by Keyferry)', '.'.repeat(58), ''];
    switch (this.#stage) {
      case 'opening':
        return [...title, ' Opening browser to sign in'];
      case 'asking':
        return [
          ...title,
          " Browser didn't open? Use the URL below to sign in (c to copy)",
          '',
          ...cut(this.link, columns).map((row) => `\x1b]8;id=keyferry;${this.link}\x07${row}\x1b]8;;\x07`),
          '',
          ' Paste code here if prompted',
          ` ╭${'─'.repeat(columns - 3)}╮`,
          ` │ ${masked(this.#field).padEnd(columns - 5)}│`,
          ` ╰${'─'.repeat(columns - 3)}╯`,
        ];
      case 'exchanging':
        return [...title, ' Finishing sign-in'];
      case 'refused':
        return [" ✘ OAuth error: That code wasn't accepted.", '', ' Press Enter to retry'];
      case 'done':
        return [
          '',
          ' ✔ Long-lived authentication token created',
          '',
          ' Your OAuth token (valid for 1 year):',
          '',
          ...cut(tokenFor(codeFor(this.link)), columns - 1).map((row) => ` ${row}`),
          '',
          " Store this token securely. You won't be able to see it again.",
          '',
        ];
      case 'killed':
        return [];
    }
  }
}

function linkOf(challenge: string, state: string): string {
  const asked = new URLSearchParams({
    code: 'true',
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: 'https://platform.claude.com/oauth/code/callback',
    scope: 'user:inference',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
  });
  return `https://claude.com/cai/oauth/authorize?${asked}`;
}

const masked = (code: string) => `${'*'.repeat(Math.max(0, code.length - 6))}${code.slice(-6)}`;

function cut(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
}
