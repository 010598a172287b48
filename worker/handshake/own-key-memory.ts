import { Secret } from '../../core/secrets/secret.ts';
import { OwnKeyStateSchema } from '../programs/openclaw/own-key.ts';
import type { OwnKeyMemory } from '../programs/openclaw/replacement.ts';
import { atMost } from '../transports/deadline.ts';
import type { HandshakeOptions } from './options.ts';

/** Milliseconds that a box waits for it to be kept; Redis answers within one, or is away. */
const KEEP_WITHIN_MS = 2_000;

/**
 * Has a later attempt of the same handshake know what was taken out of the configuration, so that it says so, and puts it
 * back where it fails. It lies beside the token that is in flight, and goes with it.
 */
export function ownKeyMemory({ durability }: Pick<HandshakeOptions, 'durability'>): OwnKeyMemory | undefined {
  if (!durability) return undefined;
  const { ownKey } = durability;
  return {
    left: ownKey && OwnKeyStateSchema.parse(JSON.parse(ownKey.reveal())),
    keep: (state) => atMost(KEEP_WITHIN_MS, durability.keep('own-key', new Secret(JSON.stringify(state)))),
  };
}
