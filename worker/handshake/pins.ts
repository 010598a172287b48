import { setTimeout } from 'node:timers/promises';
import { CATALOGUE } from '../../core/contract/errors.ts';

/** Milliseconds that the search for pinned chats may still take when everything else is done. */
const PINS_WITHIN_MS = 10_000;

/** The warning about chats that do not follow the default model. */
export async function pinned(pinning: Promise<string[] | undefined>): Promise<string[]> {
  const late = setTimeout(PINS_WITHIN_MS, undefined, { ref: false });
  const pins = await Promise.race([pinning, late]);
  if (pins === undefined) return ['OpenClaw did not say in time whether chats are pinned to another model.'];
  if (pins.length === 0) return [];
  // A key can continue with the number or name of the person in the chat, which is nobody's business here.
  const some = pins.slice(0, 3).map((key) => key.split(':').slice(0, 3).join(':'));
  return [`${CATALOGUE.session_pinned.support} (${pins.length}: ${some.join(', ')})`];
}
