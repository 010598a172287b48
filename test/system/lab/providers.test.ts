import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { type Answer, ask } from '../../../lab/loopback.ts';
import { KEY_MODES, type KeyMode, type Refused } from '../../../lab/providers/key-modes.ts';
import { type Providers, startProviders } from '../../../lab/providers/providers.ts';
import { STAND_IN_PROVIDERS, STAND_IN_ROWS, type StandInProvider } from '../../../lab/providers/rows.ts';

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());

const REFUSED = KEY_MODES.filter((mode): mode is Refused => !['good', 'hang', 'reset'].includes(mode));

/** The status of each refusal, in the order of REFUSED, as the provider's documentation or a report has it. */
const STATUSES: Record<StandInProvider, readonly number[]> = {
  anthropic: [401, 400, 400, 400, 403, 403, 403, 404, 429, 529, 503, 500],
  openai: [401, 401, 429, 429, 403, 401, 403, 404, 429, 503, 503, 500],
  google: [400, 403, 429, 429, 400, 403, 403, 404, 429, 503, 503, 500],
  openrouter: [401, 401, 402, 403, 403, 403, 404, 400, 429, 503, 503, 502],
  huggingface: [401, 401, 402, 402, 403, 403, 400, 400, 429, 503, 503, 500],
  cohere: [401, 401, 402, 402, 403, 403, 403, 404, 429, 503, 503, 500],
  together: [401, 401, 402, 402, 403, 403, 403, 404, 429, 503, 503, 500],
  perplexity: [401, 401, 401, 401, 403, 403, 403, 400, 429, 503, 503, 500],
  groq: [401, 400, 400, 400, 403, 403, 403, 404, 429, 503, 503, 500],
  mistral: [401, 401, 402, 429, 403, 403, 403, 400, 429, 503, 503, 500],
  xai: [400, 403, 403, 429, 403, 403, 403, 404, 429, 503, 503, 500],
  deepseek: [401, 401, 402, 402, 403, 403, 400, 400, 429, 503, 503, 500],
};

/** Where a provider's clients read what went wrong. */
const SAYS: Record<StandInProvider, (body: never) => unknown> = {
  anthropic: (body: { error: { message: string } }) => body.error.message,
  openai: (body: { error: { message: string } }) => body.error.message,
  google: (body: { error: { message: string } }) => body.error.message,
  openrouter: (body: { error: { message: string } }) => body.error.message,
  huggingface: (body: { error: string | { message: string } }) =>
    typeof body.error === 'string' ? body.error : body.error.message,
  cohere: (body: { message: string }) => body.message,
  together: (body: { error: { message: string } }) => body.error.message,
  perplexity: (body: { error: { message: string } }) => body.error.message,
  groq: (body: { error: { message: string } }) => body.error.message,
  mistral: (body: { message: string; detail: string }) => body.message ?? body.detail,
  xai: (body: { error: string }) => body.error,
  deepseek: (body: { error: { message: string } }) => body.error.message,
};

/** One turn, as a provider's own clients send it. */
function turn(provider: StandInProvider, key: string, stream = false): Promise<Answer> {
  const model = STAND_IN_ROWS[provider].models[0];
  const base = providers.baseUrl(provider);
  const send = (path: string, headers: Record<string, string>, body: object = { model, stream }) =>
    ask(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (provider === 'anthropic') return send('/v1/messages', { 'x-api-key': key });
  if (provider === 'google') {
    const path = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return send(`/models/${model}:${path}`, { 'x-goog-api-key': key }, {});
  }
  return send('/chat/completions', { authorization: `Bearer ${key}` });
}

const eventsIn = ({ text }: Answer) =>
  [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => (data === '[DONE]' ? data : JSON.parse(data)));

describe.each(STAND_IN_PROVIDERS)('the stand-in for %s', (provider) => {
  test('answers a good key, whole and streamed, and logs it with its model', async () => {
    const { text: key } = providers.mint(provider);
    for (const stream of [false, true]) {
      const answer = await turn(provider, key, stream);
      expect(answer.status).toBe(200);
      expect(answer.headers.server).toBe('keyferry-stand-in');
      expect(answer.text).toContain('Hello from the stand-in.');
      if (stream) expect(eventsIn(answer).length).toBeGreaterThan(0);
      else expect(() => JSON.parse(answer.text)).not.toThrow();
      expect(providers.requests.at(-1)).toMatchObject({
        provider,
        key,
        method: 'POST',
        model: STAND_IN_ROWS[provider].models[0],
        stream,
        status: 200,
      });
    }
    expect(providers.turns(provider).slice(-2)).toEqual([key, key]);
  });

  test.each(REFUSED)('refuses a key that is %s in the provider’s own terms', async (mode) => {
    const answer = await turn(provider, providers.mint(provider, mode).text);
    expect(answer.status).toBe(STATUSES[provider][REFUSED.indexOf(mode)]);
    if (mode === 'unavailable') {
      expect(answer.headers['content-type']).toBe('text/html');
      return;
    }
    expect(String(SAYS[provider](JSON.parse(answer.text) as never))).toMatch(/\w{3}/);
    if (mode === 'rate-limited' && provider !== 'google') expect(answer.headers['retry-after']).toBe('20');
  });

  test('takes no key that it has not given out, nor one of another provider', async () => {
    const [status] = STATUSES[provider];
    const other = STAND_IN_PROVIDERS.find((name) => name !== provider) as StandInProvider;
    for (const key of ['never-minted', providers.mint(other).text]) {
      const answer = await turn(provider, key);
      expect(answer.status).toBe(status);
      expect(answer.text).not.toContain(key);
    }
  });

  test('gives out keys of the form that the provider’s row has', () => {
    expect(providers.mint(provider).text).toMatch(PROVIDERS[provider].key?.shape ?? /^never$/);
  });

  test('hangs, and resets the connection', async () => {
    const hanging = providers.mint(provider, 'hang');
    const arrived = hanging.arrival();
    let isOver = false;
    const waiting = turn(provider, hanging.text).then(
      () => {
        isOver = true;
      },
      () => undefined,
    );
    await arrived;
    await expect(turn(provider, providers.mint(provider, 'reset').text)).rejects.toThrow(
      /ECONNRESET|hang up/,
    );
    expect(isOver).toBe(false);
    expect((await turn(provider, providers.mint(provider).text)).status).toBe(200);
    void waiting;
  });

  test('lists models as the real one does', async () => {
    const list = async (mode: KeyMode) => {
      const { text: key } = providers.mint(provider, mode);
      const headers: Record<string, string> =
        provider === 'google' ? { 'x-goog-api-key': key } : { authorization: `Bearer ${key}` };
      const path = provider === 'anthropic' ? '/v1/models' : '/models';
      return ask(`${providers.baseUrl(provider)}${path}`, { headers });
    };
    const { status, text } = await list('good');
    if (provider === 'perplexity') {
      expect(status).toBe(404);
      return;
    }
    expect(status).toBe(200);
    for (const model of STAND_IN_ROWS[provider].models) expect(text).toContain(model);
    // An account without money still sees what it could buy.
    expect((await list('no-credit')).status).toBe(200);
    const isOpen = provider === 'openrouter' || provider === 'huggingface';
    expect((await list('revoked')).status).toBe(isOpen ? 200 : STATUSES[provider][1]);
  });
});

test('a key may use some models, is answered otherwise for a while, and waits while it is held', async () => {
  const key = providers.mint('openai');
  key.models = ['another-model'];
  expect((await turn('openai', key.text)).status).toBe(403);
  key.models = undefined;
  key.next('rate-limited');
  expect((await turn('openai', key.text)).status).toBe(429);
  const release = key.hold();
  const arrived = key.arrival();
  const held = turn('openai', key.text);
  await arrived;
  release();
  expect((await held).status).toBe(200);
});

test.each(['openai', 'xai'] as const)('%s answers OpenAI’s newer protocol as well', async (provider) => {
  const { text: key } = providers.mint(provider);
  const body = JSON.stringify({ model: 'gpt-5.4', stream: true, input: 'hi' });
  const answer = await ask(`${providers.baseUrl(provider)}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body,
  });
  const events = eventsIn(answer).map(({ type }) => type);
  expect(events[0]).toBe('response.created');
  expect(events).toContain('response.output_text.delta');
  expect(events.at(-1)).toBe('response.completed');
});

test('Cohere answers its own chat, by the host that it has, too', async () => {
  const { text: key } = providers.mint('cohere');
  const url = new URL(providers.baseUrl('cohere'));
  const answer = await ask(`${url.origin}/v2/chat`, {
    method: 'POST',
    headers: { host: 'api.cohere.ai', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'command-a-03-2025', stream: true }),
  });
  expect(eventsIn(answer).map(({ type }) => type)).toEqual([
    'message-start',
    'content-start',
    'content-delta',
    'content-end',
    'message-end',
  ]);
});
