import { type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import type { Screen } from '../../terminal/screen.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { complaint } from './dead-ends.ts';
import { readPaste, readPrompt } from './screens.ts';

/** Milliseconds in which a pasted token shows, clear (2026.4.15) or as a mask (2026.9.6). */
const SHOWS_WITHIN_MS = 10_000;

/** A conversation with `openclaw models auth paste-token` in a terminal on the box. */
export class PasteToken {
  readonly #terminal: Terminal;
  readonly #provider: { openclaw: { id: string } };
  readonly #profile: string;
  #over = false;
  /** The screen before anything was typed: what is on it is not an answer. */
  #before: Screen | undefined;

  /** `profile`: under which OpenClaw was asked to store the token. */
  constructor(terminal: Terminal, provider: { openclaw: { id: string } }, profile: string) {
    this.#provider = provider;
    this.#terminal = terminal;
    this.#profile = profile;
    void terminal.ended.then(() => {
      this.#over = true;
    });
  }

  /** True once the program has ended. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Waits for the prompt: 4–12 s after start, so it is opened while the customer signs in. Throws at once where
   * OpenClaw says, or asks, something that no waiting changes.
   */
  async ready(limits: CallLimits): Promise<void> {
    const reading = await this.#terminal.waitFor(
      "OpenClaw's prompt for the token",
      (screen) => {
        this.#before = screen;
        return readPrompt(screen, this.#provider);
      },
      { ...limits, stable: (earlier, later) => earlier === later, ...failsAs('openclaw_failed') },
    );
    if (reading !== 'asks')
      throw new KeyferryError(reading, {
        detail: complaint(this.#terminal.dump()),
        screen: this.#terminal.dump(),
      });
  }

  /**
   * Pastes the token, presses Enter separately once it shows, and waits until OpenClaw confirms. The prompt
   * takes a bracketed paste without having turned it on (Node's readline knows the markers).
   */
  async paste(
    token: Secret,
    { signal, timeoutMs }: CallLimits,
    onEntered: () => void = () => {},
  ): Promise<void> {
    const shows = Math.min(SHOWS_WITHIN_MS, timeoutMs);
    const refused = failsAs('openclaw_refused_token');
    const pasted = await this.#terminal.paste(token, {
      signal,
      timeoutMs: shows,
      bracketed: 'always',
      ...refused,
    });
    pasted.enter();
    onEntered();
    const reading = await this.#terminal.waitFor(
      'OpenClaw to confirm the token',
      (now) => readPaste(this.#before, now, this.#profile),
      {
        signal,
        timeoutMs,
        stable: (earlier, later) => earlier === later,
        ...refused,
      },
    );
    if (reading === 'refused')
      throw new KeyferryError('openclaw_refused_token', { screen: this.#terminal.dump() });
  }

  close(): Promise<void> {
    return this.#terminal.close();
  }
}

const failsAs = (code: ErrorCode) => ({ onTimeout: code, onEnd: code });
