import { ticking } from '../model/durations.ts';
import { useClockText } from './use.ts';

/** How long ago something was, updated every second. */
export function Since({ at }: { at: string }) {
  const from = Date.parse(at);
  return <span class="ticks">{useClockText((now) => ticking(now - from))}</span>;
}
