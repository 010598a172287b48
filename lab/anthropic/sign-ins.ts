import { createHash, randomBytes } from 'node:crypto';
import { type Account, CUSTOMER } from './accounts.ts';
import { type AuthorizeRequest, readAuthorizeUrl } from './authorize-url.ts';

export interface TokenRequest {
  grant_type?: string;
  code?: string;
  code_verifier?: string;
  state?: string;
  redirect_uri?: string;
  refresh_token?: string;
  /** To be revoked. */
  token?: string;
}

/** What a customer has after Approve. */
export interface SignedIn {
  code: string;
  state: string;
}

/** One time that a code came to the token endpoint. */
export interface ExchangeTry {
  /** Milliseconds since the epoch. */
  at: number;
  code: string;
  /** Undefined when it was refused. */
  token: string | undefined;
}

/** What was minted for a code. `auth login` also gets a token with which Claude Code renews it. */
export interface Grant {
  token: string;
  refreshToken: string | undefined;
  scopes: readonly string[];
  account: Account;
}

export type Exchange = ({ ok: true } & Grant) | { ok: false; reason: string };

const base64url = (bytes: number) => randomBytes(bytes).toString('base64url');

/** The shape that real tokens are reported to have: 108 characters in all. */
function mintToken(kind: 'oat' | 'ort' = 'oat'): string {
  return `sk-ant-${kind}01-${base64url(72).slice(0, 95)}`;
}

/** The one scope of `claude setup-token`: its token is good for a year, and is not renewed. */
const isLongLived = (scopes: readonly string[]) => scopes.join(' ') === 'user:inference';

/**
 * The memory of the stand-in: which codes it gave for which link, and which tokens it minted for them.
 * Honest where it matters: a code works once, only with the verifier behind the link's challenge.
 */
export class SignIns {
  readonly #codes = new Map<string, AuthorizeRequest & { account: Account }>();
  /** By access token, and those that can be renewed by refresh token. */
  readonly #grants = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, Grant>();
  readonly #allRefreshTokens: string[] = [];
  readonly #issued: string[] = [];
  readonly #verifiers: string[] = [];
  readonly #minted: string[] = [];
  readonly #tries: ExchangeTry[] = [];

  /**
   * A customer approves at `url`; what they copy is `code#state`. Where the link has no state (short form) one is
   * made up, as Claude Code 2.1.330 takes any and posts its own. Throws on a link that is not one, or not whole.
   */
  signIn(url: URL, account: Account = CUSTOMER): SignedIn {
    const request = readAuthorizeUrl(url);
    if (!request) throw new Error('The stand-in does not know this form of sign-in link.');
    const code = base64url(32);
    this.#codes.set(code, { ...request, account });
    this.#issued.push(code);
    return { code, state: request.state ?? base64url(32) };
  }

  /** The token endpoint's decision. */
  exchange(body: TokenRequest): Exchange {
    const exchange = this.#decide(body);
    const token = exchange.ok ? exchange.token : undefined;
    this.#tries.push({ at: Date.now(), code: body.code ?? '', token });
    return exchange;
  }

  #decide(body: TokenRequest): Exchange {
    if (body.grant_type === 'refresh_token') return this.#renew(body.refresh_token ?? '');
    if (body.code_verifier) this.#verifiers.push(body.code_verifier);
    const request = body.code ? this.#codes.get(body.code) : undefined;
    if (body.grant_type !== 'authorization_code' || !body.code || !request) {
      return { ok: false, reason: 'unknown or used code' };
    }
    this.#codes.delete(body.code);
    const challenge = createHash('sha256')
      .update(body.code_verifier ?? '')
      .digest('base64url');
    if (challenge !== request.challenge) return { ok: false, reason: 'verifier does not match challenge' };
    if (request.state && body.state !== request.state) return { ok: false, reason: 'state does not match' };
    return { ok: true, ...this.#mint(request) };
  }

  /** Claude Code renews its sign-in; the token with which it does is replaced as well. */
  #renew(refreshToken: string): Exchange {
    const grant = this.#refreshTokens.get(refreshToken);
    if (!grant) return { ok: false, reason: 'unknown refresh token' };
    this.revoke(refreshToken);
    return { ok: true, ...this.#mint(grant) };
  }

  #mint({ scopes, account }: Pick<Grant, 'scopes' | 'account'>): Grant {
    const refreshToken = isLongLived(scopes) ? undefined : mintToken('ort');
    const grant = { token: mintToken(), refreshToken, scopes, account };
    this.#minted.push(grant.token);
    this.#grants.set(grant.token, grant);
    if (refreshToken !== undefined) {
      this.#refreshTokens.set(refreshToken, grant);
      this.#allRefreshTokens.push(refreshToken);
    }
    return grant;
  }

  /** Ends both tokens of a grant, by either of them. */
  revoke(token: string): void {
    const grant = this.#grants.get(token) ?? this.#refreshTokens.get(token);
    if (!grant) return;
    this.#grants.delete(grant.token);
    if (grant.refreshToken !== undefined) this.#refreshTokens.delete(grant.refreshToken);
  }

  /** What an access token is good for; undefined for one that is not, or no longer, valid. */
  grantOf(token: string): Grant | undefined {
    return this.#grants.get(token);
  }

  /** Every token to renew one with that was minted so far. */
  get refreshTokens(): readonly string[] {
    return this.#allRefreshTokens;
  }

  /** Every code that came to the token endpoint, as often as it came, the newest last. */
  get tries(): readonly ExchangeTry[] {
    return this.#tries;
  }

  /** Every code given out so far, the newest last. */
  get codes(): readonly string[] {
    return this.#issued;
  }

  /** Every PKCE verifier that came to the token endpoint. */
  get verifiers(): readonly string[] {
    return this.#verifiers;
  }

  /** Every token minted so far, the newest last. */
  get minted(): readonly string[] {
    return this.#minted;
  }
}
