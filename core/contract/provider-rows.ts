import { GATEWAYS } from './provider-rows-gateways.ts';
import { ANY_KEY, keysOf, METHODS, turn } from './provider-rows-parts.ts';
import type { ProviderDetails } from './provider-types.ts';

/**
 * Providers with models of their own, and a row for what is none of these. Ids, addresses, apis and plugins were read
 * from OpenClaw's packages of 2026.4.15, 2026.5.22, 2026.7.1 and 2026.9.6 (a test compares them); Claude Code's hosts
 * were seen by running 1.0.64 to 2.1.332. Declared models of those that 2026.9.6 knows are the defaults of its own docs/providers. Beginnings of keys are the providers' own, as their documentation, OpenClaw's
 * (docs/providers), and scanners of leaked secrets have them.
 */
const MAKERS = {
  anthropic: {
    // 2026.9.6 without a gateway lists Anthropic's models under its Claude CLI provider; the ids are the same.
    listedAs: ['claude-cli'],
    api: 'anthropic-messages',
    baseUrl: 'https://api.anthropic.com',
    // 2026.4.15 takes them nowhere but in a conversation: its `paste-token` wants a setup-token (of Anthropic's alone).
    keysSince: '2026.5.1',
    key: {
      shape: /^sk-ant-(?!oat|ort|sid|admin)[\w-]{20,}$/,
      // A setup-token, what renews one, a browser's session, and a key for the Admin API.
      others: {
        'sk-ant-oat': 'token',
        'sk-ant-ort': 'token',
        'sk-ant-sid': 'token',
        'sk-ant-admin': 'admin',
      },
    },
    secretShapes: [
      /sk-ant-[\w-]+/g,
      // The rest of one whose beginning is not visible.
      /(?<![\w-])(?:sk-)?(?:k-ant-|-?ant-|nt-|t-|-)?(?:oat|ort|api|sid|admin)\d\d-[\w-]{8,}/g,
    ],
    variables: ['ANTHROPIC_*', 'CLAUDE_CODE_OAUTH_TOKEN', 'OPENCLAW_LIVE_ANTHROPIC_KEY'],
    hosts: {
      'platform.claude.com': { from: 'sign-in', why: 'Claude Code exchanges the code there since 2.1.' },
      'console.anthropic.com': { from: 'sign-in', why: 'Claude Code exchanged the code there before 2.1.' },
      ...turn('api.anthropic.com'),
      'claude.ai': {
        from: 'sign-in',
        why: 'The customer signs in there with their own browser; the box hardly needs it.',
      },
    },
    models: {
      best: [
        /^claude-opus-(\d{1,2})(?:-(\d{1,2}))?$/,
        /^claude-sonnet-(\d{1,2})(?:-(\d{1,2}))?$/,
        /^claude-haiku-(\d{1,2})(?:-(\d{1,2}))?$/,
      ],
      small: [/^claude-haiku-(\d{1,2})(?:-(\d{1,2}))?$/, /^claude-sonnet-(\d{1,2})(?:-(\d{1,2}))?$/],
    },
  },
  openai: {
    api: 'openai-responses',
    baseUrl: 'https://api.openai.com/v1',
    // Older keys begin with no more than `sk-`, as those of others do.
    key: { shape: /^sk-(?!ant-|or-)[\w-]{20,}$/, others: { 'sk-admin-': 'admin' } },
    secretShapes: [/sk-(?:proj|svcacct|admin|None)-[\w-]{16,}/g, /sk-[A-Za-z0-9]{32,}/g],
    variables: ['OPENAI_*', 'OPENCLAW_LIVE_OPENAI_KEY'],
    hosts: turn('api.openai.com'),
    models: {
      best: [/^gpt-(\d+)(?:\.(\d+))?(?:-astra)?$/, /^gpt-(\d+)(?:\.(\d+))?-[a-z]+$/],
      small: [/^gpt-(\d+)(?:\.(\d+))?-(?:luna|nano)$/, /^gpt-(\d+)(?:\.(\d+))?-mini$/],
      declared: ['gpt-6-astra', 'gpt-5.4'],
    },
  },
  google: {
    api: 'google-generative-ai',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    // `AIza` and 35 more; since 2026 AI Studio makes keys that begin with `AQ.`.
    key: { shape: /^(?:AIza[\w-]{20,}|AQ\.[\w.-]{20,})$/ },
    secretShapes: [/AIza[\w-]{30,}/g, /AQ\.[\w-]{30,}/g],
    variables: ['GEMINI_*', 'GOOGLE_API_KEY', 'OPENCLAW_LIVE_GEMINI_KEY'],
    hosts: turn('generativelanguage.googleapis.com'),
    models: {
      best: [/^gemini-(\d+)(?:\.(\d+))?-pro(?:-preview)?$/, /^gemini-(\d+)(?:\.(\d+))?-flash(?:-preview)?$/],
      small: [/^gemini-(\d+)(?:\.(\d+))?-flash-lite$/, /^gemini-(\d+)(?:\.(\d+))?-flash(?:-preview)?$/],
      declared: ['gemini-3.1-pro-preview', 'gemini-2.5-flash'],
    },
  },
  cohere: {
    comes: [
      ['2026.7.2', '@openclaw/cohere-provider'],
      ['2026.7.1', 'built-in'],
      ['0', 'config'],
    ],
    api: 'openai-completions',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    key: ANY_KEY,
    secretShapes: [],
    variables: keysOf('COHERE'),
    hosts: turn('api.cohere.ai'),
    models: {
      best: [/^command-a-plus-/, /^command-a-03/, /^command-/],
      small: [/^north-mini-/, /^command-r7b/, /^command-a-03/],
      declared: ['command-a-03-2025'],
    },
  },
  mistral: {
    comes: [['2026.7.2', '@openclaw/mistral-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.mistral.ai/v1',
    key: ANY_KEY,
    secretShapes: [],
    variables: keysOf('MISTRAL'),
    hosts: turn('api.mistral.ai'),
    models: {
      best: [/^mistral-large-latest$/, /^mistral-medium/],
      small: [/^mistral-small-latest$/, /^ministral-/],
      declared: ['mistral-large-latest', 'mistral-small-latest'],
    },
  },
  xai: {
    api: 'openai-responses',
    baseUrl: 'https://api.x.ai/v1',
    key: { shape: /^xai-\w{20,}$/ },
    secretShapes: [/xai-\w{24,}/g],
    variables: keysOf('XAI'),
    hosts: turn('api.x.ai'),
    models: {
      best: [/^grok-(\d)(?:\.(\d))?$/],
      small: [/^grok-(\d)(?:\.(\d))?-fast(?:-non-reasoning)?$/, /^grok-(\d)(?:\.(\d+))?-\d+-non-reasoning$/],
      declared: ['grok-4.7'],
    },
  },
  deepseek: {
    comes: [['2026.6.8', '@openclaw/deepseek-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.deepseek.com',
    key: { shape: /^sk-[A-Za-z0-9]{20,}$/ },
    secretShapes: [],
    variables: keysOf('DEEPSEEK'),
    hosts: turn('api.deepseek.com'),
    models: {
      best: [/^deepseek-v(\d)-pro$/, /^deepseek-chat$/],
      small: [/^deepseek-v(\d)-flash$/, /^deepseek-chat$/],
      declared: ['deepseek-v4-pro', 'deepseek-v4-flash'],
    },
  },
  moonshot: {
    comes: [['2026.6.9', '@openclaw/moonshot-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.moonshot.ai/v1',
    key: { shape: /^sk-[\w-]{20,}$/ },
    secretShapes: [],
    variables: [...keysOf('MOONSHOT'), ...keysOf('KIMI')],
    hosts: turn('api.moonshot.ai'),
    models: {
      best: [/^kimi-k(\d)(?:\.(\d))?$/],
      small: [/^kimi-k(\d)(?:\.(\d))?$/],
      declared: ['kimi-k2.6', 'kimi-k2.5'],
    },
  },
  minimax: {
    api: 'anthropic-messages',
    baseUrl: 'https://api.minimax.io/anthropic',
    // A Coding Plan's key is no other than a key by its form, and older keys are JSON Web Tokens.
    key: ANY_KEY,
    secretShapes: [/sk-(?:api|cp)-[\w-]{24,}/g],
    variables: [...keysOf('MINIMAX'), 'MINIMAX_CODE_PLAN_KEY', 'MINIMAX_CODING_API_KEY', 'MINIMAX_API_HOST'],
    hosts: turn('api.minimax.io'),
    models: {
      best: [/^MiniMax-M(\d)(?:\.(\d))?$/],
      small: [/^MiniMax-M(\d)(?:\.(\d))?$/],
      declared: ['MiniMax-M3', 'MiniMax-M2.7'],
    },
  },
  zai: {
    comes: [['2026.6.9', '@openclaw/zai-provider']],
    api: 'openai-completions',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    key: ANY_KEY,
    secretShapes: [],
    variables: [...keysOf('ZAI'), ...keysOf('Z_AI')],
    hosts: turn('api.z.ai'),
    models: {
      best: [/^glm-(\d)(?:\.(\d))?$/],
      small: [/^glm-(\d)(?:\.(\d))?-(?:flash|air)$/, /^glm-(\d)(?:\.(\d))?$/],
      declared: ['glm-5.1', 'glm-4.7-flash'],
    },
  },
  ollama: {
    api: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    endpoint: ['ollama'],
    secretShapes: [],
    variables: keysOf('OLLAMA'),
    hosts: {},
    models: { best: [], small: [] },
  },
  custom: {
    comes: [['0', 'config']],
    api: 'openai-completions',
    endpoint: ['openai-completions', 'openai-responses', 'anthropic-messages'],
    // Whoever runs an endpoint chooses its keys, which are often short; eight characters are what is searched for in texts.
    key: { shape: /^[\x21-\x7e]{8,}$/ },
    secretShapes: [],
    variables: ['CUSTOM_API_KEY'],
    hosts: {},
    models: { best: [], small: [] },
  },
} as const satisfies Readonly<Record<string, ProviderDetails>>;

export const DETAILS = { ...MAKERS, ...GATEWAYS };
export { METHODS };
