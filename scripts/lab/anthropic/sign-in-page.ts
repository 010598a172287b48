import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './http.ts';
import { readAuthorizeUrl, type SignIns } from './sign-ins.ts';

/** Where Anthropic's own pages are; the stand-in answers there through its proxy. */
const AUTHORIZE_PATHS = ['/oauth/authorize', '/cai/oauth/authorize'];
const CALLBACK_PATH = '/oauth/code/callback';
const CALLBACK_HOST = 'https://platform.claude.com';

/** What a customer's browser shows after Approve, which some of them copy instead of the code. */
export function callbackUrl({ code, state }: { code: string; state: string }): string {
  return `${CALLBACK_HOST}${CALLBACK_PATH}?${new URLSearchParams({ code, state })}`;
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
  send(
    response,
    200,
    `<p>Claude Code would like to connect to your Claude account.</p>
<form method="post" action="/sign-in">
<input type="hidden" name="link" value="${escapeHtml(link)}">
<button type="submit" id="approve">Approve</button>
</form>`,
  );
}

/** For a person who comes by hand: the link on their screen leads to the real Anthropic. */
function sendQuestion(response: ServerResponse): void {
  send(
    response,
    200,
    `<form action="/sign-in">
<label>The sign-in link from Keyferry or claude setup-token:<br><input name="link" size="60" autofocus></label>
<button type="submit">Open</button>
</form>`,
  );
}

function sendCode(response: ServerResponse, pasted: string): void {
  send(
    response,
    200,
    `<p>Paste this into Keyferry:</p>
<p><code id="code">${escapeHtml(pasted)}</code></p>
<button type="button" id="copy">Copy code</button>
<script>
document.getElementById('copy').onclick = async (event) => {
  await navigator.clipboard.writeText(document.getElementById('code').textContent);
  event.target.textContent = 'Copied';
};
</script>`,
  );
}

function sendNotALink(response: ServerResponse): void {
  send(response, 400, '<p id="error">Invalid sign-in link: it is not whole, or not one of Claude Code.</p>');
}

function send(response: ServerResponse, status: number, content: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
  });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stand-in: not Anthropic</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }
strong { display: block; background: #fde68a; color: #422006; padding: .5rem 1rem; border-radius: .5rem; }
code { overflow-wrap: anywhere; }
button { font: inherit; padding: .5rem 1rem; }
</style>
<strong>Stand-in: not Anthropic</strong>
<h1>Sign in to Claude (simulated)</h1>
${content}
</html>
`);
}

function escapeHtml(text: string): string {
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => named[character] ?? character);
}
