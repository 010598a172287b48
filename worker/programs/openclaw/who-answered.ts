/** Which provider's model answered a turn, by OpenClaw's own words. Pure. Seen in 2026.4.15, 2026.7.1 and 2026.9.6. */
import { z } from 'zod';

export interface Answerer {
  provider: string;
  model: string;
}

const NAME = z.string().min(1).max(200);
const Pair = z.object({ provider: NAME, model: NAME });

/** A chat turn: `agent --json`, by itself or through the gateway, which wraps it. */
const Chat = z.object({
  meta: z.object({
    executionTrace: z.object({ winnerProvider: NAME, winnerModel: NAME }).optional(),
    agentMeta: Pair.optional(),
  }),
});
const Wrapped = z.object({ result: Chat });
/** `infer model run --json`. */
const Run = Pair.extend({ ok: z.literal(true) });

/**
 * Who answered the turn whose JSON this is; undefined if it does not say, or was not answered. Whether that was a fallback is
 * told by comparing: 2026.7.1 reports `fallbackUsed: false` for a turn that its fallback has answered.
 */
export function whoAnswered(json: unknown): Answerer | undefined {
  const run = Run.safeParse(json);
  if (run.success) return { provider: run.data.provider, model: run.data.model };
  const wrapped = Wrapped.safeParse(json);
  const chat = wrapped.success ? { success: true as const, data: wrapped.data.result } : Chat.safeParse(json);
  if (!chat.success) return undefined;
  const { executionTrace: trace, agentMeta } = chat.data.meta;
  if (trace) return { provider: trace.winnerProvider, model: trace.winnerModel };
  return agentMeta && { provider: agentMeta.provider, model: agentMeta.model };
}
