import {
  noteFailure,
  noteSuccess,
  profilesFor,
  readProfiles,
  secretOf,
  unusableUntil,
} from './auth-store.mjs';
import { configuredKey, endpointOf, insistsOnKey } from './endpoints.mjs';
import { CliError } from './errors.mjs';
import { fallbackModels, pinOf } from './store.mjs';
import { askModel } from './turn.mjs';

/**
 * One turn of a chat: each profile of the model's provider in its order, but for those that are out of use, then the
 * same for each fallback model; a chat that is pinned to a profile is answered by that alone. A refusal takes a profile out of use for a while, an answer brings it back. Returns
 * `{answer, provider, model, tried}`; where all have refused, the last refusal. (Seen in 2026.4.15 and 2026.9.6; the
 * real ones ask again for minutes after a 429 or a 5xx.)
 */
export async function chatTurn(style, agent, asked, prompt) {
  let last;
  const tried = [];
  for (const key of [asked, ...fallbackModels().filter((one) => one !== asked)]) {
    const [, provider, model] = /^([^/]+)\/(.+)$/.exec(key) ?? [];
    const endpoint = endpointOf(style, provider, model);
    for (const { id, ...credential } of credentials(agent, provider)) {
      const answer = await askModel(endpoint, credential, { model, prompt });
      last = { answer, provider, model, tried };
      if (answer.ok) {
        if (id !== undefined) noteSuccess(agent, id);
        return last;
      }
      tried.push({ provider, model, reason: reasonOf(answer), status: answer.status });
      console.error(
        `[agent/embedded] embedded run agent end: isError=true model=${model} provider=${provider} error=${answer.message} rawError=${answer.status} ${answer.body}`,
      );
      if (id !== undefined) noteFailure(agent, id, reasonOf(answer));
    }
  }
  if (!last) throw new CliError(`No API key found for provider "${asked.split('/')[0]}".`);
  return last;
}

/**
 * What a provider's turns can be paid with, the first one first: stored profiles, else the configuration's key; that alone
 * where it says `auth: "api-key"`.
 */
function credentials(agent, provider) {
  const profiles = readProfiles(agent);
  const pin = pinOf(agent);
  const ids = pin === undefined ? profilesFor(agent, provider) : [pin].filter((id) => profiles[id]);
  if (ids.length > 0 && !insistsOnKey(provider))
    return ids
      .filter((id) => id === pin || unusableUntil(agent, id) === undefined)
      .map((id) => ({ id, type: profiles[id].type, secret: secretOf(profiles[id]) }));
  const secret = configuredKey(provider);
  return secret === undefined ? [] : [{ type: 'api_key', secret }];
}

/** As OpenClaw sorts a refusal. */
function reasonOf({ status, body = '' }) {
  if (status === 402 || /credit balance|insufficient_quota|Insufficient/.test(body)) return 'billing';
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  return status === undefined || status >= 500 ? 'timeout' : 'format';
}
