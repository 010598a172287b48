import type { Secret } from '../../core/secrets/secret.ts';
import type { Delivery } from './delivery.ts';

/** Milliseconds that a chat has to answer, and the longest pause that it can ask for. */
const ANSWER_MS = 10_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** The answers that are about the text, and those that say that the webhook was removed. */
const TEXT_REFUSED = [400, 413];
const GONE = [404, 410];

/** Tells support a text; never rejects. `id`: of the message, the same however often it is sent. */
export type Say = (text: string, signal: AbortSignal, id: string) => Promise<Delivery>;

/** Says it through an incoming webhook as Slack, Mattermost and Discord's `/slack` take it. */
export function chatOf(address: Secret): Say {
  return async (text, signal) => {
    try {
      const answer = await fetch(address.reveal(), {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'user-agent': 'Keyferry' },
        body: JSON.stringify({ text }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return { result: 'sent' };
      // It is there and will not have this text, now or later.
      if (TEXT_REFUSED.includes(answer.status)) return { result: 'refused', why: `status ${answer.status}` };
      if (GONE.includes(answer.status)) return { result: 'away', why: 'webhook_gone' };
      const retryAfterMs = pauseIn(answer.headers.get('retry-after'), Date.now());
      return {
        result: 'away',
        why: `status ${answer.status}`,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      };
    } catch {
      // What it says may name the address.
      return { result: 'away', why: 'no_answer' };
    }
  };
}

/** Milliseconds that `Retry-After` asks for, in seconds or until a date, an hour at most; undefined: it asks for nothing. */
export function pauseIn(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, Math.ceil(ms)), LONGEST_PAUSE_MS);
}
