import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import type { OpenClawOnBox } from '../../boxes/survey.ts';
import { Terminal } from '../../terminal/terminal.ts';
import type { BoxConnection, CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { PasteToken } from './paste-token.ts';
import { type KeyPlace, profileName, secretName } from './platform-fallback.ts';
import { ProfileStore } from './profile-store.ts';
import { hasNamedKeys } from './versions.ts';

/** Whether what a command printed shows that this OpenClaw has no such command. */
const UNKNOWN = /\bdoes not (?:know|recognize)\b|\bunknown (?:command|option)\b|\btoo many arguments\b/i;
const SIZE = { columns: 120, rows: 24 };

export interface PlatformKeyParts {
  connection: BoxConnection;
  commands: Commands;
  redactor: Redactor;
  survey: OpenClawOnBox;
  /** OpenClaw's id for the platform's provider. */
  name: string;
}

/**
 * The platform's key on a box: in OpenClaw's own store of secrets, to which the configuration refers (2026.9.6), else in its
 * store of credentials (2026.4.15 to 2026.7.1), never in its configuration. It travels by stdin or a terminal, never in argv.
 */
export class PlatformKey {
  readonly #connection: BoxConnection;
  readonly #commands: Commands;
  readonly #redactor: Redactor;
  readonly #survey: OpenClawOnBox;
  readonly #name: string;

  constructor({ connection, commands, redactor, survey, name }: PlatformKeyParts) {
    this.#connection = connection;
    this.#commands = commands;
    this.#redactor = redactor;
    this.#survey = survey;
    this.#name = name;
  }

  /** Stores it, over an earlier one. Returns where it lies. Throws `openclaw_failed`, or the dead end that OpenClaw names. */
  async store(key: Secret, limits: CallLimits): Promise<KeyPlace> {
    this.#redactor.add(key);
    const secret = ['secrets', 'store', 'set', secretName(this.#name), '--kind', 'secret'];
    // A new line behind it would be part of it.
    if (await this.#tried(secret, limits, key.reveal())) return 'secret';
    if (!(await this.#pasted(key, limits))) await this.#pasteInTerminal(key, limits);
    return 'profile';
  }

  /** Removes it from where it lies; it may be gone. Throws like `store`. */
  async remove(place: KeyPlace, limits: CallLimits): Promise<void> {
    if (place === 'secret') {
      await this.#tried(['secrets', 'store', 'rm', secretName(this.#name), '--yes'], limits);
      return;
    }
    const profile = profileName(this.#name);
    if (await this.#tried(['models', 'auth', 'logout', profile, '--yes'], limits)) return;
    // 2026.4.15 and 2026.5.22 only remove all of a provider's, and of this one all are ours.
    await this.#commands.run(
      ['infer', 'model', 'auth', 'logout', '--provider', this.#name, '--json'],
      limits,
    );
    await this.#commands.anyEnd(['config', 'unset', `auth.profiles.${profile}`], limits);
  }

  /** A running gateway keeps a secret that it has read until it is told. False if none could be told. */
  async reload(limits: CallLimits): Promise<boolean> {
    return succeeded(await this.#commands.anyEnd(['secrets', 'reload', '--json'], limits));
  }

  /** False if this OpenClaw has no such command. */
  async #tried(args: readonly string[], limits: CallLimits, input?: string): Promise<boolean> {
    const result = await this.#commands.anyEnd(args, {
      ...limits,
      ...(input === undefined ? {} : { input }),
    });
    if (succeeded(result)) return true;
    if (result.exit.kind === 'exited' && UNKNOWN.test(this.#commands.printed(result))) return false;
    throw this.#commands.failed(args, result);
  }

  /** False if this OpenClaw takes no key from stdin. */
  async #pasted(key: Secret, limits: CallLimits): Promise<boolean> {
    if (!hasNamedKeys(this.#survey.openclaw.version)) return false;
    const store = new ProfileStore(this.#commands, { openclaw: { id: this.#name } }, undefined);
    try {
      await store.pasteKey(profileName(this.#name), key, limits);
      return true;
    } catch (thrown) {
      // A wrapper says no version.
      if (thrown instanceof KeyferryError && UNKNOWN.test(thrown.screen ?? '')) return false;
      throw thrown;
    }
  }

  /** For 2026.4.15, which takes a key from nothing but a terminal; it shows it there. */
  async #pasteInTerminal(key: Secret, limits: CallLimits): Promise<void> {
    const profile = ['--provider', this.#name, '--profile-id', profileName(this.#name)];
    const args = ['models', 'auth', 'paste-token', ...profile];
    const pty = await this.#connection.openPty(this.#commands.command(args), SIZE, limits);
    const terminal = Terminal.attach(pty, { ...SIZE, redactor: this.#redactor, isAhead: true });
    const prompt = new PasteToken(terminal, { openclaw: { id: this.#name } }, profileName(this.#name));
    try {
      await prompt.ready(limits);
      await prompt.paste(key, limits);
    } finally {
      await prompt.close();
    }
  }
}
