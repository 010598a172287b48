import type { ShownLook } from '../../../core/contract/fleet.ts';
import { span } from '../model/durations.ts';
import { ErrorShort } from './errors.tsx';
import { Exactly } from './moment.tsx';
import { Versions } from './row-table.tsx';

const OUTCOMES: Record<ShownLook['outcome'], { words: string; look: 'good' | 'bad' | 'slow' | 'still' }> = {
  working: { words: 'Works', look: 'good' },
  attention: { words: 'Needs attention', look: 'bad' },
  unreachable: { words: 'Not reached', look: 'slow' },
  inconclusive: { words: 'Says nothing', look: 'still' },
};

/** What looks have seen of a connection, one by one. */
export function Looks({ looks, name }: { looks: readonly ShownLook[]; name: string }) {
  if (looks.length === 0) return null;
  return (
    <details class="looks">
      <summary>
        Looks ({looks.length})<span class="unseen">{` at ${name}`}</span>
      </summary>
      <ul class="plain-list">
        {looks.map((look) => (
          <li key={look.at}>
            <Exactly at={look.at} />:{' '}
            <span class={`phase is-${OUTCOMES[look.outcome].look}`}>{OUTCOMES[look.outcome].words}</span>{' '}
            {look.code && <ErrorShort code={look.code} />}{' '}
            <span class="soft">
              {look.agent !== null && `agent ${look.agent} · `}
              {look.isTurn && 'asked for an answer · '}
              {look.tookMs !== null && `${span(look.tookMs)} `}
              {(look.versions.claude ?? look.versions.openclaw) !== undefined && (
                <Versions {...look.versions} />
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
