import { useId, useRef } from 'preact/hooks';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import type { Desk, Models } from './desk.ts';
import { SaidText } from './said-text.tsx';
import { MANAGE } from './texts.ts';
import { calledOf, chosenText, modelName, modelsText } from './words.ts';

interface Props {
  connection: OwnConnection;
  models: Models;
  desk: Desk;
}

/** Which model OpenClaw uses, whose credential answers it, and another one to choose. */
export function ModelsForm({ connection, models, desk }: Props) {
  const { id } = connection;
  const field = useRef<HTMLSelectElement>(null);
  const name = useId();
  const { choices, chosen } = models;
  const isBusy = chosen?.going.is === 'running';
  const { label, use, close } = MANAGE.model;
  const offered = choices?.models ?? [];
  return (
    <form
      class="own-name"
      aria-label={MANAGE.model.lookOf(calledOf(connection))}
      onSubmit={(event) => {
        event.preventDefault();
        const model = field.current?.value;
        if (model && !isBusy) void desk.useModel(id, model);
      }}
      onKeyDown={({ key }) => key === 'Escape' && desk.closeModels(id)}
    >
      <SaidText said={modelsText(models)} />
      {offered.length > 0 && <label for={name}>{label}</label>}
      {offered.length > 0 && (
        <select id={name} ref={field} translate={false} disabled={isBusy}>
          {offered.map((model) => (
            <option key={model} value={model} selected={model === (chosen?.model ?? choices?.now)}>
              {modelName(model)}
            </option>
          ))}
        </select>
      )}
      <SaidText said={chosen && chosenText(chosen)} />
      <span class="pair">
        {offered.length > 0 && (
          <button class="secondary" type="submit" aria-disabled={isBusy}>
            {use}
          </button>
        )}
        <button class="secondary" type="button" onClick={() => desk.closeModels(id)}>
          {close}
        </button>
      </span>
    </form>
  );
}
