import { z } from 'zod';
import { customerStateSchema } from './http-api.ts';

/** What the api sends to a customer's browser over its WebSocket. */
export const messageSchema = z
  .discriminatedUnion('type', [
    /** At the start and on every change: the whole state. */
    z.strictObject({ type: z.literal('state'), ...customerStateSchema.shape }),
    /** Every `BEAT_MS`, because a browser does not see pings: twice that in silence means that the line is dead. */
    z.strictObject({ type: z.literal('beat') }),
    /** The api cannot reach Redis, or can again. Until the first of these messages Redis is there. */
    z.strictObject({ type: z.literal('service'), available: z.boolean() }),
  ])
  .meta({ id: 'Message' });
export type Message = z.infer<typeof messageSchema>;

/**
 * The one thing that a customer's browser says, as it stands here: somebody is at the page, and a code may follow. Only
 * while the snapshot says `parked`, which an api that does not know this message leaves out. What else is said ends the
 * connection.
 */
export const HERE = '{"type":"here"}';
/** Milliseconds between two of these that a page sends, and that an api heeds of one customer. */
export const HERE_EVERY_MS = 5_000;

export const BEAT_MS = 30_000;

/** Reasons why the api closes a WebSocket, by close code. */
export const CLOSE = {
  /** The session has ended: open a new connect link. */
  signedOut: 4401,
  /** The process stops: connect again at once. */
  goingAway: 1001,
} as const;
