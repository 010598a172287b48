import type { FleetRow, FleetSort } from '../../../core/contract/fleet.ts';
import { hashOf } from '../model/place.ts';
import { credentialWords } from '../model/words.ts';
import { HealthCell } from './health.tsx';
import { Ago, Away, Day } from './moment.tsx';
import { open, Versions } from './row-table.tsx';

interface Props {
  rows: readonly FleetRow[];
  sort: FleetSort;
  isBusy: boolean;
  /** Connections that are chosen; absent: none can be. */
  chosen?: ReadonlySet<string>;
  onChosen?: (chosen: ReadonlySet<string>) => void;
}

/** The fleet as a table; on a narrow screen each line is a card. */
export function FleetTable({ rows, sort, isBusy, chosen, onChosen }: Props) {
  const sorted = (by: FleetSort) => (sort === by ? 'ascending' : undefined);
  return (
    <table class={chosen ? 'rows fleet can-choose' : 'rows fleet'} aria-busy={isBusy}>
      <caption class="unseen">Customers and their connections</caption>
      <thead>
        <tr>
          {chosen && (
            <th scope="col">
              <span class="unseen">Choose</span>
            </th>
          )}
          <th scope="col" aria-sort={sorted('customer')}>
            Customer
          </th>
          <th scope="col" aria-sort={sorted('since')}>
            Health
          </th>
          <th scope="col">Connected</th>
          <th scope="col" aria-sort={sorted('expires')}>
            Ends
          </th>
          <th scope="col">On the box</th>
          <th scope="col" aria-sort={sorted('checked')}>
            Last checked
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Line key={row.connection?.id ?? row.customer} row={row} chosen={chosen} onChosen={onChosen} />
        ))}
      </tbody>
    </table>
  );
}

function Line({
  row: { customer, displayName, connection, versions },
  chosen,
  onChosen,
}: { row: FleetRow } & { [Name in 'chosen' | 'onChosen']: Props[Name] | undefined }) {
  const hash = hashOf({ name: 'customer', customer });
  const choose = (id: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(id);
    else next.delete(id);
    onChosen?.(next);
  };
  return (
    <tr
      class={connection?.health === 'attention' ? 'stuck' : undefined}
      onClick={(event) => open(event, hash)}
    >
      {chosen && (
        <td class="choose">
          {connection && (
            <label>
              <input
                type="checkbox"
                checked={chosen.has(connection.id)}
                onChange={({ currentTarget }) => choose(connection.id, currentTarget.checked)}
              />
              <span class="unseen">
                {customer}, {credentialWords(connection)}, box {connection.box}
              </span>
            </label>
          )}
        </td>
      )}
      <th scope="row">
        <a href={hash}>
          <bdi>{displayName ?? customer}</bdi>
        </a>
        {displayName !== null && <span class="soft block slug">{customer}</span>}
      </th>
      <td>
        <HealthCell connection={connection} />
      </td>
      <td data-label="Connected">
        {connection ? (
          <>
            {credentialWords(connection)}
            {connection.label !== null && (
              <span class="soft">
                {' '}
                “<bdi>{connection.label}</bdi>”
              </span>
            )}{' '}
            {connection.model !== null && <code class="soft block">{connection.model}</code>}
          </>
        ) : (
          <span class="soft">–</span>
        )}
      </td>
      <td data-label="Ends">
        {connection?.expiresAt ? (
          <>
            <Day at={connection.expiresAt} />{' '}
            <span class="soft block">
              <Away at={connection.expiresAt} />
            </span>
          </>
        ) : (
          <span class="soft">{connection ? 'when it is revoked' : '–'}</span>
        )}
      </td>
      <td data-label="On the box" class="soft">
        {connection && <span class="block">{connection.box}</span>} <Versions {...versions} />
      </td>
      <td data-label="Last checked" class="soft">
        {connection?.checkedAt ? <Ago at={connection.checkedAt} /> : connection ? 'never' : '–'}
      </td>
    </tr>
  );
}
