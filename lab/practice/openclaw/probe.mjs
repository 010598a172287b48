import { takeOption } from '../words.mjs';
import { secretOf } from './auth-store.mjs';
import { endpointOf } from './endpoints.mjs';
import { askModel } from './turn.mjs';

const STATUS = { 400: 'format', 401: 'auth', 402: 'billing', 403: 'auth', 429: 'rate_limit' };

/** `models status --probe`: one small turn per profile asked for. */
export async function probe(style, words, model, profiles) {
  const provider = takeOption(words, '--probe-provider') ?? 'anthropic';
  const profileId = takeOption(words, '--probe-profile');
  const maxTokens = Number(takeOption(words, '--probe-max-tokens') ?? 8);
  const timeoutMs = Number(takeOption(words, '--probe-timeout') ?? 8000);
  const startedAt = Date.now();
  const isMeant = ([id, one]) => one.provider === provider && (profileId === undefined || id === profileId);
  const targets = profiles.filter(isMeant);
  const asked = model.startsWith(`${provider}/`) ? model : PROBED[provider];
  const id = asked?.slice(provider.length + 1);
  const results = [];
  for (const [profile, credential] of targets) {
    const began = Date.now();
    const answer = await askModel(
      endpointOf(style, provider, id),
      { type: credential.type, secret: secretOf(credential) },
      { model: id, prompt: 'Reply with OK.', maxTokens, timeoutMs },
    );
    const told = answer.ok
      ? { status: 'ok' }
      : { status: answer.status ? (STATUS[answer.status] ?? 'unknown') : 'timeout', error: answer.message };
    const about = {
      provider,
      model: asked,
      profileId: profile,
      label: profile,
      source: 'profile',
      mode: credential.type,
    };
    results.push({ ...about, ...told, latencyMs: Date.now() - began });
  }
  const finishedAt = Date.now();
  return {
    startedAt,
    finishedAt,
    durationMs: finishedAt - startedAt,
    totalTargets: targets.length,
    options: { provider, profileIds: profileId ? [profileId] : [], timeoutMs, concurrency: 2, maxTokens },
    results,
  };
}

/** What is asked where the default model is another provider's. */
const PROBED = { anthropic: 'anthropic/claude-haiku-4-5', openai: 'openai/gpt-5.4' };
