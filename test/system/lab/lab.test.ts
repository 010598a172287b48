import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Anthropic, startAnthropic } from '../../../lab/anthropic/anthropic.ts';

const verifier = randomBytes(32).toString('base64url');
const link = `https://claude.ai/oauth/authorize?I${createHash('sha256').update(verifier).digest('base64url')}`;

let anthropic: Anthropic;
beforeAll(async () => {
  anthropic = await startAnthropic();
});
afterAll(() => anthropic.stop());
afterEach(() => {
  anthropic.tokenEndpoint.mode = 'ok';
  anthropic.messages.mode = 'ok';
});

/** Asks the stand-in as the programs on a box do: through its proxy, trusting its certificate. */
async function ask(
  address: string,
  { method = 'GET', body = '', headers = {}, ca = readFileSync(anthropic.caFile, 'utf8') } = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
  const url = new URL(address);
  const socket = await tunnel(`${url.hostname}:443`);
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } };
    const through = { ca, servername: url.hostname, createConnection: undefined, socket, agent: false };
    const request = httpsRequest(url, { ...options, ...through }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    request.once('error', reject);
    request.end(body);
  });
}

function tunnel(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(anthropic.proxyUrl, { method: 'CONNECT', path });
    request.once('connect', (_response, socket) => resolve(socket as Socket));
    request.once('error', reject);
    request.end();
  });
}

function exchange(code: string, code_verifier = verifier) {
  const body = JSON.stringify({ grant_type: 'authorization_code', code, code_verifier, state: 'any' });
  return ask('https://platform.claude.com/v1/oauth/token', { method: 'POST', body });
}

const codeOf = (pasted: string) => pasted.split('#')[0] ?? '';

async function mint(): Promise<string> {
  const answer = await exchange(codeOf(anthropic.signIn(link)));
  return JSON.parse(answer.text).access_token;
}

describe('the sign-in page', () => {
  test('at the link itself asks for approval and says that it is not Anthropic', async () => {
    const page = await ask(link);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Stand-in: not Anthropic');
    expect(page.text).toContain('id="approve"');
  });

  test('by plain http gives, after Approve, a code that the token endpoint takes', async () => {
    const consent = await (await fetch(anthropic.signInPage(link))).text();
    const field = /name="link" value="([^"]+)"/.exec(consent)?.[1] ?? '';
    const body = new URLSearchParams({ link: field });
    const approved = await fetch(`${anthropic.baseUrl}/sign-in`, { method: 'POST', body });
    const shown = /<code id="code">([^<]+)#([^<]+)</.exec(await approved.text());
    expect(new URL(approved.url).pathname).toBe('/oauth/code/callback');
    expect((await exchange(shown?.[1] ?? '')).status).toBe(200);
  });

  test('refuses a link that is not whole', async () => {
    const page = await fetch(anthropic.signInPage(link.slice(0, -1)));
    expect(page.status).toBe(400);
    expect(await page.text()).not.toContain('id="approve"');
  });

  test('shows markup in a link as text', async () => {
    const page = await ask('https://platform.claude.com/oauth/code/callback?code=<script>x</script>&state=y');
    expect(page.text).toContain('&lt;script&gt;x&lt;/script&gt;#y');
  });
});

describe('the token endpoint', () => {
  test('gives a token for a code once', async () => {
    const code = codeOf(anthropic.signIn(link));
    const first = await exchange(code);
    expect(JSON.parse(first.text)).toMatchObject({
      access_token: anthropic.minted.at(-1),
      expires_in: 31_536_000,
    });
    const second = await exchange(code);
    expect([second.status, JSON.parse(second.text).error]).toEqual([400, 'invalid_grant']);
    expect(anthropic.tokenEndpoint.refusals.at(-1)).toBe('unknown or used code');
  });

  test('takes the code out of a callback address', async () => {
    const url = new URL(anthropic.signInForCallbackUrl(link));
    expect((await exchange(url.searchParams.get('code') ?? '')).status).toBe(200);
  });

  test.each([403, 429, 500] as const)(
    'answers %s when told to, once, and leaves the code good',
    async (status) => {
      const code = codeOf(anthropic.signIn(link));
      anthropic.tokenEndpoint.next(status);
      expect((await exchange(code)).status).toBe(status);
      expect((await exchange(code)).status).toBe(200);
    },
  );

  test('answers late when told to', async () => {
    anthropic.tokenEndpoint.slowMs = 200;
    anthropic.tokenEndpoint.mode = 'slow';
    const before = Date.now();
    expect((await exchange(codeOf(anthropic.signIn(link)))).status).toBe(200);
    expect(Date.now() - before).toBeGreaterThanOrEqual(190);
  });

  test('cuts the connection when told to', async () => {
    anthropic.tokenEndpoint.mode = 'drop';
    await expect(exchange('any')).rejects.toThrow();
  });

  test('hangs when told to, and still stops', async () => {
    const own = await startAnthropic();
    own.tokenEndpoint.mode = 'hang';
    const answer = fetch(`${own.baseUrl}/v1/oauth/token`, { method: 'POST', body: '{}' }).then(
      () => 'answered',
      () => 'cut',
    );
    while (own.tokenEndpoint.requests === 0) await new Promise(setImmediate);
    await own.stop();
    expect(await answer).toBe('cut');
    expect(existsSync(own.caFile)).toBe(false);
  });
});

describe('the proxy', () => {
  test('leads every host to the stand-in, whose certificate is trusted only when asked to', async () => {
    const unknown = await ask('https://api.anthropic.com/api/hello');
    expect(unknown.status).toBe(404);
    await expect(ask('https://api.anthropic.com/api/hello', { ca: '' })).rejects.toThrow(/self-signed/);
  });

  test('does not pass for a host that is not Anthropic’s', async () => {
    await expect(ask('https://example.com/')).rejects.toThrow(/altnames/);
  });
});

describe('the Messages API', () => {
  const messages = (token: string, stream: boolean) =>
    fetch(`${anthropic.baseUrl}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ model: 'claude-some', stream, messages: [] }),
    });

  test('streams the events of one message in their order', async () => {
    const token = await mint();
    const answer = await messages(token, true);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const events = (await answer.text()).trim().split('\n\n');
    expect(events.map((event) => /^event: (\w+)$/m.exec(event)?.[1])).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    for (const event of events) {
      const [name, data] = event.split('\n');
      expect(`event: ${JSON.parse(data?.slice('data: '.length) ?? '').type}`).toBe(name);
    }
    expect(anthropic.bearers.at(-1)).toBe(token);
  });

  test('answers whole where no stream is asked for', async () => {
    const answer = await (await messages(await mint(), false)).json();
    expect(answer).toMatchObject({ type: 'message', model: 'claude-some', stop_reason: 'end_turn' });
  });

  test('refuses a token with a character missing, and remembers it', async () => {
    const cut = (await mint()).slice(0, -1);
    expect((await messages(cut, true)).status).toBe(401);
    expect(anthropic.bearers.at(-1)).toBe(cut);
  });

  test.each([401, 429, 500] as const)('answers %s when told to', async (status) => {
    anthropic.messages.mode = status;
    const answer = await messages(await mint(), true);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ type: 'error' });
  });
});

test('the log of requests holds no secret', async () => {
  const token = await mint();
  await fetch(anthropic.signInForCallbackUrl(link).replace(/^https:\/\/[^/]+/, anthropic.baseUrl));
  await fetch(`${anthropic.baseUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': token },
    body: '{}',
  });
  const log = anthropic.log.toString();
  expect(log).toContain('POST platform.claude.com/v1/oauth/token (none) 200');
  for (const secret of anthropic.secrets) expect(log).not.toContain(secret);
  expect(JSON.stringify(anthropic.log.entries)).not.toContain(token);
});
