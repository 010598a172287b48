import { toKeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { Status } from '../programs/openclaw/models-status.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Fallback } from './fallback.ts';

/** What became of the platform's model. */
export interface BackToPlatform {
  /** OpenClaw, asked again, says that it is the default one. */
  isDefault: boolean;
  /** In words for people. */
  note: string;
}

/**
 * Where a customer's credential was removed and nothing else of its provider's is left, the platform's model answers again.
 * Throws only when aborted; undefined where there is nothing to say of it.
 */
export async function backToPlatform(
  fallback: Fallback,
  status: Status,
  { openclaw }: ProviderRow,
  limits: CallLimits,
): Promise<BackToPlatform | undefined> {
  const { auth, resolvedDefault } = status;
  if (!resolvedDefault.startsWith(`${openclaw.id}/`)) return undefined;
  const kind = auth.providers.find(({ provider }) => provider === openclaw.id)?.effective?.kind;
  if (kind === 'profiles' || kind === 'env') return undefined;
  try {
    const isThere = await fallback.makeDefault(openclaw.id, status.allowed, limits);
    const note = `OpenClaw's default model is now ${fallback.model}, the platform's own.`;
    return isThere ? { isDefault: true, note } : undefined;
  } catch (thrown) {
    limits.signal.throwIfAborted();
    const why = toKeyferryError(thrown).message;
    return { isDefault: false, note: `The platform's own model could not be made the default: ${why}` };
  }
}
