import type { Phase } from '../../../core/contract/phases.ts';
import { WORDS } from '../model/words.ts';

const CLASSES: Partial<Record<Phase, string>> = {
  connected: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'still',
};

/** A handshake's phase: a word, and a dot that repeats it. `isParked`: it waits on its box, with no worker. */
export function PhaseMark({ phase, isParked = false }: { phase: Phase; isParked?: boolean | undefined }) {
  const word = isParked ? WORDS.parked : WORDS.phases[phase];
  return <span class={`phase is-${CLASSES[phase] ?? 'running'}`}>{word}</span>;
}
