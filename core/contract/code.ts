import type { ErrorCode } from './errors.ts';
import { holdsSecret } from './providers.ts';
import type { SignInLink } from './sign-in-link.ts';
import { parseUrl } from './url.ts';

/** Longest paste that is looked at; real codes are under 200 characters. */
const LONGEST = 2_048;

const HALF = /^[A-Za-z0-9._~-]{1,512}$/;
/** A half shorter than this lacks characters. */
const SHORTEST_HALF = 4;

const CALLBACK_HOSTS = new Set(['console.anthropic.com', 'platform.claude.com', 'claude.ai', 'claude.com']);
const CALLBACK_PATH = '/oauth/code/callback';
const SIGN_IN_PAGES = new Set(['claude.ai/oauth/authorize', 'claude.com/cai/oauth/authorize']);

/** The errors that a paste can have before anything is typed on the box. */
export type CodeError = Extract<
  ErrorCode,
  | 'code_incomplete'
  | 'code_malformed'
  | 'code_from_other_link'
  | 'code_is_mailed'
  | 'code_is_token'
  | 'code_is_link'
>;

export type CodeCheck = { ok: true; code: string } | { ok: false; error: CodeError };

const no = (error: CodeError): CodeCheck => ({ ok: false, error });

/**
 * Checks what a customer pasted, in the browser, in the api and last in the worker: `CODE#STATE`, or the
 * address of the callback page (`…/oauth/code/callback?code=…&state=…`), whole or from its query on. Taken where there
 * is one meaning: white space, quotes, a label before it (`Authentication code:`) and cuts into rows are forgiven. What
 * is something else is named for what it is. With a link, the state must be that link's.
 */
export function checkCode(pasted: string, link?: Pick<SignInLink, 'state'>): CodeCheck {
  if (pasted.length > 2 * LONGEST) return no('code_malformed');
  const bare = joined(pasted);
  if (bare === undefined) return no('code_malformed');
  const other = otherThing(bare);
  if (other) return no(other);
  const text = fromCallback(bare);
  if (typeof text !== 'string') return text;
  if (text === '') return no('code_incomplete');
  if (text.length > LONGEST) return no('code_malformed');
  const [code = '', state, ...more] = text.split('#');
  if (more.length > 0) return no('code_malformed');
  if (state === undefined) return no(HALF.test(code) ? 'code_incomplete' : 'code_malformed');
  if (code === '' || state === '') return no('code_incomplete');
  if (!HALF.test(code) || !HALF.test(state)) return no('code_malformed');
  if (code.length < SHORTEST_HALF || state.length < SHORTEST_HALF) return no('code_incomplete');
  const expected = link?.state;
  if (expected !== undefined && state !== expected)
    return no(expected.startsWith(state) ? 'code_incomplete' : 'code_from_other_link');
  return { ok: true, code: `${code}#${state}` };
}

/**
 * Without all that chat programs, mails and pages add: a label, white space, zero-width characters, quotes. What was
 * cut into rows is one word again; a browser makes a blank of a line break that is pasted into a field. Undefined for
 * words that are a sentence.
 */
function joined(pasted: string): string | undefined {
  const words = pasted.split(/[\s\u200b-\u200f\u2060\ufeff]+/).filter((word) => word !== '');
  const labels = words.map((word) => /[:：]$/.test(word));
  const rows = words.slice(labels.lastIndexOf(true) + 1);
  const text = rows.join('');
  // A sentence is no code in rows.
  if (!/[#%=\d]/.test(text) && rows.length > 1) return undefined;
  const bare = text.replace(/^["'`<«“”‘’]+|["'`>»“”‘’.,;]+$/g, '');
  // The # as a mail program or an address writes it.
  return bare.includes('#') ? bare : bare.replace(/^([\w.~-]+)%23([\w.~-]+)$/, '$1#$2');
}

/** What people have at hand when they look for the code. */
function otherThing(text: string): CodeError | undefined {
  // With the box that it stands in, or half of it: it is not to be pasted anywhere again.
  if (holdsSecret(text)) return 'code_is_token';
  if (/^\d{3}-?\d{3}$|^\d{4}$|^\d{8}$/.test(text)) return 'code_is_mailed';
  const url = addressOf(text);
  return url && SIGN_IN_PAGES.has(url.host + url.pathname) ? 'code_is_link' : undefined;
}

function addressOf(text: string): URL | undefined {
  const isBare = /^[a-z.]{5,40}\//i.test(text) && [...CALLBACK_HOSTS].some((host) => text.startsWith(host));
  const address = isBare ? `https://${text}` : text;
  return /^https:\/\//i.test(address) ? parseUrl(address) : undefined;
}

function fromCallback(text: string): string | CodeCheck {
  const query = /^\??((?:code|state)=[^\s]*)$/.exec(text)?.[1];
  const url = query ? new URL(`https://claude.ai${CALLBACK_PATH}?${query}`) : addressOf(text);
  if (!url) return text;
  const isCallback = CALLBACK_HOSTS.has(url.host) && url.pathname === CALLBACK_PATH;
  if (!isCallback) return no('code_malformed');
  const code = url.searchParams.get('code');
  // The page also shows what is to be copied behind a `#` of its own.
  const state = url.searchParams.get('state') ?? url.hash.slice(1);
  if (!code || !state) return no('code_incomplete');
  return `${code}#${state}`;
}
