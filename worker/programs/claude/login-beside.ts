import { KeyferryError } from '../../../core/contract/errors.ts';
import { commandFor, type Survey } from '../../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../../transports/transport.ts';
import { LOGIN_BESIDE } from './login-beside.script.ts';

const WITHIN_MS = 20_000;
const MOST_BYTES = 16 * 1024;
/** A path that is put into the environment of `claude`. */
const PATH = /^\/[^\0\r\n]{1,400}$/;

type Programs = Pick<Survey, 'claude' | 'path'>;

export interface BesideOptions {
  /** Whose it is: the same for each attempt of a handshake. */
  name: string;
  /** The sign-in of an earlier attempt runs still. */
  isLeft: boolean;
}

/**
 * A place for a new login of Claude Code's beside the one that is used (`~/.claude/.keyferry`): proved there, it takes that
 * one's place by one rename, and can be taken back. See `login-beside.script.ts`.
 */
export class LoginBeside {
  readonly #connection: BoxConnection;
  readonly #programs: Programs;
  readonly #name: string;
  /** Its directory, for `CLAUDE_CONFIG_DIR`. */
  readonly path: string;
  /** An earlier attempt had moved it. */
  readonly isMoved: boolean;

  private constructor(
    connection: BoxConnection,
    programs: Programs,
    name: string,
    { path, isMoved }: { path: string; isMoved: boolean },
  ) {
    this.#connection = connection;
    this.#programs = programs;
    this.#name = name;
    this.path = path;
    this.isMoved = isMoved;
  }

  /**
   * Makes the place, or finds that of an earlier attempt; undefined where Claude Code keeps no login that could be lost, or
   * one whose place no other can take by a rename. `programs.claude.env` says where that is. Throws `claude_failed`.
   */
  static async make(
    connection: BoxConnection,
    programs: Programs,
    { name, isLeft }: BesideOptions,
    limits: CallLimits,
  ): Promise<LoginBeside | undefined> {
    const words = ['make', name, isLeft ? 'left' : ''];
    const said = await run(connection, programs, words, limits);
    const path = /^@beside ?(.*)$/m.exec(said)?.[1];
    if (path === '') return undefined;
    if (path === undefined || !PATH.test(path)) throw failed('make');
    return new LoginBeside(connection, programs, name, { path, isMoved: said.includes('\n@moved\n') });
  }

  /** Removes what an attempt has left beside the login. Throws `claude_failed`. */
  static async remove(connection: BoxConnection, programs: Programs, limits: CallLimits): Promise<void> {
    await done(connection, programs, ['end', '', ''], '@ended', limits);
  }

  /** In the environment of a program it uses the login there. */
  get env(): Readonly<Record<string, string>> {
    return { CLAUDE_CONFIG_DIR: this.path };
  }

  /** It is the one that is used from now on; a copy of the one before stays until `keep` or `end`. Throws `claude_failed`. */
  move(limits: CallLimits): Promise<void> {
    return this.#do('move', '@moved', limits);
  }

  /** What has answered instead of it goes: from now on no attempt takes it back. Throws `claude_failed`. */
  keep(limits: CallLimits): Promise<void> {
    return this.#do('keep', '@kept', limits);
  }

  /** The one before is used again, if it was moved and not kept, and nothing is left beside it. Throws `claude_failed`. */
  back(limits: CallLimits): Promise<void> {
    return this.#do('back', '@back', limits);
  }

  /** The one before is forgotten. Throws `claude_failed`. */
  end(limits: CallLimits): Promise<void> {
    return this.#do('end', '@ended', limits);
  }

  #do(what: string, says: string, limits: CallLimits): Promise<void> {
    return done(this.#connection, this.#programs, [what, this.#name, ''], says, limits);
  }
}

async function done(
  connection: BoxConnection,
  programs: Programs,
  words: readonly string[],
  says: string,
  limits: CallLimits,
): Promise<void> {
  const said = await run(connection, programs, words, limits);
  if (!said.split('\n').includes(says)) throw failed(words[0] ?? '');
}

async function run(
  connection: BoxConnection,
  programs: Programs,
  words: readonly string[],
  { signal, timeoutMs }: CallLimits,
): Promise<string> {
  // Where `claude` finds its own neighbours, `node` among them.
  const { env } = commandFor(programs, programs.claude, []);
  const argv = ['sh', '-c', LOGIN_BESIDE, 'sh', ...words] as const;
  const limits = { signal, timeoutMs: Math.min(timeoutMs, WITHIN_MS), maxBytes: MOST_BYTES };
  return (await connection.run({ argv, ...(env && { env }) }, limits)).stdout;
}

const failed = (what: string) =>
  new KeyferryError('claude_failed', {
    detail: `The place beside Claude Code's login could not be used (${what}).`,
  });
