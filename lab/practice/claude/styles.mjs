/**
 * How versions of the real program differ, each seen by running it on Node 24 under node-pty (November 2026).
 *
 * eol           what ends a row: 2.1 writes CR LF itself, and the terminal adds another CR
 * words         how words are placed: with spaces, moved over (`CSI 1 C`), or put at columns (`CSI n G`)
 * cutsRows      the program cuts link and token at the terminal's width itself, instead of letting it wrap
 * mask          what the prompt shows of the code
 * enterInText   an Enter that comes in one write with typed text: kept as a line break in the text, or dropped
 * pasteTakesMs  how long a paste is held before it is in the prompt; an Enter that comes sooner finds it empty
 * retry         what Enter does on "Press Enter to retry": 2.1.36 was seen to do nothing, on Node 20 and 24
 */
const CONSOLE = 'https://console.anthropic.com/oauth/code/callback';
const PLATFORM = 'https://platform.claude.com/oauth/code/callback';

const old = {
  authorize: 'https://claude.ai/oauth/authorize',
  redirect: CONSOLE,
  eol: '\n',
  words: 'spaces',
  cutsRows: false,
  mask: 'clear',
  invite: "Browser didn't open? Use the url below to sign in:",
  success: '✓ Long-lived authentication token created successfully!',
  successIndent: 0,
  enterInText: 'kept',
  pasteTakesMs: 50,
  retry: 'works',
  dots: '…',
  queries: { before: '', after: '' },
};

const cutting = {
  ...old,
  redirect: PLATFORM,
  eol: '\r\n',
  words: 'moves',
  cutsRows: true,
  invite: "Browser didn't open? Use the url below to sign in (c to copy)",
  successIndent: 1,
};

const boxed = {
  ...cutting,
  authorize: 'https://claude.com/cai/oauth/authorize',
  shortAuthorize: 'https://claude.ai/oauth/authorize',
  words: 'columns',
  mask: 'last6',
  pasteTakesMs: 0,
  enterInText: 'dropped',
  dots: '.',
  invite: "Browser didn't open? Use the URL below to sign in (c to copy)",
  success: '✔ Long-lived authentication token created',
  box: true,
  hyperlinks: true,
  queries: { before: '\x1b]11;?\x07\x1b[c', after: '\x1b[>0q\x1b[?u\x1b]7501;?\x07\x1b[c' },
};

/** `auth login`, as far as a version asks for a code there; 2.1.140 to 2.1.250 show nothing of it. */
const quietLogin = {
  echoes: false,
  failed: 'Login failed',
  notFull: 'Invalid code. Please make sure the full code was copied.',
};
const openLogin = {
  echoes: true,
  hyperlinks: true,
  explains: true,
  tellsItsEnd: true,
  revokes: true,
  failed: "Couldn't log in",
  notFull: "That doesn't look like the full code. Copy all of it, including the # in the middle.",
};

const STYLES = {
  '1.0.64': { ...old, splash: 'banner', keepsLinkAbove: true },
  '2.0.42': old,
  '2.1.36': { ...cutting, retry: 'dead' },
  '2.1.197': {
    ...cutting,
    authorize: 'https://claude.com/cai/oauth/authorize',
    words: 'columns',
    mask: 'last6',
    blanksFirstColumn: true,
    pasteTakesMs: 0,
    dots: '.',
    queries: { before: '\x1b[>0q\x1b[c', after: '' },
    login: quietLogin,
  },
  '2.1.330': { ...boxed, login: openLogin },
  // No difference was seen.
  '2.1.331': { ...boxed, login: openLogin },
  '2.1.332': { ...boxed, login: openLogin },
};

/** Throws on a version that nobody has looked at. */
export function claudeStyle(version = '2.1.330') {
  const style = STYLES[version];
  if (!style) throw new Error(`No practice style ${version}; there are ${Object.keys(STYLES).join(', ')}.`);
  return { version, splash: 'landscape', ...style };
}
