import { useEffect, useState } from 'preact/hooks';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import type { FleetCustomer, FleetRow, ShownLook, ShownLooks } from '../../../core/contract/fleet.ts';
import type { ShownRepairs } from '../../../core/contract/repair-run.ts';
import type { RepairRecord } from '../../../core/contract/repairs.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { credentialWords } from '../model/words.ts';
import { ConnectionEnd } from './connection-end.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { Fact } from './fact.tsx';
import { codeOf, HealthMark } from './health.tsx';
import { dueWords } from './look-at-many.tsx';
import { Looks } from './looks.tsx';
import { Ago, Away, Day, Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { EarlierRepairs, Repairs } from './repairs.tsx';
import { Versions } from './row-table.tsx';
import { Said } from './said.tsx';
import { useDesk } from './use.ts';

interface Props {
  customer: string;
  body?: FleetCustomer;
  why?: Refusal;
  /** What was put right on their boxes, or would be. */
  repairs: { body?: ShownRepairs; why?: Refusal };
  /** What looks have seen, the newest first. */
  looks: { body?: ShownLooks; why?: Refusal };
  /** Asks for all of it again. */
  again: () => void;
}

/** What a customer has connected, how that is, and what can be done about it. */
export function Connections({ customer, body, why, repairs, looks, again }: Props) {
  const { can } = useDesk();
  const of = (id: string | undefined) =>
    (repairs.body?.repairs ?? []).filter(({ connection }) => connection === id);
  return (
    <section aria-labelledby="connections">
      <h2 id="connections">Connections</h2>
      <Problem why={why} />
      {body && !body.isKnown && <p class="soft">Nothing has been heard of this customer yet.</p>}
      {body?.isKnown && body.rows.length === 0 && <p class="soft">Nothing is connected.</p>}
      {body && body.rows.length > 0 && can('look') && <LookNow rows={body.rows} again={again} />}
      {body?.rows.map((row) => (
        <Card
          key={row.connection?.id}
          customer={customer}
          row={row}
          repairs={of(row.connection?.id)}
          looks={(looks.body?.looks ?? []).filter(({ connection }) => connection === row.connection?.id)}
          again={again}
        />
      ))}
      {body && <Problem why={repairs.why ?? looks.why} />}
      {body && body.earlier.length > 0 && <Earlier {...body} />}
      {body && <EarlierRepairs repairs={others(body, repairs.body)} />}
    </section>
  );
}

/** Milliseconds between two questions whether somebody has looked, and the most questions. */
const ASK_MS = 3_000;
const MOST_ASKS = 60;

/** Has this customer's boxes looked at now; asks on until each has been. */
function LookNow({ rows, again }: { rows: readonly FleetRow[]; again: () => void }) {
  const { desk } = useDesk();
  const [state, setState] = useState<{
    isBusy?: boolean;
    why?: Refusal;
    due?: number;
    before?: ReadonlyMap<string, string | null>;
  }>({});
  const [asks, setAsks] = useState(0);
  const { isBusy = false, why, due, before } = state;
  const isAwaited = [...lookedAt(rows)].some(([id, at]) => before?.get(id) === at);
  useEffect(() => {
    if (!isAwaited || asks >= MOST_ASKS) return;
    const timer = setTimeout(() => {
      again();
      setAsks(asks + 1);
    }, ASK_MS);
    return () => clearTimeout(timer);
  }, [isAwaited, asks]);
  const look = async () => {
    if (isBusy) return;
    setState({ isBusy: true });
    const looked = lookedAt(rows);
    const answer = await desk.api.look([...looked.keys()]);
    setState(answer.ok ? { due: answer.body.due, before: looked } : { why: answer.why });
    setAsks(0);
    if (answer.ok) again();
  };
  return (
    <div class="many">
      <div class="actions">
        <button class="primary" type="button" aria-disabled={isBusy} onClick={look}>
          {isBusy ? 'One moment…' : 'Look now'}
        </button>
      </div>
      <p role="status">{due !== undefined && (isAwaited ? dueWords(due) : 'Somebody has looked.')}</p>
      <Problem why={why} />
    </div>
  );
}

/** When each connection was last looked at. */
function lookedAt(rows: readonly FleetRow[]): ReadonlyMap<string, string | null> {
  return new Map(rows.flatMap(({ connection: one }) => (one ? [[one.id, one.look.lookedAt]] : [])));
}

/** Repairs of connections that have ended. */
function others({ rows }: FleetCustomer, shown: ShownRepairs | undefined): readonly RepairRecord[] {
  const current = new Set(rows.map(({ connection }) => connection?.id));
  return (shown?.repairs ?? []).filter(({ connection }) => !current.has(connection));
}

interface CardProps {
  customer: string;
  row: FleetRow;
  /** Those of this connection, the newest first. */
  repairs: readonly RepairRecord[];
  looks: readonly ShownLook[];
  again: () => void;
}

function Card({ customer, row, repairs, looks, again }: CardProps) {
  const { can } = useDesk();
  const { connection, versions } = row;
  if (!connection) return null;
  const { id, box, profile, model, hint, label, handshake, health, healthSince, reason, look } = connection;
  const name = credentialWords(connection);
  const code = codeOf(reason);
  const words: CatalogueRow | undefined = code && CATALOGUE[code];
  return (
    <article class="connection" aria-labelledby={`of-${id}`}>
      <h3 id={`of-${id}`}>
        {name}
        {label !== null && (
          <span class="soft">
            “<bdi>{label}</bdi>”
          </span>
        )}
        <HealthMark health={health} />
      </h3>
      {words && (
        <p>
          <Said text={`${words.support} ${words.next}`} /> <code class="soft">{code}</code>
          {look.agent !== null && ` This is of OpenClaw’s agent “${look.agent}”, and not of its default one.`}
        </p>
      )}
      {look.suspected && (
        <p>
          One look said <code>{look.suspected.code}</code> <Ago at={look.suspected.since} />; a second has to
          confirm it.
        </p>
      )}
      {repairs.length > 0 && (
        <Repairs
          customer={customer}
          connection={connection}
          name={`${name}, box ${box}`}
          repairs={repairs}
          again={again}
        />
      )}
      <dl class="facts">
        <Fact name="In this state since">
          <Exactly at={healthSince} />
        </Fact>
        <Fact name="Last checked">
          {connection.checkedAt ? <Exactly at={connection.checkedAt} /> : 'never'}
        </Fact>
        <Fact name="Last look">
          {look.lookedAt ? <Ago at={look.lookedAt} /> : 'none yet'}
          {look.failures > 0 && `; ${look.failures} in a row said nothing`}
        </Fact>
        <Fact name="Next look due">
          <Away at={look.nextLookAt} />
        </Fact>
        <Fact name="Ends">
          {connection.expiresAt ? (
            <>
              <Day at={connection.expiresAt} />, <Away at={connection.expiresAt} />
            </>
          ) : (
            'when it is revoked'
          )}
        </Fact>
        <Fact name="Box">{box}</Fact>
        <Fact name="Model">{model === null ? '–' : <code>{model}</code>}</Fact>
        <Fact name="Profile">
          <code>{profile}</code>
        </Fact>
        <Fact name="Credential ends in">{hint === null ? '–' : <code>{hint}</code>}</Fact>
        <Fact name="Last seen on the box">
          <Versions {...versions} />
        </Fact>
        <Fact name="Connected">
          <a href={hashOf({ name: 'handshake', handshake })}>
            <Day at={connection.connectedAt} />
          </a>
        </Fact>
      </dl>
      <Looks looks={looks} name={`${name}, box ${box}`} />
      <div class="actions">
        {can('connection-test') && (
          <ConnectionTest customer={customer} connection={id} name={`${name}, box ${box}`} onDone={again} />
        )}
        {can('disconnect') && (
          <ConnectionEnd customer={customer} connection={id} name={`${name}, box ${box}`} onDone={again} />
        )}
      </div>
    </article>
  );
}

/** What became of one that has ended: only its receipt tells that it was removed. */
function endWords(
  { health }: FleetCustomer['earlier'][number],
  removal: FleetCustomer['removals'][string] | undefined,
): string {
  if (health !== 'disconnected') return 'replaced';
  if (removal === undefined) return 'disconnected, without a receipt';
  const words = {
    removed: 'removed',
    absent: 'disconnected: it was no longer there',
    replaced: 'disconnected: another credential was in its place, and stays',
    forgotten: 'disconnected: its box was said to be gone, and could not be asked',
  };
  return words[removal];
}

function Earlier({ customer, earlier, removals }: FleetCustomer) {
  return (
    <details class="earlier">
      <summary>Earlier connections ({earlier.length})</summary>
      <ul>
        {earlier.map((connection) => (
          <li key={connection.id}>
            {credentialWords(connection)}, box {connection.box}:{' '}
            <a href={hashOf({ name: 'handshake', handshake: connection.handshake })}>
              <Day at={connection.connectedAt} />
            </a>
            {connection.endedAt && (
              <>
                {' '}
                to <Day at={connection.endedAt} />, {endWords(connection, removals[connection.id])}
                {removals[connection.id] && (
                  <>
                    {' '}
                    <a
                      href={`/api/v1/customers/${customer}/connections/${connection.id}/receipt`}
                      download="keyferry-receipt.json"
                    >
                      receipt
                    </a>
                  </>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
