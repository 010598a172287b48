import type { IncomingMessage, ServerResponse } from 'node:http';
import { readAuthorizeUrl } from './authorize-url.ts';
import { readBody } from './http.ts';
import { escapeHtml, sendPage } from './sign-in-html.ts';
import type { SignIns } from './sign-ins.ts';

/** Where Anthropic's own pages are; the stand-in answers there through its proxy, and at its own address. */
const AUTHORIZE_PATHS = ['/oauth/authorize', '/cai/oauth/authorize'];
const CALLBACK_PATH = '/oauth/code/callback';
const CALLBACK_HOST = 'https://platform.claude.com';

/** What a customer's browser shows after Approve, which some of them copy instead of the code. */
export function callbackUrl({ code, state }: { code: string; state: string }): string {
  return `${CALLBACK_HOST}${CALLBACK_PATH}?${new URLSearchParams({ code, state })}`;
}

/** Where a browser finds the page at `baseUrl`: the path and query of the link, as Keyferry's page makes it too. */
export function signInPage(baseUrl: string, link: string): string {
  const { pathname, search } = new URL(link);
  return `${baseUrl}${pathname}${search}`;
}

/**
 * The sign-in page: consent, then the code with a copy button. Returns false for addresses that are not its own.
 * `origin` is where the request came to, say `https://claude.ai`.
 */
export async function answerSignInPage(
  signIns: SignIns,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', origin);
  if (request.method === 'GET' && AUTHORIZE_PATHS.includes(url.pathname)) {
    sendConsent(response, url.href);
  } else if (request.method === 'GET' && url.pathname === '/sign-in') {
    const link = url.searchParams.get('link');
    if (link) sendConsent(response, link.trim());
    else sendQuestion(response);
  } else if (request.method === 'POST' && url.pathname === '/sign-in') {
    approve(signIns, new URLSearchParams(await readBody(request)).get('link') ?? '', response);
  } else if (request.method === 'GET' && url.pathname === CALLBACK_PATH) {
    sendCode(response, `${url.searchParams.get('code')}#${url.searchParams.get('state')}`);
  } else {
    return false;
  }
  return true;
}

function approve(signIns: SignIns, link: string, response: ServerResponse): void {
  if (!isSignInLink(link)) {
    sendNotALink(response);
    return;
  }
  // A relative redirect, so that it works at whichever address the browser came by.
  const { search } = new URL(callbackUrl(signIns.signIn(new URL(link))));
  response.writeHead(303, { location: `${CALLBACK_PATH}${search}` }).end();
}

function isSignInLink(link: string): boolean {
  return URL.canParse(link) && readAuthorizeUrl(new URL(link)) !== undefined;
}

function sendConsent(response: ServerResponse, link: string): void {
  if (!isSignInLink(link)) {
    sendNotALink(response);
    return;
  }
  sendPage(
    response,
    200,
    'Sign in to Claude',
    `<p>Claude Code would like to connect to your Claude account. It will be able to:</p>
<ul><li>use your Claude subscription</li></ul>
<form method="post" action="/sign-in">
<input type="hidden" name="link" value="${escapeHtml(link)}">
<button type="submit" id="approve">Approve</button>
</form>`,
  );
}

/** For a person who comes by hand: the link on their screen leads to the real Anthropic. */
function sendQuestion(response: ServerResponse): void {
  sendPage(
    response,
    200,
    'Sign in to Claude',
    `<form action="/sign-in">
<label>The sign-in link from Keyferry or claude setup-token:<br><input name="link" autofocus></label>
<button type="submit">Open</button>
</form>`,
  );
}

function sendCode(response: ServerResponse, pasted: string): void {
  sendPage(
    response,
    200,
    'Your code',
    `<p>Copy this code and go back to the other tab. Paste it there.</p>
<p><code id="code">${escapeHtml(pasted)}</code></p>
<button type="button" id="copy">Copy code</button>
<p id="next" role="status">&nbsp;</p>
<script>
document.getElementById('copy').onclick = async () => {
  const next = document.getElementById('next');
  try {
    await navigator.clipboard.writeText(document.getElementById('code').textContent);
    next.textContent = 'Copied. Now go back to the other tab and paste it.';
  } catch {
    next.textContent = 'Please select the code and copy it.';
  }
};
</script>`,
  );
}

function sendNotALink(response: ServerResponse): void {
  sendPage(
    response,
    400,
    'Invalid sign-in link',
    '<p id="error">It is not whole, or not one of Claude Code. Go back to the other tab and open it again.</p>',
  );
}
