import type { Answer } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';

interface Asking<Run> {
  /** Milliseconds between two questions, and the most questions. */
  everyMs: number;
  most: number;
  /** Nobody waits for it any more. */
  isGone: () => boolean;
  /** Hears how far it is. */
  onState?: (run: Run) => void;
}

/** What says nothing of the run: the next question may be answered. */
const PASSING: ReadonlySet<Refusal> = new Set<Refusal>(['offline', 'service_unavailable']);

/** Asks on until a run has ended, from the answer to the request for it. `look_late` after the last question. */
export async function untilEnded<Run extends { state: string }>(
  first: Answer<Run>,
  again: (run: Run) => Promise<Answer<Run>>,
  { everyMs, most, isGone, onState }: Asking<Run>,
): Promise<Answer<Run>> {
  if (!first.ok) return first;
  let run = first.body;
  for (let asks = 0; !isGone(); asks += 1) {
    if (run.state === 'done' || run.state === 'failed') return { ok: true, body: run };
    onState?.(run);
    if (asks >= most) break;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const answer = await again(run);
    if (answer.ok) run = answer.body;
    else if (!PASSING.has(answer.why)) return answer;
  }
  return { ok: false, why: 'look_late' };
}
