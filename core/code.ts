import type { ErrorCode } from './errors.ts';
import type { SignInLink } from './sign-in-link.ts';
import { parseUrl } from './url.ts';

/** Longest paste that is looked at; real codes are under 200 characters. */
const LONGEST = 2_048;

const HALF = /^[A-Za-z0-9._~-]{1,512}$/;
/** A half shorter than this lacks characters. */
const SHORTEST_HALF = 4;

const CALLBACK_HOSTS = new Set(['console.anthropic.com', 'platform.claude.com', 'claude.ai', 'claude.com']);

/** The errors that a paste can have before anything is typed on the box. */
export type CodeError = Extract<ErrorCode, 'code_incomplete' | 'code_malformed' | 'code_from_other_link'>;

export type CodeCheck = { ok: true; code: string } | { ok: false; error: CodeError };

const no = (error: CodeError): CodeCheck => ({ ok: false, error });

/**
 * Checks what a customer pasted, in the browser, in the api and last in the worker: `CODE#STATE`, or the
 * address of the callback page (`…/oauth/code/callback?code=…&state=…`). White space and quotes around it are
 * forgiven. With a link, the state must be that link's.
 */
export function checkCode(pasted: string, link?: Pick<SignInLink, 'state'>): CodeCheck {
  if (pasted.length > 2 * LONGEST) return no('code_malformed');
  const text = fromCallback(trim(pasted));
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

/** Chat programs and pages add white space, zero-width characters and quotes around what is copied. */
function trim(pasted: string): string {
  return pasted.replace(/^[\s\u200b-\u200f\u2060\ufeff"'`<]+|[\s\u200b-\u200f\u2060\ufeff"'`>]+$/g, '');
}

function fromCallback(text: string): string | CodeCheck {
  const url = /^https:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (!url) return text;
  const isCallback = CALLBACK_HOSTS.has(url.host) && url.pathname === '/oauth/code/callback';
  if (!isCallback) return no('code_malformed');
  const code = url.searchParams.get('code');
  // The page also shows what is to be copied behind a `#` of its own.
  const state = url.searchParams.get('state') ?? url.hash.slice(1);
  if (!code || !state) return no('code_incomplete');
  return `${code}#${state}`;
}
