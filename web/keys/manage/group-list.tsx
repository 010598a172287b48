import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { say } from '../../messages/say.ts';
import { nameOf } from '../../model/ways.ts';
import type { Desk, Group } from './desk.ts';
import { moved, shiftOf, useDrag } from './drag.ts';
import { Row } from './row.tsx';
import { SaidText } from './said-text.tsx';
import { calledOf, orderText } from './words.ts';

interface Props {
  group: Group;
  desk: Desk;
  /** The customer has several machines, so each is named. */
  hasBoxes: boolean;
  isInert: boolean;
}

/** A provider's connections. Several of them are put in order by dragging, or with two buttons each. */
export function GroupList({ group, desk, hasBoxes, isInert }: Props) {
  const { key, box, provider, connections, order } = group;
  const [announced, announce] = useState('');
  const isOrdered = connections.length > 1 && !isInert;
  const move = (from: number, to: number) => {
    const one = connections[from];
    if (!one || to < 0 || to >= connections.length) return;
    announce(say('manage.order.moved', { name: calledOf(one), place: to + 1, of: connections.length }));
    const ids = moved(connections, from, to).map(({ id }) => id);
    void desk.order(key, ids);
  };
  const { drag, list, begin } = useDrag(move);
  const pressed = useKeptFocus();
  const name = nameOf({ provider });
  const heading = useId();
  const { tests, names, models, ends } = desk.shown;
  const rows = connections.map((connection, at) => (
    <li
      key={connection.id}
      class={drag?.from === at ? 'own dragged' : 'own'}
      style={drag && { transform: `translateY(${shiftOf(drag, at)}px)` }}
    >
      {isOrdered && (
        <Handle
          connection={connection}
          isFirst={at === 0}
          isLast={at === connections.length - 1}
          onGrab={begin(at)}
          onMove={(by, button) => {
            pressed.current = button;
            move(at, at + by);
          }}
        />
      )}
      <Row
        connection={connection}
        isFirst={at === 0 && connections.length > 1 && order?.is !== 'running'}
        tested={tests[connection.id]}
        named={names[connection.id]}
        models={models[connection.id]}
        ending={ends[connection.id]}
        desk={desk}
        isInert={isInert}
      />
    </li>
  ));
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} translate={false}>
        {hasBoxes ? say('manage.onMachine', { provider: name, box }) : name}
      </h2>
      <ol ref={list} class={drag ? 'owns dragging' : 'owns'}>
        {rows}
      </ol>
      {isOrdered && (
        <p class="unseen" role="status">
          {announced}
        </p>
      )}
      {isOrdered && (
        <div class="order-said">
          <SaidText said={order && orderText(order)} />
        </div>
      )}
    </section>
  );
}

interface HandleProps {
  connection: OwnConnection;
  isFirst: boolean;
  isLast: boolean;
  onGrab: (event: PointerEvent) => void;
  onMove: (by: -1 | 1, button: HTMLButtonElement) => void;
}

function Handle({ connection, isFirst, isLast, onGrab, onMove }: HandleProps) {
  const called = calledOf(connection);
  return (
    <span class="movers">
      <MoveButton
        label={say('manage.order.up', { name: called })}
        path="m3.5 10 4.5-4.5L12.5 10"
        isEnd={isFirst}
        onPress={(it) => onMove(-1, it)}
      />
      <span class="grip" title={say('manage.order.drag')} onPointerDown={onGrab}>
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 5.5h10M3 10.5h10" />
        </svg>
      </span>
      <MoveButton
        label={say('manage.order.down', { name: called })}
        path="m3.5 6 4.5 4.5L12.5 6"
        isEnd={isLast}
        onPress={(it) => onMove(1, it)}
      />
    </span>
  );
}

interface MoveProps {
  label: string;
  path: string;
  isEnd: boolean;
  onPress: (button: HTMLButtonElement) => void;
}

/** At the end of the list it stays where it is, so that the focus does. */
function MoveButton({ label, path, isEnd, onPress }: MoveProps) {
  return (
    <button
      class="mover"
      type="button"
      aria-label={label}
      aria-disabled={isEnd}
      onClick={({ currentTarget }) => !isEnd && onPress(currentTarget)}
    >
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

/** A browser takes the focus from what is moved in the document: it is given back. */
function useKeptFocus() {
  const pressed = useRef<HTMLButtonElement | undefined>(undefined);
  useLayoutEffect(() => {
    if (pressed.current && document.activeElement !== pressed.current) pressed.current.focus();
    pressed.current = undefined;
  });
  return pressed;
}
