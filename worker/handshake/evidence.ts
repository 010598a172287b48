import { KeyferryError } from '../../core/contract/errors.ts';
import { holdsProgram, type Phase } from '../../core/contract/phases.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { FoundProgram, OpenClawOnBox, Survey } from '../boxes/survey.ts';
import { HandshakeFailed } from './ends.ts';
import type { Holder } from './holder.ts';
import type { HandshakeOptions } from './options.ts';

/** Characters of an error's detail and of its screen that are redacted: all that a terminal of 40 rows can show. */
const MOST_DETAIL = 16_000;
const MOST_SCREEN = 64_000;
const MOST_VERSION = 40;
/** There is no point in continuing with a program that has ended. */
const ENDED: ReadonlySet<string> = new Set(['program_ended', 'claude_crashed', 'link_not_shown']);

/** What was found on the box and what was made there, for the errors that come later and for the end. */
export class Evidence {
  readonly #options: HandshakeOptions;
  readonly #redactor: Redactor;
  #programs = '';
  #holder: Holder | undefined;
  #wasHeld = false;
  #token: Secret | undefined;

  constructor(options: HandshakeOptions, redactor: Redactor) {
    this.#options = options;
    this.#redactor = redactor;
    this.#token = options.durability?.token;
  }

  /** What keeps the program; undefined until the box was surveyed, and where it has nothing that could. */
  get holder(): Holder | undefined {
    return this.#holder;
  }

  /** What a survey found, and again where more of it is known. */
  found({ claude, openclaw, holders }: Survey, holder: Holder | undefined): void {
    const { durability } = this.#options;
    this.foundPrograms({ claude, openclaw });
    this.#holder = holder;
    if (holder) durability?.holds?.(() => holder.isThere());
    this.#wasHeld = holders.includes(durability?.name ?? '');
  }

  /** The programs alone, before it is known whether they will do. */
  foundPrograms({ claude, openclaw }: Pick<Survey, 'claude' | 'openclaw'>): void {
    const named = ({ version = '?' }: FoundProgram) => version.slice(0, MOST_VERSION);
    this.#programs = `The box has claude ${named(claude)} and openclaw ${named(openclaw)}.`;
    const clear = (version: string | undefined) =>
      version && this.#redactor.text(version.slice(0, MOST_VERSION));
    this.#options.found?.({ claude: clear(claude.version), openclaw: clear(openclaw.version) });
  }

  /** The same where nothing else matters. */
  foundOpenClaw({ openclaw: { version } }: OpenClawOnBox): void {
    this.#programs = `The box has openclaw ${(version ?? '?').slice(0, MOST_VERSION)}.`;
    const clear = version && this.#redactor.text(version.slice(0, MOST_VERSION));
    this.#options.found?.({ claude: undefined, openclaw: clear });
  }

  /** The token that there is now, whatever becomes of it. */
  made(token: Secret): void {
    this.#token = token;
  }

  /** What a handshake that ended in this phase by this error reports. */
  failure(phase: Phase, error: KeyferryError): HandshakeFailed {
    const isAlive = !ENDED.has(error.code);
    const isHeld = isAlive && this.#holder !== undefined && (this.#wasHeld || holdsProgram(phase));
    return new HandshakeFailed(phase, this.#redacted(error), isHeld);
  }

  /** The same error, redacted: the only way out for what a box has said. */
  #redacted({ code, screen, detail }: KeyferryError): KeyferryError {
    const all = [detail?.slice(0, MOST_DETAIL), this.#programs, this.#fate].filter(Boolean).join(' ');
    return new KeyferryError(code, {
      detail: this.#redactor.text(all),
      ...(screen === undefined ? {} : { screen: this.#redactor.text(screen.slice(-MOST_SCREEN)) }),
    });
  }

  /** For support: which token the customer should revoke if it is never delivered. */
  get #fate(): string {
    return this.#token ? `A token was made; its SHA-256 begins with ${this.#token.fingerprint}.` : '';
  }
}
