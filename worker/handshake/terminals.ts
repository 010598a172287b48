import type { ProviderRow } from '../../core/contract/providers.ts';
import type { Program } from '../../core/contract/versions.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Survey } from '../boxes/survey.ts';
import { finishCliLogin } from '../programs/openclaw/cli-login.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { PasteToken } from '../programs/openclaw/paste-token.ts';
import { DEFAULT_COLUMNS } from '../terminal/columns.ts';
import { Terminal } from '../terminal/terminal.ts';
import type { CallLimits, Command } from '../transports/transport.ts';
import { Holder, type Size } from './holder.ts';
import type { HandshakeOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { SessionLimits, Sessions } from './sessions.ts';

const SIGN_IN_ROWS = 40;
const PROMPT_ROWS = 24;
/** Seconds, beyond those of its phases, that a holder stays when no worker comes back for it. */
const HOLDER_SLACK_S = 15 * 60;

export interface TerminalsParts {
  sessions: Sessions;
  progress: Progress;
  redactor: Redactor;
  options: HandshakeOptions;
}

/** The terminals on the box that a handshake works in: the sign-in's, which a holder keeps, and OpenClaw's prompt. */
export class Terminals {
  readonly #parts: TerminalsParts;

  constructor(parts: TerminalsParts) {
    this.#parts = parts;
  }

  /** What keeps the sign-in's program when this worker goes away; undefined where nobody wants it or the box has no tmux. */
  holder({ tmux }: Survey): Holder | undefined {
    const { sessions, progress, options } = this.#parts;
    const name = options.durability?.name;
    if (name === undefined || tmux === undefined) return undefined;
    const { timeoutMs } = progress.limitsThrough('waiting', 'exchanging', 'installing', 'proving');
    return new Holder(sessions, {
      tmux,
      name,
      seconds: Math.ceil(timeoutMs / 1_000) + HOLDER_SLACK_S,
    });
  }

  /** Opens the sign-in's, in its holder where there is one. */
  signIn(command: Command, holder: Holder | undefined): Promise<Terminal> {
    const { progress, options } = this.#parts;
    const { columns = DEFAULT_COLUMNS } = options;
    const size = { columns, rows: SIGN_IN_ROWS };
    // A parallel question to OpenClaw may have the only session.
    const limits: SessionLimits = { ...progress.limitsOf('opening'), waits: true };
    return this.#open('claude', command, size, limits, { holder });
  }

  /** Opens OpenClaw's prompt for the token, and resolves when it waits for it. */
  async prompt(openclaw: OpenClaw, provider: ProviderRow, limits: CallLimits): Promise<PasteToken> {
    const { columns = DEFAULT_COLUMNS } = this.#parts.options;
    const size = { columns: Math.min(columns, DEFAULT_COLUMNS), rows: PROMPT_ROWS };
    const { profile } = openclaw.recipient;
    const terminal = await this.#open('openclaw', openclaw.pasteCommand, size, limits, { isAhead: true });
    const prompt = new PasteToken(terminal, provider, profile);
    try {
      await prompt.ready(limits);
      return prompt;
    } catch (thrown) {
      await prompt.close();
      throw thrown;
    }
  }

  /** Has OpenClaw run its models through the box's own `claude`. Returns false if it did not see that signed in. */
  async cliLogin(openclaw: OpenClaw, limits: CallLimits): Promise<boolean> {
    const size = { columns: DEFAULT_COLUMNS, rows: SIGN_IN_ROWS };
    return finishCliLogin(await this.#open('openclaw', openclaw.cliLoginCommand, size, limits, {}), limits);
  }

  async #open(
    program: Program,
    command: Command,
    size: Size,
    limits: CallLimits,
    { holder, isAhead }: { holder?: Holder | undefined; isAhead?: boolean },
  ): Promise<Terminal> {
    const { sessions, redactor, options } = this.#parts;
    const pty = holder
      ? await holder.open(command, size, limits)
      : await sessions.openPty(command, size, limits);
    return Terminal.attach(pty, { ...size, redactor, tracker: options.tracker, program, isAhead });
  }
}
