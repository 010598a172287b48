import type { Session } from '../../core/contract/http-api.ts';

/**
 * Whose machine it is, where somebody is to agree to something: what the platform calls the customer, and the name in this
 * page's address, which nobody can choose for themself and which is nobody else's.
 */
export function machineName({ customer, displayName }: Pick<Session, 'customer' | 'displayName'>): string {
  return displayName === undefined || displayName === customer ? customer : `${displayName} (${customer})`;
}
