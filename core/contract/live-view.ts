import { z } from 'zod';
import { handshakeIdSchema } from './snapshot.ts';

/** Milliseconds after which an api repeats that somebody is watching, and after which a worker assumes that nobody is. */
export const WATCH_BEAT_MS = 10_000;
export const WATCH_ENDS_MS = 3 * WATCH_BEAT_MS;

/** Somebody is watching; `whole`: they have just arrived and need the whole screen. */
export const liveViewRequestSchema = z.strictObject({ handshake: handshakeIdSchema, whole: z.boolean() });
export type LiveViewRequest = z.infer<typeof liveViewRequestSchema>;

/** What a worker shows: redacted, and drawn afresh from the emulator. */
export const shownFrameSchema = z.strictObject({
  handshake: handshakeIdSchema,
  attempt: z.int().nonnegative(),
  columns: z.int().min(1).max(1_000),
  rows: z.int().min(1).max(500),
  /** Clears the screen first, so it needs nothing that came before. */
  whole: z.boolean(),
  data: z.string().max(1_000_000),
});
export type ShownFrame = z.infer<typeof shownFrameSchema>;
