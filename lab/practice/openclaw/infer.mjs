import { takeOption } from '../words.mjs';
import { profilesFor, readProfiles, secretOf } from './auth-store.mjs';
import { chatTurn } from './chat.mjs';
import { configuredKey, endpointOf, insistsOnKey } from './endpoints.mjs';
import { CliError } from './errors.mjs';
import { defaultModel, knownAgent } from './store.mjs';
import { askModel } from './turn.mjs';

/**
 * `infer model run --local --json --prompt … [--model provider/model[@profile]]`: one request with the first credential
 * in the order, and no other whatever comes back; `@profile` names it. No fallback model is tried, and nothing is
 * remembered of a refusal (2026.7.1, 2026.9.6).
 */
export async function runModel(style, words) {
  const prompt = takeOption(words, '--prompt') ?? 'hi';
  const agent = knownAgent(takeOption(words, '--agent'));
  const asked = takeOption(words, '--model') ?? defaultModel(style);
  if (!style.runsAlone) return runInChat(style, agent, asked, prompt);
  const [, provider, model, pinned] = /^([^/]+)\/(.+?)(?:@([^@]+))?$/.exec(asked) ?? [];
  if (!provider) throw new CliError(`Model override must use the form <provider/model>. Received: ${asked}`);
  const endpoint = endpointOf(style, provider, model);
  const credential = credentialFor(agent, provider, pinned);
  const answer = await askModel(endpoint, credential, { model, prompt });
  report({ provider, model, ...endpoint }, answer);
  if (!answer.ok)
    throw new CliError(
      `No text output returned for provider "${provider}" model "${model}": ${style.refused(answer, endpoint)}.`,
    );
  tell(provider, model, answer.text);
}

/** 2026.4.15 makes a turn of a chat of it, and says that it is ok also where that was refused. */
async function runInChat(style, agent, asked, prompt) {
  const { answer, provider, model } = await chatTurn(style, agent, asked, prompt);
  tell(provider, model, answer.ok ? answer.text : inWords(answer));
}

function inWords({ status, body, message }) {
  try {
    const { error } = JSON.parse(body);
    return `HTTP ${status} ${error.type}: ${error.message}`;
  } catch {
    return message;
  }
}

function tell(provider, model, text) {
  const outputs = [{ text, mediaUrl: null }];
  const about = { ok: true, capability: 'model.run', transport: 'local', provider, model };
  console.log(JSON.stringify({ ...about, attempts: [], outputs }, null, 2));
}

/** What a turn for a provider is paid with. Throws where there is nothing, or not the profile that is asked for. */
function credentialFor(agent, provider, pinned) {
  const profiles = readProfiles(agent);
  if (pinned !== undefined && profiles[pinned]?.provider !== provider)
    throw new CliError(`Selected auth profile "${pinned}" is unavailable.`);
  const profile =
    pinned === undefined && insistsOnKey(provider)
      ? undefined
      : profiles[pinned ?? profilesFor(agent, provider)[0]];
  if (profile) return { type: profile.type, secret: secretOf(profile) };
  const secret = environmentKey(provider) ?? configuredKey(provider);
  if (!secret) throw new CliError(`No API key found for provider "${provider}".`);
  return { type: 'api_key', secret };
}

const environmentKey = (provider) => process.env[`${provider.toUpperCase()}_API_KEY`] || undefined;

/** OpenClaw says on stderr what went over the wire: refusals always, the rest where it is asked to. */
function report({ provider, model, api, url }, answer) {
  const about = `provider=${provider} api=${api} model=${model}`;
  const say = (what) => console.error(`[provider-transport-fetch] [model-fetch] ${what}`);
  const isAsked = process.env.OPENCLAW_DEBUG_MODEL_TRANSPORT === '1';
  if (isAsked) say(`start ${about} method=POST url=${url} timeoutMs=undefined proxy=none policy=custom`);
  const { ok, status = ok ? 200 : undefined, cause = 'UND_ERR_SOCKET' } = answer;
  if (status === undefined)
    say(
      `error ${about} elapsedMs=5 name=TypeError code=undefined causeName=Error causeCode=${cause} message=fetch failed`,
    );
  else if (isAsked || !ok)
    say(`response ${about} status=${status} elapsedMs=5 dispatcher=new contentType=application/json`);
}

/** `infer model list --json`: the whole catalogue, an array; the same without a gateway and without a sign-in. */
export function listCatalogue(style) {
  const models = style.models.map((key) => {
    const [provider, id] = key.split('/');
    return { id, name: id, provider, contextWindow: 200_000, reasoning: true, input: ['text', 'image'] };
  });
  console.log(JSON.stringify(models, null, 2));
}
