import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { ownTimeout } from '../../core/process/own-time.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { CallLimits } from '../transports/transport.ts';
import { Fallback, type FallbackParts } from './fallback.ts';

/** What a handshake needs to know of the platform's provider. */
export interface HandshakeFallback {
  platform: FallbackParts['platform'];
  /** The platform's key for this customer. */
  key(signal: AbortSignal): Promise<Secret>;
}

/** Milliseconds for all of it; where it is there already, two questions of 4 s in 2026.9.6. */
const WITHIN_MS = 90_000;

/**
 * Sees to it, once the customer's credential is proved, that the platform's provider stands behind it. Nothing that goes wrong
 * here is the customer's: it is a warning. Returns warnings, a sentence each; throws only when aborted.
 */
export async function fallbackBehind(
  { fallback, ...parts }: Omit<FallbackParts, 'platform'> & { fallback: HandshakeFallback | undefined },
  limits: () => CallLimits,
): Promise<string[]> {
  if (!fallback) return [];
  const { signal, timeoutMs } = limits();
  const late = new AbortController();
  const within = Math.min(WITHIN_MS, timeoutMs);
  const callOff = ownTimeout(within, () => late.abort(new KeyferryError('box_call_timeout')));
  const both = AbortSignal.any([signal, late.signal]);
  try {
    const { platform } = fallback;
    const box = new Fallback({ ...parts, platform });
    return await box.ensure(() => fallback.key(both), { signal: both, timeoutMs: within });
  } catch (thrown) {
    signal.throwIfAborted();
    return [`The platform's own models do not stand behind it: ${toKeyferryError(thrown).message}`];
  } finally {
    callOff();
  }
}
