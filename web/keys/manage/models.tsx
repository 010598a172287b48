import { useId, useRef, useState } from 'preact/hooks';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { say } from '../../messages/say.ts';
import { nameOf } from '../../model/ways.ts';
import type { Desk, Models } from './desk.ts';
import { SaidText } from './said-text.tsx';
import { lookAtModel, takesModel } from './typed-model.ts';
import { aboutOf, calledOf, chosenText, modelName, modelsText } from './words.ts';

interface Props {
  connection: OwnConnection;
  models: Models;
  desk: Desk;
}

/** Which model OpenClaw uses, whose credential answers it, and another one to choose; where none is listed, by its name. */
export function ModelsForm({ connection, models, desk }: Props) {
  const { id } = connection;
  const field = useRef<HTMLSelectElement>(null);
  const typed = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string>();
  const name = useId();
  const { choices, chosen } = models;
  const isBusy = chosen?.going.is === 'running';
  const offered = choices?.models ?? [];
  const isTyped = choices !== undefined && offered.length === 0 && takesModel(connection);
  const choose = () => {
    if (isBusy) return;
    if (!isTyped) return void (field.current && desk.useModel(id, field.current.value));
    const looked = lookAtModel(typed.current?.value ?? '', connection);
    setError(looked.error);
    if (looked.model === undefined) typed.current?.focus();
    else void desk.useModel(id, looked.model);
  };
  return (
    <form
      class="own-name"
      noValidate
      autoComplete="off"
      aria-label={say('manage.model.lookOf', { name: calledOf(connection) })}
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
      onKeyDown={({ key }) => key === 'Escape' && desk.closeModels(id)}
    >
      <SaidText said={modelsText(models)} />
      {offered.length > 0 && <label for={name}>{say('manage.model.label')}</label>}
      {offered.length > 0 && (
        <select id={name} ref={field} translate={false} disabled={isBusy}>
          {offered.map((model) => (
            <option key={model} dir="ltr" value={model} selected={model === (chosen?.model ?? choices?.now)}>
              {modelName(model)}
            </option>
          ))}
        </select>
      )}
      {isTyped && (
        <>
          <label for={name}>{say('manage.model.typed')}</label>
          <input
            id={name}
            ref={typed}
            type="text"
            dir="ltr"
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            translate={false}
            maxLength={200}
            data-1p-ignore
            data-lpignore="true"
            readOnly={isBusy}
            aria-invalid={error !== undefined}
            aria-describedby={`${name}-says`}
          />
          <p id={`${name}-says`} class={error ? 'error' : 'hint'} role="status">
            {error ?? say('manage.model.typedHint', { provider: nameOf(connection) })}
          </p>
        </>
      )}
      <SaidText said={chosen && chosenText(chosen, aboutOf(connection))} />
      <span class="pair">
        {(offered.length > 0 || isTyped) && (
          <button class="secondary" type="submit" aria-disabled={isBusy}>
            {say('manage.model.use')}
          </button>
        )}
        <button class="secondary" type="button" onClick={() => desk.closeModels(id)}>
          {say('manage.model.close')}
        </button>
      </span>
    </form>
  );
}
