import type { CustomerState } from '../../core/contract/http-api.ts';

/** What an operator who looks at a customer's page sees of it: all but the door. */
export function withoutLink({ snapshot, connection }: CustomerState): CustomerState {
  if (!snapshot) return { snapshot, connection };
  const { link: _, ...rest } = snapshot;
  return { snapshot: rest, connection };
}
