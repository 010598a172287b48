import { useRef, useState } from 'preact/hooks';
import type { Endpoint, EndpointApi } from '../../core/contract/endpoint.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { say } from '../messages/say.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { type LookedEndpoint, lookEndpoint, type Typed } from './look-endpoint.ts';

/** What was typed last about each provider's address: it is no secret, and nobody types it twice after an error. */
const typed = new Map<string, Typed>();

/** The fields about an address of the customer's own; nothing for a provider that has one of its own. */
export interface EndpointForm {
  fields: preact.ComponentChildren;
  /** The address, undefined where there is none to say; `wrong`: the fields say what is, and the first has the focus. */
  check: () => Endpoint | undefined | 'wrong';
}

/** A provider's form for it. */
export function useEndpoint(provider: string): EndpointForm {
  const apis = rowOf(provider)?.endpoint;
  const [now, setNow] = useState<Typed>(() => typed.get(provider) ?? empty(provider, apis));
  const [looked, setLooked] = useState<LookedEndpoint>({});
  const address = useRef<HTMLInputElement>(null);
  const models = useRef<HTMLInputElement>(null);
  if (!apis) return { fields: null, check: () => undefined };
  const change = (part: Partial<Typed>) => {
    const next = { ...now, ...part };
    typed.set(provider, next);
    setNow(next);
    setLooked({});
  };
  const check = () => {
    const found = lookEndpoint(now);
    setLooked(found);
    if (found.endpoint) return found.endpoint;
    (found.address === undefined ? models : address).current?.focus();
    return 'wrong' as const;
  };
  const isOllama = now.api === 'ollama';
  return {
    check,
    fields: (
      <>
        {apis.length > 1 && <Protocols apis={apis} chosen={now.api} choose={(api) => change({ api })} />}
        <TextField
          id="address"
          field={address}
          label={say('endpoint.addressLabel')}
          value={now.address}
          error={looked.address}
          hint={say(`endpoint.addressHints.${now.api}`)}
          mode="url"
          onInput={(text) => change({ address: text })}
        />
        <TextField
          id="models"
          field={models}
          label={say('endpoint.modelsLabel')}
          value={now.models}
          error={looked.models}
          hint={say(isOllama ? 'endpoint.modelsHints.ollama' : 'endpoint.modelsHints.other')}
          mode="text"
          onInput={(text) => change({ models: text })}
        />
      </>
    ),
  };
}

function empty(provider: string, apis: readonly EndpointApi[] | undefined): Typed {
  return { address: rowOf(provider)?.baseUrl ?? '', api: apis?.[0] ?? 'openai-completions', models: '' };
}

function Protocols({
  apis,
  chosen,
  choose,
}: {
  apis: readonly EndpointApi[];
  chosen: EndpointApi;
  choose: (api: EndpointApi) => void;
}) {
  return (
    <fieldset class="beside">
      <legend>{say('endpoint.protocol')}</legend>
      {apis.map((api) => (
        <label key={api}>
          <input type="radio" name="protocol" checked={api === chosen} onChange={() => choose(api)} />
          <span>{say(`endpoint.protocols.${api}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface TextFieldProps {
  id: string;
  field: { current: HTMLInputElement | null };
  label: string;
  value: string;
  error: string | undefined;
  hint: string;
  mode: 'url' | 'text';
  onInput: (text: string) => void;
}

function TextField({ id, field, label, value, error, hint, mode, onInput }: TextFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={field}
        type="text"
        dir="ltr"
        inputMode={mode}
        value={value}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellcheck={false}
        data-1p-ignore
        data-lpignore="true"
        translate={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-says`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <p id={`${id}-says`} class={error === undefined ? 'hint' : 'error'} role="status">
        <ChangingText text={error ?? hint} />
      </p>
    </div>
  );
}
