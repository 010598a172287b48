import { isLoopback } from '../stand-in.mjs';

/** One request as OpenClaw sends it in each protocol, and how its answer is read. */
const PROTOCOLS = {
  'anthropic-messages': {
    path: () => '/v1/messages',
    headers: ({ type, secret }) => ({
      'anthropic-version': '2023-06-01',
      ...(type === 'token' ? { authorization: `Bearer ${secret}` } : { 'x-api-key': secret }),
    }),
    body: (model, prompt, max) => ({
      model,
      max_tokens: max,
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    }),
    text: (event) => event.delta?.text,
  },
  'openai-completions': {
    path: () => '/chat/completions',
    headers: bearer,
    body: (model, prompt) => ({ model, stream: true, messages: [{ role: 'user', content: prompt }] }),
    text: (event) => event.choices?.[0]?.delta?.content,
  },
  'openai-responses': {
    path: () => '/responses',
    headers: bearer,
    body: (model, prompt) => ({ model, stream: true, input: [{ role: 'user', content: prompt }] }),
    text: (event) => (event.type === 'response.output_text.delta' ? event.delta : undefined),
  },
  // Lines of JSON, no events; a key is sent only where the address is not a private one (docs/providers/ollama).
  ollama: {
    path: () => '/api/chat',
    headers: () => ({}),
    body: (model, prompt) => ({ model, stream: true, messages: [{ role: 'user', content: prompt }] }),
    read: (lines) =>
      lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).message?.content ?? '')
        .join(''),
  },
  'google-generative-ai': {
    path: (model) => `/models/${model}:streamGenerateContent?alt=sse`,
    headers: ({ secret }) => ({ 'x-goog-api-key': secret }),
    body: (_model, prompt) => ({ contents: [{ role: 'user', parts: [{ text: prompt }] }] }),
    text: (event) => event.candidates?.[0]?.content?.parts?.map(({ text }) => text).join(''),
  },
};

function bearer({ secret }) {
  return { authorization: `Bearer ${secret}` };
}

/**
 * One turn with one credential, `{type, secret}`. Never throws: `{ok: true, text}`, or `{ok: false, message}` in
 * OpenClaw's words, with the provider's `status` and `body` where it answered.
 */
export async function askModel(
  { url, api },
  credential,
  { model, prompt, maxTokens = 64, timeoutMs = 60_000 },
) {
  if (!isLoopback(url)) return { ok: false, message: 'A simulated openclaw speaks to loopback only.' };
  const protocol = PROTOCOLS[api];
  try {
    const answer = await fetch(`${url}${protocol.path(model)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...protocol.headers(credential) },
      body: JSON.stringify(protocol.body(model, prompt, maxTokens)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await answer.text();
    const { status } = answer;
    if (!answer.ok) return { ok: false, status, body, message: inWords(api, status, body) };
    return { ok: true, text: protocol.read?.(body) ?? textOf(body, protocol.text) };
  } catch ({ cause }) {
    return { ok: false, message: 'Connection error.', cause: cause?.code };
  }
}

/** As the providers' own libraries say it: OpenAI's picks the message out, Anthropic's repeats the whole. */
function inWords(api, status, body) {
  if (!api.startsWith('openai')) return `${status} ${body}`;
  try {
    const { error } = JSON.parse(body);
    return `${status} ${error?.message ?? (typeof error === 'string' ? JSON.stringify(error) : body)}`;
  } catch {
    return `${status} ${body}`;
  }
}

/** The words in a stream of server-sent events. */
const textOf = (events, read) =>
  [...events.matchAll(/^data: (\{.+)$/gm)].map(([, data]) => read(JSON.parse(data)) ?? '').join('');
