import type { Provider } from './provider-names.ts';

/** How a customer gets a key of a provider, and keeps it harmless. Only the pages about keys load this. */
export interface Guide {
  /** Where its keys are made, listed and deleted. */
  readonly keysAt: string;
  /** What to do there. */
  readonly steps: readonly [string, string, string];
  /** A key that can do this and no more. */
  readonly least: string;
  /** How to bound what it can cost. */
  readonly limit: string;
  /** How to end it. */
  readonly revoke: string;
}

const COPY = 'Copy the key at once, and paste it here: it is shown only this time.';
const OWN_KEY =
  'Make a key for this machine alone, so that you can delete it without touching anything else.';
const DELETE = 'Delete the key in the same list: it then works nowhere, here included.';
const LOOK = 'Look under Billing or Limits for what it may spend.';

/**
 * As the providers' documentation had it in November 2026: platform.claude.com/docs/get-api-key, help.openai.com (API
 * key permissions), ai.google.dev/gemini-api/docs/api-key, openrouter.ai/docs (authentication), docs.together.ai,
 * docs.mistral.ai/admin, docs.x.ai, console.groq.com/docs/spend-limits, docs.perplexity.ai (API key management),
 * inference-docs.cerebras.ai, docs.venice.ai, vercel.com/docs/ai-gateway, platform.minimax.io; and OpenClaw's
 * docs/providers of 2026.9.6 for the others.
 */
export const GUIDES: Readonly<Record<Exclude<Provider, 'ollama' | 'custom'>, Guide>> = {
  anthropic: {
    keysAt: 'https://platform.claude.com/settings/keys',
    steps: [
      'Sign in to the Claude Console and open API keys.',
      'Choose Create key, and give it a name and an expiration.',
      COPY,
    ],
    least: 'A key in a workspace of its own. An admin key (sk-ant-admin…) is not what you need.',
    limit: 'Set a spend limit for that workspace, under Limits.',
    revoke: 'Disable or delete the key in the same list.',
  },
  openai: {
    keysAt: 'https://platform.openai.com/api-keys',
    steps: [
      'Sign in to the OpenAI platform and open API keys.',
      'Choose Create new secret key, and a project for it.',
      COPY,
    ],
    least:
      'A restricted key of a project of its own that may list models and write responses; “Read only” is not enough.',
    limit: 'Set a budget for that project, under Limits.',
    revoke: DELETE,
  },
  google: {
    keysAt: 'https://aistudio.google.com/apikey',
    steps: [
      'Sign in to Google AI Studio and open API keys.',
      'Choose Create API key, and a project for it.',
      COPY,
    ],
    least:
      'A new key of a project of its own: it is restricted to the Gemini API. Older keys (AIza…) are being refused.',
    limit: 'Set a budget with alerts for that project in Google Cloud.',
    revoke: DELETE,
  },
  openrouter: {
    keysAt: 'https://openrouter.ai/settings/keys',
    steps: [
      'Sign in to OpenRouter and open Keys.',
      'Choose Create, and give it a name and a credit limit.',
      COPY,
    ],
    least: OWN_KEY,
    limit: 'Give the key a credit limit, by the day, week or month, and an expiration.',
    revoke: DELETE,
  },
  huggingface: {
    keysAt:
      'https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained',
    steps: [
      'Sign in to Hugging Face and open Access Tokens.',
      'Make a fine-grained token with “Make calls to Inference Providers”.',
      COPY,
    ],
    least: 'That one permission and no other: no reading or writing of repositories.',
    limit: LOOK,
    revoke: 'Delete the token, or invalidate it, in the list of tokens.',
  },
  cohere: {
    keysAt: 'https://dashboard.cohere.com/api-keys',
    steps: ['Sign in to Cohere’s dashboard and open API Keys.', 'Make a new key and give it a name.', COPY],
    least: OWN_KEY,
    limit: 'A trial key costs nothing, is rate limited, and is not for commercial use.',
    revoke: DELETE,
  },
  together: {
    keysAt: 'https://api.together.ai/settings/projects/~current/api-keys',
    steps: [
      'Sign in to Together AI and open the API keys of a project.',
      'Choose Create API Key, with a name and an expiration.',
      COPY,
    ],
    least: 'A key of a project of its own: it has access to nothing else.',
    limit: 'Set an expiration for the key.',
    revoke: DELETE,
  },
  perplexity: {
    keysAt: 'https://console.perplexity.ai',
    steps: [
      'Sign in to Perplexity’s console, and make a project if you have none.',
      'Open API keys and generate a key.',
      COPY,
    ],
    least: 'A key of a project of its own, which has its own credit.',
    limit: 'It is paid from credit that you buy, and is blocked when that is used up.',
    revoke: 'Revoke the key in the same list. That cannot be undone.',
  },
  groq: {
    keysAt: 'https://console.groq.com/keys',
    steps: [
      'Sign in to Groq’s console and open API Keys.',
      'Choose Create API Key and give it a name.',
      COPY,
    ],
    least: 'A key of a project of its own.',
    limit: 'Add a limit under Settings, Billing, Limits. It counts for all keys of your organisation.',
    revoke: DELETE,
  },
  mistral: {
    keysAt: 'https://console.mistral.ai/api-keys',
    steps: [
      'Sign in to Mistral’s Studio and open API keys.',
      'Choose Create new key, with a name and an expiration.',
      COPY,
    ],
    least: 'A key of a workspace of its own, for shared connectors only.',
    limit: 'Set a spending limit for that workspace.',
    revoke: DELETE,
  },
  xai: {
    keysAt: 'https://console.x.ai',
    steps: [
      'Sign in to xAI’s console and open API Keys.',
      'Create a key for the chat endpoint and the models that you want.',
      COPY,
    ],
    least: 'A key with the chat endpoint alone; a management key is not what you need.',
    limit: LOOK,
    revoke: DELETE,
  },
  deepseek: {
    keysAt: 'https://platform.deepseek.com/api_keys',
    steps: [
      'Sign in to the DeepSeek platform and open API keys.',
      'Choose Create new API key and give it a name.',
      COPY,
    ],
    least: OWN_KEY,
    limit: 'It is paid from the balance that you top up.',
    revoke: DELETE,
  },
  fireworks: {
    keysAt: 'https://app.fireworks.ai/settings/users/api-keys',
    steps: [
      'Sign in to Fireworks AI and open Settings, API Keys.',
      'Choose Create API Key, with a name and an expiration.',
      COPY,
    ],
    least: 'A key of a service account of its own.',
    limit: LOOK,
    revoke: DELETE,
  },
  cerebras: {
    keysAt: 'https://cloud.cerebras.ai',
    steps: [
      'Sign in to the Cerebras Cloud Console and open API Keys.',
      'Choose Generate API Key and give it a name.',
      'Copy the key and paste it here.',
    ],
    least: 'A key of a project of its own.',
    limit: 'The project’s rate limits count for it.',
    revoke: DELETE,
  },
  moonshot: {
    keysAt: 'https://platform.kimi.ai/console/api-keys',
    steps: [
      'Sign in to the Kimi API Platform and open API Keys.',
      'Choose Create API Key, with a name and a project.',
      COPY,
    ],
    least: 'A key of a project of its own. A key of Kimi Code is another one.',
    limit: LOOK,
    revoke: DELETE,
  },
  minimax: {
    keysAt: 'https://platform.minimax.io/user-center/basic-information/interface-key',
    steps: [
      'Sign in to the MiniMax platform and open API Keys.',
      'Choose Create new secret key and give it a name.',
      COPY,
    ],
    least: OWN_KEY,
    limit: 'It is paid from your balance, or from the plan that it belongs to.',
    revoke: DELETE,
  },
  zai: {
    keysAt: 'https://z.ai/manage-apikey/apikey-list',
    steps: [
      'Sign in to Z.AI and open API keys.',
      'Create a key and give it a name.',
      'Copy the whole key, with the dot in its middle, and paste it here.',
    ],
    least: OWN_KEY,
    limit: LOOK,
    revoke: DELETE,
  },
  nvidia: {
    keysAt: 'https://build.nvidia.com/settings/api-keys',
    steps: [
      'Sign in to NVIDIA’s catalogue and open API Keys.',
      'Generate a key, with a name and an expiration.',
      COPY,
    ],
    least: 'A key for the public API endpoints alone.',
    limit: 'Set an expiration for the key.',
    revoke: DELETE,
  },
  venice: {
    keysAt: 'https://venice.ai/settings/api',
    steps: [
      'Sign in to Venice and open Settings, API.',
      'Choose Generate New API Key, of the type “Inference Only”.',
      COPY,
    ],
    least: '“Inference Only”; an “Admin” key can make and delete keys.',
    limit: 'Set a consumption limit for each day, and an expiration, when you make the key.',
    revoke: DELETE,
  },
  'vercel-ai-gateway': {
    keysAt: 'https://vercel.com/dashboard/ai-gateway',
    steps: [
      'Sign in to Vercel and open AI Gateway, API keys.',
      'Choose Create key, with a name and a budget.',
      COPY,
    ],
    least: OWN_KEY,
    limit: 'Give the key a budget that is refreshed each month, and an expiration.',
    revoke: DELETE,
  },
};
