import type { Refusal } from '../../model/state.ts';
import { refusalWords } from '../model/words.ts';
import { Said } from './said.tsx';

/** What went wrong with a request; announced by screen readers. */
export function Problem({ why }: { why: Refusal | undefined }) {
  return (
    <div role="alert" class="alert">
      {why && (
        <p class="notice bad">
          <Said text={refusalWords(why)} />
        </p>
      )}
    </div>
  );
}
