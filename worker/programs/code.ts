import { KeyferryError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { SignInLink } from './sign-in-link.ts';

/** Longest paste that is looked at; real codes are under 200 characters. */
const LONGEST = 2_048;

const HALF = /^[A-Za-z0-9._~-]{1,512}$/;
/** A half shorter than this lacks characters. */
const SHORTEST_HALF = 4;

const CALLBACK_HOSTS = new Set(['console.anthropic.com', 'platform.claude.com', 'claude.ai', 'claude.com']);

/**
 * Checks what the customer pasted before anything is typed on the box: `CODE#STATE`, or the address of
 * the callback page (`…/oauth/code/callback?code=…&state=…`). White space and quotes around it are
 * forgiven. Throws `code_incomplete`, `code_malformed` or `code_from_other_link`; no error quotes the paste.
 */
export function readCode(pasted: string, link: SignInLink): Secret {
  if (pasted.length > 2 * LONGEST) throw new KeyferryError('code_malformed');
  const text = fromCallback(trim(pasted));
  if (text === '') throw new KeyferryError('code_incomplete');
  if (text.length > LONGEST) throw new KeyferryError('code_malformed');
  const [code = '', state, ...more] = text.split('#');
  if (more.length > 0) throw new KeyferryError('code_malformed');
  if (state === undefined) throw new KeyferryError(HALF.test(code) ? 'code_incomplete' : 'code_malformed');
  if (code === '' || state === '') throw new KeyferryError('code_incomplete');
  if (!HALF.test(code) || !HALF.test(state)) throw new KeyferryError('code_malformed');
  if (code.length < SHORTEST_HALF || state.length < SHORTEST_HALF) throw new KeyferryError('code_incomplete');
  checkState(state, link);
  return new Secret(`${code}#${state}`);
}

function checkState(state: string, link: SignInLink): void {
  if (link.state === undefined || state === link.state) return;
  throw new KeyferryError(link.state.startsWith(state) ? 'code_incomplete' : 'code_from_other_link');
}

/** Chat programs and pages add white space, zero-width characters and quotes around what is copied. */
function trim(pasted: string): string {
  return pasted.replace(/^[\s\u200b-\u200f\u2060\ufeff"'`<]+|[\s\u200b-\u200f\u2060\ufeff"'`>]+$/g, '');
}

function fromCallback(text: string): string {
  if (!/^https:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const isCallback = CALLBACK_HOSTS.has(url.host) && url.pathname === '/oauth/code/callback';
  if (!isCallback) throw new KeyferryError('code_malformed');
  const code = url.searchParams.get('code');
  // The page also shows what is to be copied behind a `#` of its own.
  const state = url.searchParams.get('state') ?? url.hash.slice(1);
  if (!code || !state) throw new KeyferryError('code_incomplete');
  return `${code}#${state}`;
}
