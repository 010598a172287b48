import type { ErrorCode } from '../../core/contract/errors.ts';
import type { KeyMode, Refused } from './key-modes.ts';
import type { StandInProvider } from './rows.ts';

/** What each of the stand-in's refusals, most of them real answers word for word, is to be taken for. */
export const REFUSED: Readonly<Record<Refused, ErrorCode>> = {
  wrong: 'key_rejected',
  revoked: 'key_revoked',
  'no-credit': 'key_no_credit',
  budget: 'key_no_credit',
  region: 'region_refused',
  'no-permission': 'key_no_access',
  'model-forbidden': 'key_no_access',
  'model-unknown': 'key_no_access',
  'rate-limited': 'provider_rate_limited',
  overloaded: 'provider_down',
  unavailable: 'provider_down',
  broken: 'provider_down',
};

/** Where the provider itself does not tell them apart. */
const SAME: Readonly<Record<string, ErrorCode>> = {
  'openrouter revoked': 'key_rejected',
  'huggingface revoked': 'key_rejected',
  'cohere revoked': 'key_rejected',
  'together revoked': 'key_rejected',
  'perplexity revoked': 'key_rejected',
  'mistral revoked': 'key_rejected',
  'deepseek revoked': 'key_rejected',
  'mistral region': 'key_no_access',
  'deepseek region': 'key_no_access',
};

/** The verdict on a key that a provider answers so; undefined: it is good. */
export function verdictOn(provider: StandInProvider, mode: KeyMode): ErrorCode | undefined {
  if (mode === 'good') return undefined;
  if (mode === 'hang') return 'provider_no_answer';
  if (mode === 'reset') return 'provider_down';
  return SAME[`${provider} ${mode}`] ?? REFUSED[mode];
}
