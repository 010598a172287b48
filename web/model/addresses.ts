import { NAMES } from '../../core/contract/provider-names.ts';

export const ADDRESSES = {
  terms: 'https://www.anthropic.com/legal/consumer-terms',
  revoke: NAMES.anthropic.revokeAt,
  claudeKeys: 'https://platform.claude.com/settings/keys',
} as const;
