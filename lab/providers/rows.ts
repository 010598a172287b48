import { randomBytes, randomInt } from 'node:crypto';
import type { Refusals } from './refusal.ts';
import { ANTHROPIC } from './refusals/anthropic.ts';
import { COHERE } from './refusals/cohere.ts';
import { DEEPSEEK } from './refusals/deepseek.ts';
import { GOOGLE } from './refusals/google.ts';
import { GROQ } from './refusals/groq.ts';
import { HUGGINGFACE } from './refusals/huggingface.ts';
import { MISTRAL } from './refusals/mistral.ts';
import { OPENAI } from './refusals/openai.ts';
import { OPENROUTER } from './refusals/openrouter.ts';
import { PERPLEXITY } from './refusals/perplexity.ts';
import { TOGETHER } from './refusals/together.ts';
import { XAI } from './refusals/xai.ts';

/** One provider as the stand-in plays it. */
export interface StandInRow {
  /** The real one's host. */
  readonly host: string;
  /** What the real one's base URL has after the host; requests to the stand-in have the provider's name before it. */
  readonly path: string;
  /** The protocol in which OpenClaw speaks to it, in the words of its configuration. */
  readonly api: string;
  /** Models that it lists. A request for another is answered as well: providers have more than anybody lists. */
  readonly models: readonly string[];
  readonly refusals: Refusals;
  /** A new key of the form that this provider's have. */
  mint(): string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const letters = (count: number, from: string) =>
  Array.from({ length: count }, () => from[randomInt(from.length)]).join('');
const word = (count: number) => letters(count, `${LETTERS}0123456789`);
const hex = (count: number) => randomBytes(count / 2).toString('hex');

export const STAND_IN_ROWS = {
  anthropic: {
    host: 'api.anthropic.com',
    path: '',
    api: 'anthropic-messages',
    models: ['claude-opus-5', 'claude-sonnet-5', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
    refusals: ANTHROPIC,
    mint: () => `sk-ant-api03-${word(93)}AA`,
  },
  openai: {
    host: 'api.openai.com',
    path: '/v1',
    api: 'openai-responses',
    models: ['gpt-6-astra', 'gpt-5.4', 'gpt-5.4-mini'],
    refusals: OPENAI,
    mint: () => `sk-proj-${word(74)}T3BlbkFJ${word(74)}`,
  },
  google: {
    host: 'generativelanguage.googleapis.com',
    path: '/v1beta',
    api: 'google-generative-ai',
    models: ['gemini-3-pro', 'gemini-2.5-flash'],
    refusals: GOOGLE,
    mint: () => `AIza${word(35)}`,
  },
  openrouter: {
    host: 'openrouter.ai',
    path: '/api/v1',
    api: 'openai-completions',
    models: ['anthropic/claude-sonnet-5', 'openai/gpt-5.4', 'openrouter/auto'],
    refusals: OPENROUTER,
    mint: () => `sk-or-v1-${hex(64)}`,
  },
  huggingface: {
    host: 'router.huggingface.co',
    path: '/v1',
    api: 'openai-completions',
    models: ['deepseek-ai/DeepSeek-R1', 'Qwen/Qwen3-8B'],
    refusals: HUGGINGFACE,
    mint: () => `hf_${letters(34, LETTERS)}`,
  },
  cohere: {
    host: 'api.cohere.ai',
    path: '/compatibility/v1',
    api: 'openai-completions',
    models: ['command-a-plus-05-2026', 'command-a-03-2025'],
    refusals: COHERE,
    mint: () => word(40),
  },
  together: {
    host: 'api.together.xyz',
    path: '/v1',
    api: 'openai-completions',
    models: ['moonshotai/Kimi-K2.6', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    refusals: TOGETHER,
    mint: () => `tgp_v1_${word(43)}`,
  },
  perplexity: {
    host: 'api.perplexity.ai',
    path: '',
    api: 'openai-completions',
    models: ['sonar', 'sonar-pro'],
    refusals: PERPLEXITY,
    mint: () => `pplx-${word(48)}`,
  },
  groq: {
    host: 'api.groq.com',
    path: '/openai/v1',
    api: 'openai-completions',
    models: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'],
    refusals: GROQ,
    mint: () => `gsk_${word(52)}`,
  },
  mistral: {
    host: 'api.mistral.ai',
    path: '/v1',
    api: 'openai-completions',
    models: ['mistral-large-latest', 'mistral-medium-3-5'],
    refusals: MISTRAL,
    mint: () => word(32),
  },
  xai: {
    host: 'api.x.ai',
    path: '/v1',
    api: 'openai-responses',
    models: ['grok-4.7', 'grok-4'],
    refusals: XAI,
    mint: () => `xai-${word(80)}`,
  },
  deepseek: {
    host: 'api.deepseek.com',
    path: '',
    api: 'openai-completions',
    models: ['deepseek-v4-flash', 'deepseek-v4-pro'],
    refusals: DEEPSEEK,
    mint: () => `sk-${hex(32)}`,
  },
} as const satisfies Record<string, StandInRow>;

export type StandInProvider = keyof typeof STAND_IN_ROWS;
export const STAND_IN_PROVIDERS = Object.keys(STAND_IN_ROWS) as StandInProvider[];
