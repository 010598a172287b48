import { useEffect, useRef, useState } from 'preact/hooks';
import { rowOf } from '../../core/contract/providers.ts';
import type { PageVisit } from '../client/page-visit.ts';
import { say, together } from '../messages/say.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { nameOf } from '../model/ways.ts';
import { BesideChoice } from '../parts/beside-choice.tsx';
import { ChangingText } from '../parts/changing-text.tsx';
import { FORM } from '../parts/form.ts';
import { Machine } from '../parts/machine.tsx';
import { usePaste } from '../parts/use-paste.ts';
import { useEndpoint } from './endpoint-fields.tsx';
import { Guide } from './guide.tsx';
import { hintOf, type Looked, look, lookAtName } from './look.ts';

interface Props {
  screen: PageScreen & { name: 'key' };
  visit: PageVisit;
}

/**
 * A field of type `password` would have browsers offer to keep the key in their password manager, from where it goes to
 * other machines. Where a browser can mask an ordinary field, it is one (Firefox from 111 on).
 */
const MASK: { type: 'text' } | { type: 'password' } = CSS.supports('-webkit-text-security', 'disc')
  ? { type: 'text' }
  : { type: 'password' };

/** The field for the key. It is emptied before the key is sent and when the page is left; nothing else here holds it. */
export function KeyPage({ screen: { provider, customer, beside, error, copies }, visit }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const [looked, setLooked] = useState<Looked>();
  const [nameError, setNameError] = useState<string>();
  const endpoint = useEndpoint(provider);
  const own = provider === 'ollama' || provider === 'custom' ? provider : undefined;
  const hasKey = rowOf(provider)?.key !== undefined;
  const saying = looked ?? { text: error ?? hintOf(provider), isProblem: error !== undefined };

  /** Shows what it is, and returns it if it is a key of this provider. */
  const take = (text: string): string | undefined => {
    const found = look(text, provider, visit.state.session?.offers);
    setLooked(found);
    // What is no key of this provider does not stay: nobody can see what to put right in it.
    if (field.current) field.current.value = found.key ?? '';
    return found.key;
  };
  const send = () => {
    const said = endpoint.check();
    const key = hasKey ? take(field.current?.value ?? '') : undefined;
    const named = lookAtName(name.current?.value ?? '');
    setNameError(named.error);
    if (said === 'wrong') return;
    if (hasKey && key === undefined) return field.current?.focus();
    if (named.error !== undefined) return name.current?.focus();
    if (field.current) field.current.value = '';
    visit.bringKey(key, named.label, said);
  };
  useEmptied(field);
  usePaste(field, {
    submit: (text) => {
      if (!hasKey) return;
      if (field.current) field.current.value = text.trim();
      take(text);
      field.current?.focus();
    },
    isPicture: () => hasKey && setLooked({ text: say('key.picture'), isProblem: true }),
  });

  return (
    <form
      id={FORM}
      class="body"
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p>{own ? say(`endpoint.lead.${own}`) : say('key.lead')}</p>
      {endpoint.fields}
      {hasKey && (
        <div class="field">
          <label for="key">
            {own ? say('endpoint.keyLabel') : say('key.label', { name: nameOf({ provider }) })}
          </label>
          <input
            id="key"
            ref={field}
            class="masked"
            {...MASK}
            dir="ltr"
            autoComplete="off"
            autoCorrect="off"
            autoCapitalize="off"
            spellcheck={false}
            data-1p-ignore
            data-lpignore="true"
            data-bwignore
            data-form-type="other"
            aria-invalid={saying.isProblem}
            aria-describedby="key-says"
            onInput={() => setLooked(undefined)}
          />
          <p id="key-says" class={saying.isProblem ? 'error' : 'hint'} role="status">
            <ChangingText text={saying.text} />
          </p>
          {looked?.instead && (
            <button class="secondary" type="button" onClick={() => visit.go(looked.instead?.to)}>
              <ChangingText text={looked.instead.label} />
            </button>
          )}
        </div>
      )}
      {!hasKey && error !== undefined && (
        <p class="error" role="status">
          <ChangingText text={error} />
        </p>
      )}
      {beside && (
        <>
          <BesideChoice beside={beside} visit={visit} />
          {beside.another && <NameField field={name} error={nameError} />}
        </>
      )}
      {hasKey && <Guide provider={provider} />}
      {own && <p>{together(say('endpoint.tried'), say('endpoint.road'))}</p>}
      {hasKey && <p>{together(say('key.road'), copies)}</p>}
      <p class="small">
        <Machine customer={customer} />
      </p>
    </form>
  );
}

/** To tell several keys of a provider apart. */
function NameField({
  field,
  error,
}: {
  field: { current: HTMLInputElement | null };
  error: string | undefined;
}) {
  return (
    <div class="field">
      <label for="key-name">{say('key.name')}</label>
      <input
        id="key-name"
        ref={field}
        type="text"
        autoComplete="off"
        maxLength={60}
        data-1p-ignore
        data-lpignore="true"
        aria-invalid={error !== undefined}
        aria-describedby="name-says"
      />
      <p id="name-says" class={error ? 'error' : 'hint'} role="status">
        <ChangingText text={error ?? say('key.nameHint')} />
      </p>
    </div>
  );
}

/** Empties a field when the page is left, also for one from the back/forward cache. */
function useEmptied(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const input = field.current;
    const empty = () => {
      if (input) input.value = '';
    };
    addEventListener('pagehide', empty);
    return () => {
      removeEventListener('pagehide', empty);
      empty();
    };
  }, []);
}
