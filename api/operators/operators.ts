import type { Operator } from '../../core/contract/operators.ts';
import { type Config, ConfigError } from '../../core/process/config.ts';
import type { Logger } from '../../core/process/log.ts';
import { WatchedFile } from '../../core/process/watched-file.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { digest } from '../http/tokens.ts';
import { type OperatorEntries, type OperatorEntry, OperatorsFileError, readOperators } from './file-text.ts';
import { isPassword } from './passwords.ts';
import { type ProviderConfig, providerDigest } from './provider-digest.ts';
import type { SignedIn } from './sessions.ts';

/** Who may sign in to the console, and what they are now. */
export class Operators {
  readonly #file: WatchedFile<OperatorEntries> | undefined;
  readonly #provider: string | undefined;

  /** Throws `ConfigError` if OPERATORS_FILE cannot be read or is invalid. */
  static async open(
    { OPERATORS_FILE: path, ...config }: Pick<Config<'api'>, 'OPERATORS_FILE'> & ProviderConfig,
    log: Logger,
  ): Promise<Operators> {
    return new Operators(providerDigest(config), path === undefined ? undefined : await openFile(path, log));
  }

  private constructor(provider: string | undefined, file: WatchedFile<OperatorEntries> | undefined) {
    this.#provider = provider;
    this.#file = file;
  }

  /** Whether anybody can: with no operators there is no console. */
  get isConfigured(): boolean {
    return this.hasPasswords || this.#provider !== undefined;
  }

  /** Whether there is a file of operators. */
  get hasPasswords(): boolean {
    return this.#file !== undefined;
  }

  /** Whether the file has this name. */
  knows(name: string): boolean {
    return this.#file?.content.has(name) ?? false;
  }

  /** By name and password; undefined if they are wrong. Takes just as long for an unknown name. Throws `LimitReached`. */
  async signIn(name: string, password: Secret): Promise<SignedIn | undefined> {
    const entry = this.#file?.content.get(name);
    if (!(await isPassword(password, entry?.password)) || !entry) return undefined;
    return { name, role: entry.role, by: { way: 'file', entry: entryDigest(entry) } };
  }

  /**
   * A session's operator as of now. Undefined if the file no longer has them or has another password, or if the
   * identity provider is no longer the one that let them in, or is configured differently.
   */
  now({ name, role, by }: SignedIn): Operator | undefined {
    if (by.way === 'provider') return by.digest === this.#provider ? { name, role } : undefined;
    const entry = this.#file?.content.get(name);
    return entry && entryDigest(entry) === by.entry ? { name, role: entry.role } : undefined;
  }

  close(): void {
    this.#file?.close();
  }
}

/** Digest of what somebody signed in with: another password ends their sessions, another role does not. */
const entryDigest = ({ password }: OperatorEntry) => digest(password);

async function openFile(path: string, log: Logger): Promise<WatchedFile<OperatorEntries>> {
  try {
    return await WatchedFile.open({
      path,
      name: 'operators',
      read: (text) => readOperators(text, path),
      log,
    });
  } catch (thrown) {
    if (thrown instanceof OperatorsFileError) throw new ConfigError(thrown.message);
    throw new ConfigError(`OPERATORS_FILE cannot be read: ${path}.`);
  }
}
