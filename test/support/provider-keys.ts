import type { Provider } from '../../core/contract/providers.ts';

/** `length` characters of an alphabet, always the same, in no order. */
function made(length: number, alphabet = 'aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uVwXyZ'): string {
  let text = '';
  for (let at = 0, seed = 7; at < length; at += 1, seed = (seed * 31 + 11) % 997)
    text += alphabet[seed % alphabet.length];
  return text;
}

const HEX = '0123456789abcdef';

/** Keys of each provider's forms, made up: what it gives out now first, then older ones that still work. */
export const KEYS: Readonly<Record<Exclude<Provider, 'ollama' | 'custom'>, readonly [string, ...string[]]>> =
  {
    anthropic: [`sk-ant-api03-${made(40)}_${made(52)}-AA`],
    openai: [
      `sk-proj-${made(74)}_${made(80)}`,
      `sk-svcacct-${made(120)}`,
      `sk-${made(20)}T3BlbkFJ${made(20)}`,
    ],
    google: [`AQ.Ab8${made(48)}`, `AIzaSy${made(33)}`],
    openrouter: [`sk-or-v1-${made(64, HEX)}`],
    huggingface: [`hf_${made(34)}`],
    cohere: [made(40)],
    together: [`tgp_v1_${made(43)}`, made(64, HEX)],
    perplexity: [`pplx-${made(48)}`],
    groq: [`gsk_${made(52)}`],
    mistral: [made(32)],
    xai: [`xai-${made(80)}`],
    deepseek: [`sk-${made(32, HEX)}`],
    fireworks: [`fw_${made(24)}`, made(48)],
    cerebras: [`csk-${made(48)}`],
    moonshot: [`sk-${made(48)}`],
    minimax: [`sk-api-${made(90)}`, `eyJ${made(34)}.eyJ${made(300)}.${made(342)}`],
    zai: [`${made(32, HEX)}.${made(16)}`],
    nvidia: [`nvapi-${made(30)}-${made(33)}`],
    venice: [`vapi_${made(40)}`, made(43)],
    'vercel-ai-gateway': [`vck_${made(56)}`],
  };
