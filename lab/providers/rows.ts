import { randomBytes, randomInt } from 'node:crypto';
import { PROVIDERS } from '../../core/contract/providers.ts';
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
    models: ['claude-opus-5', 'claude-sonnet-5', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
    refusals: ANTHROPIC,
    mint: () => `sk-ant-api03-${word(93)}AA`,
  },
  openai: {
    models: ['gpt-6-astra', 'gpt-5.4', 'gpt-5.4-mini'],
    refusals: OPENAI,
    mint: () => `sk-proj-${word(74)}T3BlbkFJ${word(74)}`,
  },
  google: {
    models: ['gemini-3-pro', 'gemini-2.5-flash'],
    refusals: GOOGLE,
    mint: () => `AIza${word(35)}`,
  },
  openrouter: {
    models: ['anthropic/claude-sonnet-5', 'openai/gpt-5.4', 'openrouter/auto'],
    refusals: OPENROUTER,
    mint: () => `sk-or-v1-${hex(64)}`,
  },
  huggingface: {
    models: ['deepseek-ai/DeepSeek-R1', 'Qwen/Qwen3-8B'],
    refusals: HUGGINGFACE,
    mint: () => `hf_${letters(34, LETTERS)}`,
  },
  cohere: {
    models: ['command-a-plus-05-2026', 'command-a-03-2025'],
    refusals: COHERE,
    mint: () => word(40),
  },
  together: {
    models: ['moonshotai/Kimi-K2.6', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    refusals: TOGETHER,
    mint: () => `tgp_v1_${word(43)}`,
  },
  perplexity: {
    models: ['perplexity/sonar', 'openai/gpt-5.4'],
    refusals: PERPLEXITY,
    mint: () => `pplx-${word(48)}`,
  },
  groq: {
    models: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'],
    refusals: GROQ,
    mint: () => `gsk_${word(52)}`,
  },
  mistral: {
    models: ['mistral-large-latest', 'mistral-medium-3-5'],
    refusals: MISTRAL,
    mint: () => word(32),
  },
  xai: {
    models: ['grok-4.7', 'grok-4'],
    refusals: XAI,
    mint: () => `xai-${word(80)}`,
  },
  deepseek: {
    models: ['deepseek-v4-flash', 'deepseek-v4-pro'],
    refusals: DEEPSEEK,
    mint: () => `sk-${hex(32)}`,
  },
} as const satisfies Record<string, StandInRow>;

export type StandInProvider = keyof typeof STAND_IN_ROWS;
/** The real one's base URL: its host, and the path that the stand-in has behind the provider's name. */
export const realUrl = (provider: StandInProvider) =>
  new URL(PROVIDERS[provider].baseUrl ?? 'https://unknown');

/** Its path without a slash at the end. */
export const realPath = (provider: StandInProvider) => realUrl(provider).pathname.replace(/\/$/, '');

export const STAND_IN_PROVIDERS = Object.keys(STAND_IN_ROWS) as StandInProvider[];
