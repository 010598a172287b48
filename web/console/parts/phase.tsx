import type { Phase } from '../../../core/contract/phases.ts';
import { WORDS } from '../model/words.ts';

const CLASSES: Partial<Record<Phase, string>> = {
  connected: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'still',
};

/** A handshake's phase: a word, and a dot that repeats it. */
export function PhaseMark({ phase }: { phase: Phase }) {
  return <span class={`phase is-${CLASSES[phase] ?? 'running'}`}>{WORDS.phases[phase]}</span>;
}
