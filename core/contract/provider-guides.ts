import type { Provider } from './provider-names.ts';

/** Where a provider's keys are made, listed and deleted; how, is in web/messages. Only the pages about keys load this. */
export interface Guide {
  readonly keysAt: string;
}

/**
 * As the providers' documentation had it in November 2026: platform.claude.com/docs/get-api-key, help.openai.com (API
 * key permissions), ai.google.dev/gemini-api/docs/api-key, openrouter.ai/docs (authentication), docs.together.ai,
 * docs.mistral.ai/admin, docs.x.ai, console.groq.com/docs/spend-limits, docs.perplexity.ai (API key management),
 * inference-docs.cerebras.ai, docs.venice.ai, vercel.com/docs/ai-gateway, platform.minimax.io; and OpenClaw's
 * docs/providers of 2026.9.6 for the others.
 */
export const GUIDES: Readonly<Record<Exclude<Provider, 'ollama' | 'custom'>, Guide>> = {
  anthropic: { keysAt: 'https://platform.claude.com/settings/keys' },
  openai: { keysAt: 'https://platform.openai.com/api-keys' },
  google: { keysAt: 'https://aistudio.google.com/apikey' },
  openrouter: { keysAt: 'https://openrouter.ai/settings/keys' },
  huggingface: {
    keysAt:
      'https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained',
  },
  cohere: { keysAt: 'https://dashboard.cohere.com/api-keys' },
  together: { keysAt: 'https://api.together.ai/settings/projects/~current/api-keys' },
  perplexity: { keysAt: 'https://console.perplexity.ai' },
  groq: { keysAt: 'https://console.groq.com/keys' },
  mistral: { keysAt: 'https://console.mistral.ai/api-keys' },
  xai: { keysAt: 'https://console.x.ai' },
  deepseek: { keysAt: 'https://platform.deepseek.com/api_keys' },
  fireworks: { keysAt: 'https://app.fireworks.ai/settings/users/api-keys' },
  cerebras: { keysAt: 'https://cloud.cerebras.ai' },
  moonshot: { keysAt: 'https://platform.kimi.ai/console/api-keys' },
  minimax: { keysAt: 'https://platform.minimax.io/user-center/basic-information/interface-key' },
  zai: { keysAt: 'https://z.ai/manage-apikey/apikey-list' },
  nvidia: { keysAt: 'https://build.nvidia.com/settings/api-keys' },
  venice: { keysAt: 'https://venice.ai/settings/api' },
  'vercel-ai-gateway': { keysAt: 'https://vercel.com/dashboard/ai-gateway' },
};
