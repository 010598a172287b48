import { useReducer, useState } from 'preact/hooks';
import { keyOf } from '../../../core/contract/limit-kinds.ts';
import type { Limit } from '../../../core/contract/limits.ts';
import type { Refusal } from '../../model/state.ts';
import { ACTIONS, changed, heldWords, limitWords, MEASURES, PER, typedLimit } from '../model/limits.ts';
import { Choice } from './choice.tsx';
import { Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useAnswer, useDesk } from './use.ts';

/** What a customer may use, how far it is used up, and what is out of use by it; an admin sets what is theirs alone. */
export function Limits({ customer }: { customer: string }) {
  const { desk, can } = useDesk();
  const [asks, ask] = useReducer((count: number) => count + 1, 0);
  const [refused, setRefused] = useState<Refusal>();
  const { body, why } = useAnswer(() => desk.api.limits(customer), [customer, asks]);
  const set = async (limits: readonly Limit[]) => {
    const answer = await desk.api.setLimits(customer, limits);
    setRefused(answer.ok ? undefined : answer.why);
    if (answer.ok) ask(undefined);
  };
  const own = new Set(body?.limits.map(keyOf));
  return (
    <section>
      <h2>Limits of use</h2>
      <Problem why={why} />
      {body?.holding.length === 0 && <p class="soft">There are none.</p>}
      <ul class="plain-list">
        {body?.holding.map((limit) => (
          <li key={keyOf(limit)}>
            {limitWords(limit)}
            <span class="soft">
              {' '}
              then {ACTIONS[limit.action]}, until <Exactly at={limit.until} />
            </span>{' '}
            {can('limits') && own.has(keyOf(limit)) && (
              <button
                class="plain"
                type="button"
                onClick={() => void set(changed(body.limits, keyOf(limit)))}
              >
                Remove<span class="unseen">{` the limit of ${limitWords(limit)}`}</span>
              </button>
            )}
          </li>
        ))}
        {body?.outOfUse.map((held) => (
          <li key={`${held.box} ${held.provider}`}>
            <b>{heldWords(held)}</b>
            <span class="soft">
              {' '}
              until <Exactly at={held.until} />
            </span>
          </li>
        ))}
      </ul>
      {can('limits') && body && (
        <SetLimit onSet={(limit) => void set(changed(body.limits, keyOf(limit), limit))} />
      )}
      <Problem why={refused} />
    </section>
  );
}

const EMPTY = { provider: '', per: 'month', measure: 'usd', most: '', action: 'tell' };

function SetLimit({ onSet }: { onSet: (limit: Limit) => void }) {
  const [typed, setTyped] = useState(EMPTY);
  const limit = typedLimit(typed);
  const put = (name: keyof typeof EMPTY, value: string) => setTyped({ ...typed, [name]: value });
  const text = (name: 'provider' | 'most') => ({
    value: typed[name],
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => put(name, currentTarget.value),
  });
  const choice = (name: 'measure' | 'per' | 'action') => ({
    value: typed[name],
    onChosen: (value: string) => put(name, value),
  });
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (!limit) return;
        onSet(limit);
        setTyped(EMPTY);
      }}
    >
      <label>
        Provider
        <input
          {...text('provider')}
          placeholder="all together"
          maxLength={120}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label>
        At most
        <input {...text('most')} inputMode="decimal" maxLength={13} autocomplete="off" />
      </label>
      <Choice name="Of" words={MEASURES} {...choice('measure')} />
      <Choice name="In" words={PER} {...choice('per')} />
      <Choice name="Then" words={ACTIONS} {...choice('action')} />
      <button class="secondary" type="submit" aria-disabled={!limit}>
        Set limit
      </button>
    </form>
  );
}
