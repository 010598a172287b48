import type { IncomingHttpHeaders } from 'node:http';
import * as openid from 'openid-client';
import { z } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Config } from '../../core/process/config.ts';
import type { SealedBox } from '../../core/secrets/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { now } from '../../core/store/redis-clock.ts';
import { nameOf, roleOf } from './claims.ts';
import { providerDigest } from './provider-digest.ts';
import type { SignedIn } from './sessions.ts';

export const CALLBACK_PATH = '/sign-in/oidc/callback';

/** Seconds that somebody may spend at the identity provider. */
const AWAY_S = 10 * 60;
/** Seconds that the identity provider has for an answer. */
const ANSWER_S = 5;
/** Milliseconds after which its metadata is read again. */
const FRESH_MS = 60 * 60_000;
/** The purpose to which the cookie is sealed. */
const BINDING = 'operator-sign-in';

/** What a browser carries to the provider and back: sealed, so that only we can read or make one. */
const tripSchema = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  callback: z.url(),
  endsAt: z.number(),
});
type Trip = z.infer<typeof tripSchema>;

/** Why somebody is not let in, for the audit log; with the name if it is known. */
export interface Refused {
  refused: string;
  name?: string | undefined;
}

type Settings = Pick<Config<'api'>, 'OIDC_ROLE_CLAIM' | 'OIDC_NAME' | 'BASE_SCHEME'> & {
  issuer: string;
  clientId: string;
  clientSecret: Secret;
  /** Digest of everything that lets somebody in. */
  digest: string;
  roles: NonNullable<Config<'api'>['OIDC_ROLES']>;
};

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce. */
export class IdentityProvider {
  readonly #settings: Settings;
  readonly #sealed: SealedBox;
  readonly #cookie: string;
  #found: { at: number; client: Promise<openid.Configuration> } | undefined;

  constructor(settings: Settings, sealed: SealedBox) {
    this.#settings = settings;
    this.#sealed = sealed;
    this.#cookie = settings.BASE_SCHEME === 'https' ? '__Host-keyferry-oidc' : 'keyferry-oidc';
  }

  /** Undefined if none is configured. Does not contact it yet: it may be away when we start. */
  static of(config: Config<'api'>, sealed: SealedBox): IdentityProvider | undefined {
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config;
    const { OIDC_ROLES: roles } = config;
    const digest = providerDigest(config);
    if (!issuer || !clientId || !clientSecret || !roles || !digest) return undefined;
    return new IdentityProvider({ ...config, issuer, clientId, clientSecret, roles, digest }, sealed);
  }

  /** Its name on the button. */
  get name(): string {
    return this.#settings.OIDC_NAME;
  }

  /** Where to send a browser, and the Set-Cookie header that it needs to come back. Throws `service_unavailable`. */
  async begin(callback: string): Promise<{ url: string; cookie: string }> {
    const client = await this.#client();
    const trip: Trip = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
      callback,
      endsAt: now() + AWAY_S * 1000,
    };
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: callback,
      scope: scopesOf(client, this.#settings.OIDC_ROLE_CLAIM),
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
    });
    const sealed = await this.#sealed.seal(new Secret(JSON.stringify(trip)), BINDING);
    return { url: url.href, cookie: this.#setCookie(sealed, AWAY_S) };
  }

  /** Who came back, or why they are not let in. `url` is the whole address. Throws `service_unavailable`. */
  async finish(url: URL, headers: IncomingHttpHeaders): Promise<SignedIn | Refused> {
    const trip = await this.#trip(headers.cookie);
    if (!trip) return { refused: 'not started in this browser, or too long ago' };
    const claims = await this.#claims(url, trip);
    if (!claims) return { refused: 'the identity provider does not confirm it' };
    const name = nameOf(claims);
    const { digest, roles, OIDC_ROLE_CLAIM } = this.#settings;
    const role = roleOf(claims[OIDC_ROLE_CLAIM], roles);
    if (!role) return { refused: 'the identity provider gives no role', name };
    return { name, role, by: { way: 'provider', digest } };
  }

  /** The Set-Cookie header that ends the trip. */
  noCookie(): string {
    return this.#setCookie('', 0);
  }

  /** What the provider says about them, verified; undefined if verification fails. */
  async #claims(url: URL, trip: Trip): Promise<Record<string, unknown> | undefined> {
    const client = await this.#client();
    try {
      const tokens = await openid.authorizationCodeGrant(client, url, {
        expectedState: trip.state,
        expectedNonce: trip.nonce,
        pkceCodeVerifier: trip.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) return undefined;
      // Many providers give groups and names only here.
      const more = client.serverMetadata().userinfo_endpoint
        ? await openid.fetchUserInfo(client, tokens.access_token, claims.sub)
        : {};
      return { ...more, ...claims };
    } catch (thrown) {
      if (isAway(thrown)) throw away();
      return undefined;
    }
  }

  async #trip(cookies: string | undefined): Promise<Trip | undefined> {
    const sealed = new RegExp(`(?:^|; *)${this.#cookie}=([\\w.-]+)`).exec(cookies ?? '')?.[1];
    if (sealed === undefined) return undefined;
    const opened = await this.#sealed.open(sealed, BINDING).catch(() => undefined);
    const trip = tripSchema.safeParse(opened && JSON.parse(opened.reveal()));
    return trip.success && trip.data.endsAt > now() ? trip.data : undefined;
  }

  /** Its metadata, requested again after a failure and from time to time. */
  #client(): Promise<openid.Configuration> {
    if (this.#found && Date.now() - this.#found.at < FRESH_MS) return this.#found.client;
    const found = { at: Date.now(), client: this.#discover() };
    this.#found = found;
    found.client.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    return found.client;
  }

  async #discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const server = new URL(issuer);
    // The config lets http through on this machine only.
    const execute = server.protocol === 'http:' ? [openid.allowInsecureRequests] : [];
    const secret = openid.ClientSecretBasic(clientSecret.reveal());
    try {
      return await openid.discovery(server, clientId, undefined, secret, { timeout: ANSWER_S, execute });
    } catch {
      throw away();
    }
  }

  #setCookie(value: string, seconds: number): string {
    // Lax: the way back begins at another site.
    const always = `${this.#cookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
    return this.#settings.BASE_SCHEME === 'https' ? `${always}; Secure` : always;
  }
}

/** The scopes that we want, as far as it offers them. */
function scopesOf(client: openid.Configuration, claim: string): string {
  const { scopes_supported: offered = ['openid', 'profile', 'email'] } = client.serverMetadata();
  const wanted = new Set(['profile', 'email', claim]);
  return ['openid', ...[...wanted].filter((scope) => offered.includes(scope))].join(' ');
}

/** No connection, no answer in time, or a status of 500 or more. */
const awaySchema = z.union([
  z.object({ name: z.literal('TypeError'), message: z.literal('fetch failed') }),
  z.object({ name: z.literal('TimeoutError') }),
  z.object({ code: z.literal('OAUTH_TIMEOUT') }),
  z.object({ status: z.int().min(500) }),
]);

/** Whether the provider was unavailable, as opposed to refusing. The library puts what happened into the cause. */
function isAway(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return [thrown, cause].some((each) => awaySchema.safeParse(each).success);
}

/** Without the cause: it may quote what was sent. */
function away(): KeyferryError {
  return new KeyferryError('service_unavailable', { detail: 'It is the identity provider (OIDC_ISSUER).' });
}
