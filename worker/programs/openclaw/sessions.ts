/** Which chats on the box do not follow the default model (openclaw#141540). Seen in 2026.4.15 and 2026.9.6. */
import { z } from 'zod';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import { listOf } from './models-status.ts';

/** The most sessions that are examined. */
const MOST_SESSIONS = 10_000;

const SessionsSchema = z.object({
  sessions: listOf(
    z.object({
      key: z.string(),
      providerOverride: z.string().optional(),
      modelOverride: z.string().optional(),
      authProfileOverride: z.string().optional(),
    }),
    MOST_SESSIONS,
  ).default([]),
});

/** Keys of the sessions that are pinned to another provider's model or to another credential. */
export function readPins(json: unknown, profile: string, { openclaw }: ProviderRow): string[] {
  return SessionsSchema.parse(json)
    .sessions.filter(({ providerOverride, modelOverride, authProfileOverride }) => {
      const provider = providerOverride ?? /^([^/]+)\//.exec(modelOverride ?? '')?.[1];
      const elsewhere = provider !== undefined && provider !== openclaw.id;
      return elsewhere || (authProfileOverride !== undefined && authProfileOverride !== profile);
    })
    .map(({ key }) => key);
}
