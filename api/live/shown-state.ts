import type { CustomerState } from '../../core/contract/http-api.ts';

/** What an operator who views a customer's page sees of the state: everything but the sign-in link. */
export function withoutLink({ snapshot, ...connected }: CustomerState): CustomerState {
  if (!snapshot) return { snapshot, ...connected };
  const { link: _, ...rest } = snapshot;
  return { snapshot: rest, ...connected };
}
