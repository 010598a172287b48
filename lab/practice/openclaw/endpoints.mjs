import { standInUrl } from '../stand-in.mjs';
import { CliError } from './errors.mjs';
import { secretOfRef } from './secrets.mjs';
import { readConfig } from './store.mjs';

/** How providers that OpenClaw has built in are spoken to; all others are compatible with OpenAI. */
const APIS = {
  anthropic: 'anthropic-messages',
  openai: 'openai-responses',
  xai: 'openai-responses',
  google: 'google-generative-ai',
};

const configured = (provider) => readConfig().models?.providers?.[provider];

/** Whether OpenClaw knows a provider: it is built in, or the configuration has its address and the model. */
function isKnown(style, provider, model) {
  if (provider === 'anthropic' || style.builtIn.includes(provider)) return true;
  return configured(provider)?.models?.some(({ id }) => id === model) === true;
}

/** Where a model's turns go, `{url, api}`. Throws for a model that this version would not know. */
export function endpointOf(style, provider, model) {
  if (!isKnown(style, provider, model)) throw new CliError(`Unknown model: ${provider}/${model}`);
  const { baseUrl, api } = configured(provider) ?? {};
  const own = APIS[provider] ?? 'openai-completions';
  // An address that is not Google's own is taken for one that is compatible with OpenAI (2026.9.6).
  const spoken = api ?? (provider === 'google' && baseUrl ? 'openai-completions' : own);
  const url = baseUrl ?? (provider === 'anthropic' ? standInUrl() : undefined);
  return { url, api: spoken };
}

/** The key that the configuration has beside a provider's address, itself or as a reference. */
export const configuredKey = (provider) => {
  const key = configured(provider)?.apiKey;
  return typeof key === 'string' ? key : secretOfRef(key);
};

/** With this word that key answers in the place of a stored profile, of which 2026.4.15 takes no name either. */
export const insistsOnKey = (provider) =>
  configured(provider)?.auth === 'api-key' && configuredKey(provider) !== undefined;
