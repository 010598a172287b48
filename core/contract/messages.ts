import { z } from 'zod';
import { customerStateSchema } from './http-api.ts';

/** What the api tells a customer's browser over its WebSocket. The browser sends nothing. */
export const messageSchema = z
  .discriminatedUnion('type', [
    /** First of all, and on every change: the whole truth. */
    z.strictObject({ type: z.literal('state'), ...customerStateSchema.shape }),
    /** Every `BEAT_MS`, because a browser does not see pings: a silence of twice that is a dead line. */
    z.strictObject({ type: z.literal('beat') }),
    /** Redis is out of the api's reach, or is back. Until the first of these it is there. */
    z.strictObject({ type: z.literal('service'), available: z.boolean() }),
  ])
  .meta({ id: 'Message' });
export type Message = z.infer<typeof messageSchema>;

export const BEAT_MS = 30_000;

/** Reasons why the api closes a WebSocket, by close code. */
export const CLOSE = {
  /** The session has ended: open a new connect link. */
  signedOut: 4401,
  /** The process stops: connect again at once. */
  goingAway: 1001,
} as const;
