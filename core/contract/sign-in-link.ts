import { parseUrl } from './url.ts';

/** A sign-in link that passed the allow-list. */
export interface SignInLink {
  /** Exactly what the program printed. */
  url: string;
  /** PKCE code challenge, 43 base64url characters. */
  challenge: string;
  /** Absent in the short form (Claude Code from 2.1.330 on); otherwise what the customer pastes ends with it. */
  state: string | undefined;
}

export type LinkCheck = { ok: true; link: SignInLink } | { ok: false; reason: string };

/** Claude Code's OAuth client, the same in every version seen from 1.0.64 to 2.1.330. */
const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';

/** Where Claude Code sends customers to sign in: claude.ai up to 2.1.36, claude.com from 2.1.197. */
const PAGES = new Set(['claude.ai/oauth/authorize', 'claude.com/cai/oauth/authorize']);

/** The allowed values of each parameter of the full link: 1.0.64 to 2.1.332 send exactly these. For `scope` see below. */
const PARAMETERS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    code: /^true$/,
    client_id: new RegExp(`^${CLIENT_ID}$`),
    response_type: /^code$/,
    redirect_uri: /^https:\/\/(console\.anthropic\.com|platform\.claude\.com)\/oauth\/code\/callback$/,
    scope: /^[a-z:_ ]{1,400}$/,
    code_challenge: /^[A-Za-z0-9_-]{43}$/,
    code_challenge_method: /^S256$/,
    state: /^[A-Za-z0-9_-]{43}$/,
  }),
);

/**
 * Also present if Claude Code's settings name one organization (`forceLoginOrgUUID`; seen in 2.0.42 to 2.1.332). The program
 * passes on any value of the setting, so it must be a UUID here.
 */
const OPTIONAL_PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ['orgUUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
]);

/** The short form of 2.1.330 on: a number of one or two characters, then the challenge. */
const SHORT = /^\?([\w-]{1,2})([\w-]{43})$/;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What Claude Code asks for at a sign-in, in the order of its bits in a short link (2.1.332). */
const SCOPES = [
  'org:create_api_key',
  'user:profile',
  'user:inference',
  'user:sessions:claude_code',
  'user:mcp_servers',
  'user:file_upload',
  'user:plugins',
  'user:projects:read',
  'user:projects:write',
  'user:privacy_consents:write',
  'org:desktop_config',
];

/** Of these, what every `claude auth login` asks for (2.1.41 to 2.1.332). */
const EVERY_LOGIN = SCOPES.slice(0, 5);

/** The methods with a sign-in at Claude. */
export type SignInMethod = 'setup-token' | 'claude-login';

const no = (reason: string): LinkCheck => ({ ok: false, reason });

/**
 * Decides whether a link may be shown to a customer: https, host and path on the allow-list, no user,
 * port or fragment, and exactly the parameters that Claude Code sends, each once and well formed, with the scopes of
 * this method, otherwise those of any. `reason` names what is wrong and never quotes the link.
 */
export function checkSignInLink(text: string, method?: SignInMethod): LinkCheck {
  if (!/^https:\/\/[\x21-\x7e]+$/.test(text)) return no('not a plain https address');
  const url = parseUrl(text);
  if (!url) return no('not an address');
  if (url.href !== text) return no('not written in its plain form');
  // To URL, a `#` with nothing after it is not a hash.
  if (url.username || url.password || url.port || text.includes('#'))
    return no('has a user, a port or a fragment');
  if (!PAGES.has(url.host + url.pathname)) return no('host or path is not on the allow-list');
  const [, digits, challenge] = SHORT.exec(url.search) ?? [];
  if (!digits || !challenge || url.host !== 'claude.ai') return checkParameters(url, method);
  const asking = methodOf(scopesIn(digits));
  if (!isFor(asking, method)) return no(OTHER_SCOPES);
  return { ok: true, link: { url: text, challenge, state: undefined } };
}

const OTHER_SCOPES = 'asks for other rights than this sign-in does';

function isFor(asking: SignInMethod | undefined, method: SignInMethod | undefined): boolean {
  return asking !== undefined && (method ?? asking) === asking;
}

/** `setup-token` asks for one right, a login for all that Claude Code itself uses. */
function methodOf(scopes: readonly (string | undefined)[]): SignInMethod | undefined {
  if (scopes.join(' ') === 'user:inference') return 'setup-token';
  const isKnown = scopes.every((scope) => scope !== undefined && SCOPES.includes(scope));
  const isOnce = new Set(scopes).size === scopes.length;
  const isWhole = EVERY_LOGIN.every((scope) => scopes.includes(scope));
  return isKnown && isOnce && isWhole ? 'claude-login' : undefined;
}

/** A number in base 64: Claude Code's client for subscriptions is a zero in its lowest bit, then a bit for each scope. */
function scopesIn(digits: string): (string | undefined)[] {
  const bits = [...digits].reduce((sum, digit) => sum * 64 + DIGITS.indexOf(digit), 0);
  const isPlain = digits.length === 1 || !digits.startsWith('A');
  if (!isPlain || (bits & 1) !== 0) return [undefined];
  return [...bits.toString(2)].reverse().flatMap((bit, at) => (bit === '1' ? [SCOPES[at - 1]] : []));
}

function checkParameters(url: URL, method: SignInMethod | undefined): LinkCheck {
  // As every version writes it: no encoded name or value, no empty parameter.
  const written = url.search.slice(1).replaceAll(':', '%3A').replaceAll('/', '%2F');
  if (url.searchParams.toString() !== written) return no('has parameters written in an unusual way');
  const seen = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const form = PARAMETERS.get(name) ?? OPTIONAL_PARAMETERS.get(name);
    if (!form) return no('has a parameter that Claude Code does not send');
    if (seen.has(name)) return no('has a parameter twice');
    if (!form.test(value)) return no(`its ${name} is not one that Claude Code sends`);
    seen.set(name, value);
  }
  const missing = [...PARAMETERS.keys()].find((name) => !seen.has(name));
  if (missing) return no(`has no ${missing}`);
  if (!isFor(methodOf((seen.get('scope') ?? '').split(' ')), method)) return no(OTHER_SCOPES);
  return {
    ok: true,
    link: { url: url.href, challenge: seen.get('code_challenge') ?? '', state: seen.get('state') },
  };
}
