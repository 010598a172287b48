import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../../core/contract/errors.ts';
import type { RepairRun, RepairTask } from '../../../core/contract/repair-run.ts';
import type { RepairRecord } from '../../../core/contract/repairs.ts';
import type { Refusal } from '../../model/state.ts';
import { untilEnded } from '../client/until-ended.ts';
import { confirmWords, endWords, offerOf, sorted, statesOf, titleOf } from '../model/repairs.ts';
import { stoodWords, WORDS } from '../model/words.ts';
import { Confirm } from './confirm.tsx';
import { Fact } from './fact.tsx';
import { Ago } from './moment.tsx';
import { Problem } from './problem.tsx';
import { Said } from './said.tsx';
import { useDesk, useGone } from './use.ts';

/** Milliseconds between two requests for its state, and the most requests: one may take twenty minutes. */
const ASK_MS = 2_000;
const MOST_ASKS = 900;

interface Props {
  customer: string;
  connection: ConnectionRecord;
  /** Which one, for people. */
  name: string;
  /** Its repairs, the newest first; at least one. */
  repairs: readonly RepairRecord[];
  /** Asks for them, and for the connection, again. */
  again: () => void;
}

interface Wanted {
  repair: RepairRecord;
  task: RepairTask;
}

/** Something that was asked for of a repair: under way, or ended. */
interface Asked {
  task: RepairTask;
  isBusy: boolean;
  /** How far it is, as far as somebody has answered. */
  run?: RepairRun;
  why?: Refusal;
}

/** What was put right for a connection, or would be, and what can be asked for. */
export function Repairs({ customer, connection, name, repairs, again }: Props) {
  const { desk, can } = useDesk();
  const isGone = useGone();
  const [wanted, setWanted] = useState<Wanted>();
  const [asked, setAsked] = useState<Asked>();
  const isBusy = asked?.isBusy ?? false;
  const { shown, earlier } = sorted(repairs, connection);
  const ask = async ({ repair, task }: Wanted) => {
    if (isBusy) return;
    setAsked({ task, isBusy: true });
    const answer = await untilEnded(
      await desk.api.askForRepair(customer, repair.id, task),
      ({ run }) => desk.api.repairRun(customer, run),
      { everyMs: ASK_MS, most: MOST_ASKS, isGone, onState: (run) => setAsked({ task, isBusy: true, run }) },
    );
    if (isGone()) return;
    setAsked({ task, isBusy: false, ...(answer.ok ? { run: answer.body } : { why: answer.why }) });
    again();
  };
  const item = (repair: RepairRecord) => {
    const offer = offerOf(repair, repairs, connection);
    return (
      <Repair key={repair.id} repair={repair} isOpen={offer === 'repair'}>
        {offer && can('repair-ask') && (
          <div class="actions">
            <button
              class={offer === 'repair' ? 'primary' : 'secondary'}
              type="button"
              aria-disabled={isBusy}
              onClick={() => !isBusy && setWanted({ repair, task: offer })}
            >
              {offer === 'repair' ? 'Do it now' : 'Undo'}
              <span class="unseen">{` ${titleOf(repair)}, ${name}`}</span>
            </button>
          </div>
        )}
      </Repair>
    );
  };
  return (
    <section class="repairs" aria-label={`Repairs, ${name}`}>
      <ul class="plain-list">{shown.map(item)}</ul>
      <div role="status">{asked && !asked.why && <Progress {...asked} />}</div>
      <Problem why={asked?.why} />
      {earlier.length > 0 && (
        <details>
          <summary>Earlier repairs ({earlier.length})</summary>
          <ul class="plain-list">{earlier.map(item)}</ul>
        </details>
      )}
      {wanted && (
        <Confirm
          {...confirmWords(wanted.repair, wanted.task)}
          onYes={() => void ask(wanted)}
          onClosed={() => setWanted(undefined)}
        />
      )}
    </section>
  );
}

/** Repairs of connections that have ended. */
export function EarlierRepairs({ repairs }: { repairs: readonly RepairRecord[] }) {
  if (repairs.length === 0) return null;
  return (
    <details class="repairs">
      <summary>Repairs of earlier connections ({repairs.length})</summary>
      <ul class="plain-list">
        {repairs.map((repair) => (
          <Repair key={repair.id} repair={repair} />
        ))}
      </ul>
    </details>
  );
}

function Progress({ task, run, isBusy }: Asked) {
  if (isBusy)
    return (
      <p class="notice">
        {run?.state === 'running'
          ? 'A worker is at it. It takes some minutes on a slow box.'
          : 'Asked for. A worker takes it once nothing else is done on this customer’s boxes.'}
      </p>
    );
  if (!run) return null;
  const { text, code, isBad } = endWords(run, task);
  return (
    <p class={isBad ? 'notice bad' : 'notice'}>
      {text} {code && <Words code={code} />}
    </p>
  );
}

function Words({ code }: { code: ErrorCode }) {
  const { support, next }: CatalogueRow = CATALOGUE[code];
  return (
    <>
      <Said text={`${support} ${next}`} /> <code>{code}</code>
    </>
  );
}

const CLASSES: Readonly<Record<RepairRecord['outcome'], string>> = {
  told: 'slow',
  tried: 'slow',
  repaired: 'good',
  failed: 'bad',
  undone: 'still',
};

interface RepairProps {
  repair: RepairRecord;
  /** It could be done now. */
  isOpen?: boolean;
  children?: ComponentChildren;
}

function Repair({ repair, isOpen = false, children }: RepairProps) {
  const { outcome } = repair;
  return (
    <li class="repair">
      <p>
        <b>{titleOf(repair)}</b>{' '}
        <span class={`phase is-${CLASSES[outcome]}`}>
          {outcome === 'told' && isOpen ? 'Can be done' : WORDS.repairs[outcome]}
        </span>
      </p>
      <p class="soft">
        <When {...repair} />
      </p>
      {(repair.before || repair.after) && <Stood {...repair} />}
      {children}
    </li>
  );
}

function When({ outcome, why, error, startedAt, endedAt, undoneAt }: RepairRecord) {
  const ended = <Ago at={endedAt ?? startedAt} />;
  switch (outcome) {
    case 'told':
      return (
        <>
          Seen {ended}. {why}
        </>
      );
    case 'tried':
      return (
        <>
          Begun <Ago at={startedAt} />; how it ended is not known yet.
        </>
      );
    case 'repaired':
      return (
        <>
          {ended}
          {error && (
            <>
              . Undoing it has failed: <Words code={error} />
            </>
          )}
        </>
      );
    case 'failed':
      return (
        <>
          {ended}: <Words code={error ?? 'internal_error'} />
        </>
      );
    case 'undone':
      return (
        <>
          Done {ended}, undone <Ago at={undoneAt ?? startedAt} />.
        </>
      );
  }
}

function Stood(repair: RepairRecord) {
  return (
    <details>
      <summary>What stood on the box</summary>
      <dl class="facts">
        {statesOf(repair).map(({ name, before, after }) => (
          <Fact key={name} name={stoodWords(name)}>
            <span class="block">
              before: <Values values={before} />
            </span>
            <span class="block">
              after: <Values values={after} />
            </span>
          </Fact>
        ))}
      </dl>
    </details>
  );
}

function Values({ values }: { values: readonly string[] | undefined }) {
  if (!values) return <>not seen</>;
  if (values.length === 0) return <>nothing</>;
  return (
    <>
      {values.map((value, at) => (
        <span key={value}>
          {at > 0 && ', '}
          <code>{value}</code>
        </span>
      ))}
    </>
  );
}
