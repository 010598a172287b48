import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { listed, say } from '../../messages/say.ts';
import { lookAtName } from '../look.ts';
import type { Desk, Going, Models, Tested } from './desk.ts';
import { ModelsForm } from './models.tsx';
import { SaidText } from './said-text.tsx';
import {
  aboutOf,
  calledOf,
  endText,
  healthOf,
  kindOf,
  mayBeGone,
  nameText,
  testText,
  timesOf,
} from './words.ts';

interface Props {
  connection: OwnConnection;
  /** Of several, it is the one that is used first, as far as OpenClaw has been told. */
  isFirst: boolean;
  tested: Tested | undefined;
  named: Going | undefined;
  models: Models | undefined;
  ending: Going | undefined;
  desk: Desk;
  isInert: boolean;
}

/** One connection: what it is called, how it is, and what can be done with it. */
export function Row({ connection, isFirst, tested, named, models, ending, desk, isInert }: Props) {
  const { id, label } = connection;
  const [isNaming, setNaming] = useState(false);
  const [isAsked, setAsked] = useState<false | 'end' | 'gone'>(false);
  const rename = useRef<HTMLButtonElement>(null);
  const look = useRef<HTMLButtonElement>(null);
  const end = useRef<HTMLButtonElement>(null);
  const gone = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(isAsked);
  const hadModels = useRef(false);
  const wasNaming = useRef(false);
  useLayoutEffect(() => {
    if (wasNaming.current && !isNaming) rename.current?.focus();
    wasNaming.current = isNaming;
  }, [isNaming]);
  useLayoutEffect(() => {
    if (wasAsked.current && !isAsked)
      (wasAsked.current === 'gone' && gone.current ? gone : end).current?.focus();
    wasAsked.current = isAsked;
  }, [isAsked]);
  useLayoutEffect(() => {
    const { activeElement, body } = document;
    if (hadModels.current && !models && activeElement === body) look.current?.focus();
    hadModels.current = models !== undefined;
  }, [models]);
  const kind = kindOf(connection);
  const called = calledOf(connection);
  const isAsking = tested?.is === 'running';
  const isEnding = ending?.is === 'running';
  const said = tested ? testText(tested, aboutOf(connection)) : healthOf(connection);
  return (
    <div class="own-what">
      <span class="words">
        <b>
          {label === null ? (
            kind
          ) : (
            <span key={label} translate={false}>
              {say('quoted', { label })}
            </span>
          )}
        </b>
        <span class="about">{listed(label === null ? '' : kind, ...timesOf(connection))}</span>
        {isFirst && <span class="done-word">{say('manage.row.first')}</span>}
      </span>
      {isNaming && (
        <NameForm
          connection={connection}
          onSave={(name) => {
            setNaming(false);
            if (name !== (label ?? undefined)) void desk.rename(id, name);
          }}
          onCancel={() => setNaming(false)}
        />
      )}
      {isAsked && (
        <Sure
          called={called}
          isGone={isAsked === 'gone'}
          onYes={() => {
            setAsked(false);
            void desk.disconnect(connection, isAsked === 'gone');
          }}
          onNo={() => setAsked(false)}
        />
      )}
      {!isInert && !isNaming && !isAsked && !isEnding && (
        <span class="own-does">
          <button
            ref={rename}
            class="plain"
            type="button"
            aria-label={say('manage.name.renameOf', { name: called })}
            onClick={() => setNaming(true)}
          >
            {say('manage.name.rename')}
          </button>
          <button
            class="plain"
            type="button"
            aria-label={say('manage.test.askOf', { name: called })}
            aria-disabled={isAsking}
            onClick={() => !isAsking && void desk.test(id)}
          >
            {say('manage.test.ask')}
          </button>
          <button
            ref={look}
            class="plain"
            type="button"
            aria-label={say('manage.model.lookOf', { name: called })}
            aria-expanded={models !== undefined}
            onClick={() => (models ? desk.closeModels(id) : void desk.lookUpModels(id))}
          >
            {say('manage.model.look')}
          </button>
          <button
            ref={end}
            class="plain"
            type="button"
            aria-label={say('manage.end.askOf', { name: called })}
            onClick={() => setAsked('end')}
          >
            {say('manage.end.ask')}
          </button>
        </span>
      )}
      {models && !isNaming && <ModelsForm connection={connection} models={models} desk={desk} />}
      <SaidText said={named && nameText(named, label)} />
      <SaidText said={ending && endText(ending)} />
      {!isInert && !isAsked && ending && mayBeGone(ending) && (
        <span class="own-does">
          <button
            ref={gone}
            class="plain"
            type="button"
            aria-label={say('manage.end.goneOf', { name: called })}
            onClick={() => setAsked('gone')}
          >
            {say('manage.end.gone')}
          </button>
        </span>
      )}
      <SaidText said={said} />
    </div>
  );
}

interface SureProps {
  called: string;
  /** The machine is gone, so that nothing can be removed from it. */
  isGone: boolean;
  onYes: () => void;
  onNo: () => void;
}

/** Asks once more, as it cannot be taken back. */
function Sure({ called, isGone, onYes, onNo }: SureProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => keep.current?.focus(), []);
  const says = useId();
  return (
    <fieldset class="own-name" aria-labelledby={says} onKeyDown={({ key }) => key === 'Escape' && onNo()}>
      <p id={says}>{say(isGone ? 'manage.end.goneSure' : 'manage.end.sure', { name: called })}</p>
      <span class="pair">
        <button class="secondary" type="button" onClick={onYes}>
          {say(isGone ? 'manage.end.goneYes' : 'manage.end.yes')}
        </button>
        <button ref={keep} class="secondary" type="button" onClick={onNo}>
          {say('manage.end.no')}
        </button>
      </span>
    </fieldset>
  );
}

interface NameFormProps {
  connection: OwnConnection;
  onSave: (name: string | undefined) => void;
  onCancel: () => void;
}

function NameForm({ connection, onSave, onCancel }: NameFormProps) {
  const { id, label } = connection;
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string>();
  useLayoutEffect(() => field.current?.select(), []);
  const says = `name-says-${id}`;
  return (
    <form
      class="own-name"
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        const looked = lookAtName(field.current?.value ?? '');
        setError(looked.error);
        if (looked.error === undefined) onSave(looked.label);
        else field.current?.focus();
      }}
      onKeyDown={({ key }) => key === 'Escape' && onCancel()}
    >
      <label for={`name-${id}`}>{say('manage.name.label', { what: kindOf(connection) })}</label>
      <input
        id={`name-${id}`}
        ref={field}
        type="text"
        autoComplete="off"
        maxLength={60}
        data-1p-ignore
        data-lpignore="true"
        defaultValue={label ?? ''}
        aria-invalid={error !== undefined}
        aria-describedby={says}
      />
      <p id={says} class={error ? 'error' : 'hint'} role="status">
        {error ?? say('manage.name.hint')}
      </p>
      <span class="pair">
        <button class="secondary" type="submit">
          {say('manage.name.save')}
        </button>
        <button class="secondary" type="button" onClick={onCancel}>
          {say('manage.name.cancel')}
        </button>
      </span>
    </form>
  );
}
