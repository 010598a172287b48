import { isLoopback, standInUrl } from '../stand-in.mjs';
import { readConfig } from './store.mjs';

/** One turn, as OpenClaw sends it with a setup-token: bearer, streamed. Never throws. */
export async function askModel({ token, key, model, prompt, maxTokens, timeoutMs = 60_000 }) {
  const configured = readConfig().models?.providers?.anthropic?.baseUrl;
  const base = configured ?? standInUrl();
  if (!isLoopback(base)) return { ok: false, message: 'A simulated openclaw speaks to loopback only.' };
  try {
    const answer = await fetch(`${base}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        ...(token ? { authorization: `Bearer ${token}` } : { 'x-api-key': key }),
      },
      body: JSON.stringify({
        model,
        max_tokens: maxTokens,
        stream: true,
        messages: [{ role: 'user', content: prompt }],
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await answer.text();
    if (!answer.ok)
      return { ok: false, status: answer.status, message: `${answer.status} ${body.slice(0, 200)}` };
    return { ok: true, text: textOf(body) };
  } catch (error) {
    return { ok: false, message: error.cause?.message ?? error.message };
  }
}

/** The words in a stream of server-sent events. */
function textOf(events) {
  return [...events.matchAll(/^data: (.+)$/gm)]
    .map(([, data]) => JSON.parse(data).delta?.text ?? '')
    .join('');
}
