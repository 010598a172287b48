import type { ErrorCode } from './error-rows.ts';
import { onlyText } from './pasted.ts';
import { holdsSecret } from './provider-names.ts';
import type { SignInLink } from './sign-in-link.ts';
import { parseUrl } from './url.ts';

/** The longest paste that is examined; real codes are under 200 characters. */
const LONGEST = 2_048;

const HALF = /^[A-Za-z0-9._~-]{1,512}$/;
/** A half that is shorter than this is incomplete. */
const SHORTEST_HALF = 4;
/** A real state has this many characters (1.0.64 to 2.1.332), and a real code at least as many: 43 and 48 have been seen. */
const STATE_LENGTH = 43;

/** What a sign-in at Anthropic leaves: tokens, and a browser's session. */
const OF_SIGN_IN = /sk-ant-(?:oat|ort|sid)/i;

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
  | 'code_is_key'
  | 'code_is_token'
  | 'code_is_link'
>;

export type CodeCheck = { ok: true; code: string } | { ok: false; error: CodeError };

const no = (error: CodeError): CodeCheck => ({ ok: false, error });

/**
 * Checks what a customer pasted, in the browser, in the api and finally in the worker: `CODE#STATE`, or
 * the address of the callback page (`…/oauth/code/callback?code=…&state=…`), whole or from its query on. Accepted if
 * it has only one meaning: white space, quotes, a label before it (`Authentication code:`), words next to a whole code
 * and line breaks are forgiven. Anything else is reported as what it is. With a link, the state must be that link's.
 */
export function checkCode(pasted: string, link?: Pick<SignInLink, 'state'>): CodeCheck {
  if (pasted.length > 2 * LONGEST) return no('code_malformed');
  const expected = link?.state;
  const only = onlyText(pasted, (text) => isWhole(text, expected));
  // One code in ten thousand begins, or its state does, as some provider's keys do: `hf_`.
  const isCode = only !== undefined && isWhole(only.text, expected) && !/sk-ant-/i.test(pasted);
  const texts = [pasted, ...(only ? [only.text] : [])];
  if (!isCode && texts.some(holdsSecret))
    return no(texts.some((text) => OF_SIGN_IN.test(text)) ? 'code_is_token' : 'code_is_key');
  const beside = isCode ? undefined : codeBeside(pasted, expected);
  if (beside !== undefined) return { ok: true, code: beside };
  if (only === undefined) return no('code_malformed');
  const other = otherThing(only.text);
  if (other) return no(other);
  const text = codeIn(only.text);
  if (typeof text !== 'string') return text;
  if (text === '') return no('code_incomplete');
  if (text.length > LONGEST) return no('code_malformed');
  const [code = '', state, ...more] = text.split('#');
  if (more.length > 0) return no('code_malformed');
  if (state === undefined) return no(HALF.test(code) ? 'code_incomplete' : 'code_malformed');
  if (code === '' || state === '') return no('code_incomplete');
  if (!HALF.test(code) || !HALF.test(state)) return no('code_malformed');
  if (code.length < SHORTEST_HALF || state.length < SHORTEST_HALF) return no('code_incomplete');
  // For a text that was put together, nothing else shows that it is complete.
  if (expected === undefined && only.rows > 1 && state.length !== STATE_LENGTH) return no('code_incomplete');
  if (expected !== undefined && state !== expected)
    return no(expected.startsWith(state) ? 'code_incomplete' : 'code_from_other_link');
  return { ok: true, code: `${code}#${state}` };
}

/** An ordinary word, which no row of a code is. */
const WORD = /^\p{Lu}?[\p{Ll}'’-]{0,14}[\p{Ll}][.,:;!?)]*$/u;

/**
 * A code that was cut into rows with words before it, or whose two halves are in two rows without a #: the link's state
 * says where it ends, and an ordinary word where it begins. Undefined if that is not certain.
 */
function codeBeside(pasted: string, expected: string | undefined): string | undefined {
  // Two of them are two codes.
  if (expected === undefined || pasted.split('#').length > 2) return undefined;
  const words = pasted.split(/\s+/).filter((word) => word !== '');
  const text = words.join(' ');
  const spaced = [...expected].map((letter) => letter.replace(/[.~-]/, '\\$&')).join(' ?');
  const state = new RegExp(`(?: |#|^)${spaced}(?![\\w.~-])`).exec(text);
  if (!state) return undefined;
  const rows = text
    .slice(0, state.index)
    .replace(/[ #]+$/, '')
    .split(' ');
  let code = '';
  while (rows.length > 0 && code.length < STATE_LENGTH) code = rows.pop() + code;
  const before = rows.at(-1);
  const isCertain = before === undefined || WORD.test(before);
  return isCertain && code.length >= STATE_LENGTH && HALF.test(code) ? `${code}#${expected}` : undefined;
}

/** Things that people paste instead of the code. */
function otherThing(text: string): CodeError | undefined {
  if (/^\d{3}-?\d{3}$|^\d{4}$|^\d{8}$/.test(text)) return 'code_is_mailed';
  const url = addressOf(text);
  return url && SIGN_IN_PAGES.has(url.host + url.pathname) ? 'code_is_link' : undefined;
}

function addressOf(text: string): URL | undefined {
  const isBare = /^[a-z.]{5,40}\//i.test(text) && [...CALLBACK_HOSTS].some((host) => text.startsWith(host));
  const address = isBare ? `https://${text}` : text;
  return /^https:\/\//i.test(address) ? parseUrl(address) : undefined;
}

/** Whether a word is a code for this link and needs none of its neighbours. */
function isWhole(word: string, expected: string | undefined): boolean {
  const text = codeIn(word);
  const [code = '', state = '', ...more] = typeof text === 'string' ? text.split('#') : [];
  const isReal = code.length >= STATE_LENGTH && state.length === STATE_LENGTH && more.length === 0;
  return isReal && HALF.test(code) && HALF.test(state) && (expected === undefined || state === expected);
}

/** `CODE#STATE` if a text is one, or the callback page's address or its query; otherwise the text itself. */
function codeIn(text: string): string | CodeCheck {
  // The # as a mail program or an address encodes it.
  if (!text.includes('#') && /^[\w.~-]+%23[\w.~-]+$/.test(text)) return text.replace('%23', '#');
  const query = /^\??((?:code|state)=[^\s]*)$/.exec(text)?.[1];
  const url = query ? new URL(`https://claude.ai${CALLBACK_PATH}?${query}`) : addressOf(text);
  if (!url) return text;
  const isCallback = CALLBACK_HOSTS.has(url.host) && url.pathname === CALLBACK_PATH;
  if (!isCallback) return no('code_malformed');
  const code = url.searchParams.get('code');
  // The page also shows the text to be copied after a `#` of its own.
  const state = url.searchParams.get('state') ?? url.hash.slice(1);
  if (!code || !state) return no('code_incomplete');
  return `${code}#${state}`;
}
