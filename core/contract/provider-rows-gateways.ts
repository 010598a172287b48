import { ANY_KEY, keysOf, turn } from './provider-rows-parts.ts';
import type { ProviderDetails } from './provider-types.ts';

/** Providers that serve the models of many makers; see provider-rows.ts. */
export const GATEWAYS = {
  openrouter: {
    api: 'openai-completions',
    baseUrl: 'https://openrouter.ai/api/v1',
    key: { shape: /^sk-or-[\w-]{20,}$/ },
    secretShapes: [/sk-or-[\w-]{16,}/g],
    variables: keysOf('OPENROUTER'),
    hosts: turn('openrouter.ai'),
    models: {
      best: [/^auto$/, /^openrouter\/auto$/],
      small: [
        /^openai\/gpt-(\d)(?:\.(\d))?-(?:luna|nano)$/,
        /^google\/gemini-(\d)(?:\.(\d))?-flash-lite$/,
        /^auto$/,
      ],
      declared: ['auto'],
    },
  },
  huggingface: {
    api: 'openai-completions',
    baseUrl: 'https://router.huggingface.co/v1',
    key: { shape: /^hf_[A-Za-z0-9]{20,}$/ },
    secretShapes: [/hf_[A-Za-z0-9]{24,}/g],
    variables: ['HF_TOKEN', 'HUGGINGFACE_HUB_TOKEN', 'OPENCLAW_LIVE_HUGGINGFACE_KEY'],
    hosts: turn('router.huggingface.co'),
    models: {
      best: [/^deepseek-ai\/DeepSeek-R(\d)$/, /^deepseek-ai\/DeepSeek-V/],
      small: [/^openai\/gpt-oss-20b$/, /^openai\/gpt-oss-120b$/],
      declared: ['deepseek-ai/DeepSeek-R1'],
    },
  },
  together: {
    api: 'openai-completions',
    baseUrl: 'https://api.together.xyz/v1',
    // Newer keys begin with `tgp_v1_`; older ones are 64 hexadecimal digits.
    key: ANY_KEY,
    secretShapes: [/tgp_v1_[\w-]{20,}/g],
    variables: keysOf('TOGETHER'),
    hosts: turn('api.together.xyz'),
    models: {
      best: [/^moonshotai\/Kimi-K(\d)(?:\.(\d))?$/, /^meta-llama\/Llama-3\.3-70B-Instruct-Turbo$/],
      small: [/^Qwen\/Qwen2\.5-7B-Instruct-Turbo$/, /^meta-llama\/Llama-3\.3-70B-Instruct-Turbo$/],
      declared: ['moonshotai/Kimi-K2.6'],
    },
  },
  perplexity: {
    // OpenClaw's own plugin of that name searches the web; it is not a provider of models (docs/providers, 2026.9.6).
    comes: [['0', 'config']],
    // Its chat completions ended on 2026-09-27; the Agent API answers as OpenAI's Responses (docs.perplexity.ai).
    api: 'openai-responses',
    baseUrl: 'https://api.perplexity.ai/v1',
    key: { shape: /^pplx-\w{20,}$/ },
    secretShapes: [/pplx-\w{24,}/g],
    // The plugin takes a key of OpenRouter's as well (2026.4.15, 2026.5.22).
    variables: [...keysOf('PERPLEXITY'), 'OPENROUTER_API_KEY'],
    hosts: turn('api.perplexity.ai'),
    models: {
      best: [/^perplexity\/sonar$/],
      small: [/^perplexity\/sonar$/],
      declared: ['perplexity/sonar'],
    },
  },
  groq: {
    comes: [['2026.6.8', '@openclaw/groq-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.groq.com/openai/v1',
    key: { shape: /^gsk_[A-Za-z0-9]{20,}$/ },
    secretShapes: [/gsk_[A-Za-z0-9]{24,}/g],
    variables: keysOf('GROQ'),
    hosts: turn('api.groq.com'),
    models: {
      best: [/^openai\/gpt-oss-120b$/, /^llama-3\.3-70b-versatile$/],
      small: [/^openai\/gpt-oss-20b$/, /^llama-3\.1-8b-instant$/],
      declared: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'],
    },
  },
  fireworks: {
    comes: [['2026.6.9', '@openclaw/fireworks-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    key: ANY_KEY,
    secretShapes: [/fw_[A-Za-z0-9]{20,}/g],
    variables: keysOf('FIREWORKS'),
    hosts: turn('api.fireworks.ai'),
    models: {
      best: [/^accounts\/fireworks\/routers\/glm-/, /^accounts\/fireworks\/models\/kimi-k(\d)p(\d)$/],
      small: [/^accounts\/fireworks\/models\/kimi-k(\d)p(\d)$/],
      declared: ['accounts/fireworks/models/kimi-k2p6'],
    },
  },
  cerebras: {
    comes: [['2026.6.8', '@openclaw/cerebras-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.cerebras.ai/v1',
    key: { shape: /^csk-[A-Za-z0-9]{20,}$/ },
    secretShapes: [/csk-[A-Za-z0-9]{24,}/g],
    variables: keysOf('CEREBRAS'),
    hosts: turn('api.cerebras.ai'),
    models: {
      best: [/^gpt-oss-120b$/, /^zai-glm-(\d)\.(\d)$/, /^gemma-/],
      small: [/^llama3\.1-8b$/, /^gemma-/, /^gpt-oss-120b$/],
      declared: ['gpt-oss-120b', 'zai-glm-4.7'],
    },
  },
  nvidia: {
    api: 'openai-completions',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    key: { shape: /^nvapi-[\w-]{20,}$/ },
    secretShapes: [/nvapi-[\w-]{24,}/g],
    variables: keysOf('NVIDIA'),
    hosts: turn('integrate.api.nvidia.com'),
    models: {
      best: [/^nvidia\/nemotron-(\d)-ultra-/, /^nvidia\/nemotron-(\d)-super-/],
      small: [/^nvidia\/nemotron-(\d)(?:\.(\d))?-lightning-/, /^nvidia\/nemotron-(\d)-super-/],
      declared: ['nvidia/nemotron-3-ultra-550b-a55b'],
    },
  },
  venice: {
    comes: [['2026.6.9', '@openclaw/venice-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.venice.ai/api/v1',
    key: ANY_KEY,
    secretShapes: [/vapi_[\w-]{20,}/g],
    variables: keysOf('VENICE'),
    hosts: turn('api.venice.ai'),
    models: {
      best: [/^zai-org-glm-(\d)[.-](\d)$/, /^llama-3\.3-70b$/],
      small: [/^google-gemma-(\d)-/, /^llama-3\.2-3b$/],
      declared: ['zai-org-glm-4.7'],
    },
  },
  'vercel-ai-gateway': {
    comes: [['2026.6.9', '@openclaw/vercel-ai-gateway-provider']],
    api: 'anthropic-messages',
    baseUrl: 'https://ai-gateway.vercel.sh',
    key: ANY_KEY,
    secretShapes: [/vck_[A-Za-z0-9]{24,}/g],
    variables: ['AI_GATEWAY_API_KEY*', 'OPENCLAW_LIVE_VERCEL_AI_GATEWAY_KEY'],
    hosts: turn('ai-gateway.vercel.sh'),
    models: {
      best: [/^anthropic\/claude-opus-(\d)(?:\.(\d))?$/],
      small: [/^openai\/gpt-(\d)(?:\.(\d))?-(?:luna|nano)$/, /^anthropic\/claude-haiku-(\d)(?:\.(\d))?$/],
      declared: ['anthropic/claude-opus-4.6', 'anthropic/claude-haiku-4.5'],
    },
  },
} as const satisfies Readonly<Record<string, ProviderDetails>>;
