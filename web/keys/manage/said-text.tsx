import { ChangingText } from '../../parts/changing-text.tsx';
import type { Said } from './words.ts';

const CLASSES = { calm: 'said', good: 'said good', bad: 'said bad' } as const;

/** A sentence that comes and changes, and is read out when it does. */
export function SaidText({ said, id }: { said: Said | undefined; id?: string }) {
  return (
    <p id={id} class={said ? CLASSES[said.tone] : 'unseen'} role="status">
      {said && <ChangingText text={said.text} />}
    </p>
  );
}
