import { toKeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { Status } from '../programs/openclaw/models-status.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Fallback } from './fallback.ts';

/**
 * Where a customer's credential was removed and nothing else of its provider's is left, the platform's model answers again.
 * Returns what became of that, in words for people; undefined where there is nothing to say of it. Throws only when aborted.
 */
export async function backToPlatform(
  fallback: Fallback,
  status: Status,
  { openclaw }: ProviderRow,
  limits: CallLimits,
): Promise<string | undefined> {
  const { auth, resolvedDefault } = status;
  if (!resolvedDefault.startsWith(`${openclaw.id}/`)) return undefined;
  const kind = auth.providers.find(({ provider }) => provider === openclaw.id)?.effective?.kind;
  if (kind === 'profiles' || kind === 'env') return undefined;
  try {
    const isThere = await fallback.makeDefault(openclaw.id, status.allowed, limits);
    return isThere ? `OpenClaw's default model is now ${fallback.model}, the platform's own.` : undefined;
  } catch (thrown) {
    limits.signal.throwIfAborted();
    return `The platform's own model could not be made the default: ${toKeyferryError(thrown).message}`;
  }
}
