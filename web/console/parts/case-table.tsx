import type { Case, CaseGroup } from '../../../core/contract/cases.ts';
import { type CaseSearch, hashOf } from '../model/place.ts';
import { credentialWords } from '../model/words.ts';
import { CASE_WORDS, nameOf } from './case-words.ts';
import { ErrorShort } from './errors.tsx';
import { Ago, Away, Exactly } from './moment.tsx';
import { open } from './row-table.tsx';

/** Cases by cause, the largest group first. */
export function GroupTable({ groups, search }: { groups: readonly CaseGroup[]; search: CaseSearch }) {
  return (
    <table class="rows groups">
      <caption class="unseen">Cases by cause</caption>
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col">Cases</th>
          <th scope="col">Since</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ cause, kind, error, count, snoozed, assigned, since, lastAt }) => {
          const hash = hashOf({ name: 'cases', search: { ...search, cause } });
          return (
            <tr key={cause} data-key-row onClick={(event) => open(event, hash)}>
              <th scope="row">
                <a href={hash}>{CASE_WORDS.kinds[kind]}</a>
                <span class="block">
                  <ErrorShort code={error} />
                </span>
              </th>
              <td data-label="Cases">
                <b>× {count}</b>
                <span class="soft block">
                  {assigned} assigned{snoozed > 0 && `, ${snoozed} snoozed`}
                </span>
              </td>
              <td data-label="Since">
                <Exactly at={since} />
              </td>
              <td data-label="Last seen" class="soft">
                <Ago at={lastAt} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface Props {
  cases: readonly Case[];
  label: string;
  /** Those that are chosen; absent: none can be. */
  chosen?: ReadonlySet<string> | undefined;
  onChosen?: ((chosen: ReadonlySet<string>) => void) | undefined;
}

/** Cases as a table; on a narrow screen each is a card. */
export function CaseTable({ cases, label, chosen, onChosen }: Props) {
  const choose = (id: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(id);
    else next.delete(id);
    onChosen?.(next);
  };
  return (
    <table class={chosen ? 'rows cases can-choose' : 'rows cases'}>
      <caption class="unseen">{label}</caption>
      <thead>
        <tr>
          {chosen && (
            <th scope="col">
              <span class="unseen">Choose</span>
            </th>
          )}
          <th scope="col">Customer</th>
          <th scope="col">What is wrong</th>
          <th scope="col">State</th>
          <th scope="col">Assignee</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <tr
            key={one.id}
            data-key-row
            class={one.state === 'open' ? 'stuck' : undefined}
            onClick={(event) => open(event, hashOf({ name: 'case', case: one.id }))}
          >
            {chosen && (
              <td class="choose">
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.has(one.id)}
                    onChange={({ currentTarget }) => choose(one.id, currentTarget.checked)}
                  />
                  <span class="unseen">{nameOf(one)}</span>
                </label>
              </td>
            )}
            <th scope="row">
              <a href={hashOf({ name: 'case', case: one.id })}>
                <bdi>{nameOf(one)}</bdi>
              </a>
              {one.displayName !== null && <span class="soft block slug">{one.customer}</span>}
            </th>
            <td data-label="What is wrong">
              <ErrorShort code={one.error} />
              <span class="soft block">
                {credentialWords(one)}, box {one.box}
              </span>
            </td>
            <td data-label="State">
              <StateOf one={one} />
            </td>
            <td data-label="Assignee">{one.assignee ?? <span class="soft">nobody</span>}</td>
            <td data-label="Last seen" class="soft">
              <Ago at={one.lastAt} />
              {one.times > 1 && <span class="block">{one.times} times</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How a case stands, and for how long. */
export function StateOf({ one }: { one: Case }) {
  return (
    <>
      {CASE_WORDS.states[one.state]}
      {one.snoozedUntil !== null && (
        <span class="soft block">
          for now, opens <Away at={one.snoozedUntil} />
        </span>
      )}
      {one.resolvedAt !== null && (
        <span class="soft block">
          <Ago at={one.resolvedAt} />
        </span>
      )}
    </>
  );
}
