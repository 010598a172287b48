import { Component } from 'preact';
import type { Row, Usual } from '../../../core/contract/console-api.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import { span } from '../model/durations.ts';
import { hashOf } from '../model/place.ts';
import { ErrorShort } from './errors.tsx';
import { Ago } from './moment.tsx';
import { PhaseMark } from './phase.tsx';
import { Since } from './since.tsx';
import { useDesk } from './use.ts';

/** Handshakes as a table; on a narrow screen each is a card. */
export function RowTable({ rows, label }: { rows: readonly Row[]; label: string }) {
  const { board } = useDesk();
  return (
    <table class="rows">
      <caption class="unseen">{label}</caption>
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col">Where it stands</th>
          <th scope="col">What is wrong</th>
          <th scope="col">Attempt</th>
          <th scope="col">On the box</th>
          <th scope="col">Page</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <RowLine key={row.handshake} row={row} usual={board.usual} />
        ))}
      </tbody>
    </table>
  );
}

/** One handshake; drawn again only when it has changed, so that a change to one costs the others nothing. */
class RowLine extends Component<{ row: Row; usual: Usual }> {
  override shouldComponentUpdate(next: { row: Row; usual: Usual }): boolean {
    return next.row !== this.props.row || next.usual !== this.props.usual;
  }

  override render() {
    const { row } = this.props;
    const usual = this.props.usual[row.phase];
    const hash = hashOf({ name: 'handshake', handshake: row.handshake });
    return (
      <tr class={row.stuck ? 'stuck' : undefined} onClick={(event) => open(event, hash)}>
        <th scope="row">
          <a href={hash}>{row.customer}</a>
        </th>
        <td>
          <PhaseMark phase={row.phase} isParked={row.parked} />{' '}
          {isFinal(row.phase) ? (
            <span class="soft">
              <Ago at={row.since} />
            </span>
          ) : (
            <span class={row.stuck === 'slow' ? 'long' : 'soft'}>
              <Since at={row.since} />
              {usual && ` · usually ${span(usual.median)}, up to ${span(usual.p95)}`}
            </span>
          )}
        </td>
        <td class="wrong">
          {row.error && <ErrorShort code={row.error.code} />}
          {row.stuck === 'slow' && 'Too long in this phase.'}
          {row.stuck === 'failed-on-page' && row.asked !== false && <b> The customer is waiting.</b>}
          {row.error && row.asked === false && <span class="soft"> Before any click.</span>}
        </td>
        <td data-label="Attempt">
          {row.attempt === 0 ? '–' : row.attempt}
          {row.rejected > 0 && (
            <span class="soft">
              {' '}
              · {row.rejected} {row.rejected === 1 ? 'code' : 'codes'} refused
            </span>
          )}
        </td>
        <td data-label="On the box" class="soft">
          <Versions {...row.versions} />
        </td>
        <td data-label="Page">
          {row.onPage ? <span class="open">open</span> : <span class="soft">closed</span>}
        </td>
        <td data-label="Started" class="soft">
          <Ago at={row.startedAt} />
        </td>
      </tr>
    );
  }
}

export function Versions({ claude, openclaw }: Row['versions']) {
  if (!claude && !openclaw) return <>–</>;
  return (
    <span class="versions">
      {claude && <span>claude {claude}</span>} {openclaw && <span>openclaw {openclaw}</span>}
    </span>
  );
}

/** The whole row can be clicked, except by somebody who selects text or follows the link itself. */
export function open({ target }: MouseEvent, hash: string): void {
  if ((target as Element).closest('a, label') || getSelection()?.toString()) return;
  location.hash = hash;
}
