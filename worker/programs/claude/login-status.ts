/** Who Claude Code on the box is signed in as, by its own word; its files are never read. Seen in 2.1.140 to 2.1.332. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { compareVersions } from '../../../core/contract/versions.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import { lastWords } from '../../boxes/last-words.ts';
import { commandFor, type Survey } from '../../boxes/survey.ts';
import type { BoxConnection, CallLimits, RunResult } from '../../transports/transport.ts';
import { SIGN_IN_ENV } from './sign-in-program.ts';

/** Milliseconds for each of these commands; 2.1.332 takes half a second, and asks Anthropic for a moment at `logout`. */
const WITHIN_MS = 30_000;
const MOST_BYTES = 64 * 1024;
/** The most that is believed of an end: 2.1.332 says 30 days. */
const LONGEST_LOGIN_MS = 400 * 24 * 60 * 60_000;

const StatusSchema = z.object({
  loggedIn: z.boolean(),
  authMethod: z.string().max(100).optional(),
  email: z.string().max(320).optional(),
  orgId: z.string().max(100).optional(),
  loginExpiresAt: z.iso.datetime().nullish().catch(undefined),
});

/** How Claude Code on the box is signed in. */
export interface LoginStatus {
  /** With a subscription, which is what `claude auth login` does. */
  isSignedIn: boolean;
  /** What counts instead, such as `api_key` from an environment variable; `none`. */
  how: string;
  /** First digits of the SHA-256 of account and organization: the same account gives the same. */
  account: string | undefined;
  /** When the customer has to sign in again, as far as Claude Code says (2.1.332; not 2.1.197). */
  endsAt: Date | undefined;
}

/** Reads `claude auth status --json`; undefined if it is none. */
export function readLoginStatus(stdout: string, now: number): LoginStatus | undefined {
  const at = stdout.indexOf('{');
  const read = at < 0 ? undefined : StatusSchema.safeParse(parse(stdout.slice(at)));
  if (!read?.success) return undefined;
  const { loggedIn, authMethod = 'none', email, orgId, loginExpiresAt } = read.data;
  const isSignedIn = loggedIn && authMethod === 'claude.ai';
  const end = Date.parse(loginExpiresAt ?? '');
  return {
    isSignedIn,
    how: /^[\w.-]{1,40}$/.test(authMethod) ? authMethod : 'something else',
    account: isSignedIn && email !== undefined ? fingerprintOf(email, orgId) : undefined,
    endsAt: isSignedIn && end > now && end < now + LONGEST_LOGIN_MS ? new Date(end) : undefined,
  };
}

function fingerprintOf(email: string, organization = ''): string {
  return createHash('sha256').update(`${email}\n${organization}`).digest('hex').slice(0, 12);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** From 2.1.330 on `auth logout` tells Anthropic, and says so where that was not confirmed. */
const tellsAnthropic = (version = '0') => compareVersions(version, '2.1.330') >= 0;

/** What `claude auth logout` did. */
export type LoggedOut =
  /** Also at Anthropic. */
  | 'revoked'
  /** On the box alone, by its own word, or as far as an older version says. */
  | 'here';

/** The box's own `claude`, asked about its login. */
export class ClaudeLogin {
  readonly #connection: BoxConnection;
  readonly #survey: Pick<Survey, 'claude' | 'path'>;
  readonly #redactor: Redactor;

  constructor(connection: BoxConnection, survey: Pick<Survey, 'claude' | 'path'>, redactor: Redactor) {
    this.#connection = connection;
    this.#survey = survey;
    this.#redactor = redactor;
  }

  /** Throws `claude_failed` when it does not say. */
  async status(limits: CallLimits): Promise<LoginStatus> {
    const result = await this.#run(['auth', 'status', '--json'], limits);
    const status = readLoginStatus(result.stdout, Date.now());
    if (!status) throw this.#failure('claude auth status', result);
    return status;
  }

  /** Signs it out. Throws `claude_failed` unless it then says itself that it is signed out. */
  async logout(limits: CallLimits): Promise<LoggedOut> {
    const result = await this.#run(['auth', 'logout'], limits);
    const after = await this.status(limits);
    if (after.isSignedIn) throw this.#failure('claude auth logout', result);
    // 2.1.140 to 2.1.250 say so too, and do not tell Anthropic.
    const isConfirmed = /successfully logged out/i.test(result.stdout);
    return isConfirmed && tellsAnthropic(this.#survey.claude.version) ? 'revoked' : 'here';
  }

  #run(words: readonly string[], { signal, timeoutMs }: CallLimits): Promise<RunResult> {
    const command = commandFor(this.#survey, this.#survey.claude, words, SIGN_IN_ENV);
    const limits = { signal, timeoutMs: Math.min(timeoutMs, WITHIN_MS), maxBytes: MOST_BYTES };
    return this.#connection.run(command, limits);
  }

  #failure(what: string, result: RunResult): KeyferryError {
    const screen = lastWords(result, this.#redactor, 2_000);
    return new KeyferryError('claude_failed', { detail: `\`${what}\` did not do what it should.`, screen });
  }
}
