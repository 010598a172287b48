import { createHash, randomBytes } from 'node:crypto';

/** What a sign-in link asks for, whichever of its two forms it has. */
export interface AuthorizeRequest {
  challenge: string;
  /** Absent in the short link of Claude Code 2.1.330, which carries only scope letter and challenge. */
  state: string | undefined;
}

export interface TokenRequest {
  grant_type?: string;
  code?: string;
  code_verifier?: string;
  state?: string;
  redirect_uri?: string;
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

export type Exchange = { ok: true; token: string } | { ok: false; reason: string };

/** Reads a sign-in link as Anthropic's page would; undefined when it is not one, or not whole. */
export function readAuthorizeUrl(url: URL): AuthorizeRequest | undefined {
  const short = /^\?[A-Z]([A-Za-z0-9_-]{43})$/.exec(url.search);
  if (short?.[1]) return { challenge: short[1], state: undefined };
  const value = (name: string) => url.searchParams.get(name) ?? '';
  // A link cut at a terminal's edge fails here as it does at Anthropic ("Unknown scope: us").
  const whole =
    value('response_type') === 'code' &&
    value('client_id') !== '' &&
    value('redirect_uri') !== '' &&
    value('code_challenge_method') === 'S256' &&
    /^[\w-]{43}$/.test(value('code_challenge')) &&
    /^([a-z]+:[a-z_:]+ ?)+$/.test(value('scope')) &&
    value('state') !== '';
  return whole ? { challenge: value('code_challenge'), state: value('state') } : undefined;
}

const base64url = (bytes: number) => randomBytes(bytes).toString('base64url');

/** The shape that real tokens are reported to have: 108 characters in all. */
function mintToken(): string {
  return `sk-ant-oat01-${base64url(72).slice(0, 95)}`;
}

/**
 * The memory of the stand-in: which codes it gave for which link, and which tokens it minted for them.
 * Honest where it matters: a code works once, only with the verifier behind the link's challenge.
 */
export class SignIns {
  readonly #codes = new Map<string, AuthorizeRequest>();
  readonly #issued: string[] = [];
  readonly #verifiers: string[] = [];
  readonly #minted: string[] = [];
  readonly #tries: ExchangeTry[] = [];

  /**
   * A customer approves at `url`; what they copy is `code#state`. Where the link has no state (short form) one is
   * made up, as Claude Code 2.1.330 takes any and posts its own. Throws on a link that is not one, or not whole.
   */
  signIn(url: URL): SignedIn {
    const request = readAuthorizeUrl(url);
    if (!request) throw new Error('The stand-in does not know this form of sign-in link.');
    const code = base64url(32);
    this.#codes.set(code, request);
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
    const token = mintToken();
    this.#minted.push(token);
    return { ok: true, token };
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
