import { useEffect, useRef, useState } from 'preact/hooks';
import { TEXTS } from '../model/texts.ts';
import type { Visit } from '../talk/visit.ts';

/** What the page's Continue button submits. */
export const CODE_FORM = 'code-form';

/** Where the code goes. The field is emptied before the code is sent, and nothing else on the page holds it. */
export function Paste({ error, visit }: { error: string | undefined; visit: Visit }) {
  const field = useRef<HTMLInputElement>(null);
  const [barred, setBarred] = useState<string>();
  const problem = barred ?? error;

  const submit = (text: string) => {
    setBarred(undefined);
    const input = field.current;
    if (visit.submit(text)) {
      if (input) input.value = '';
    } else {
      if (input && input.value !== text) input.value = text;
      input?.focus();
    }
  };
  useEffect(() => {
    if (field.current) field.current.value = visit.unsentCode;
  }, []);
  usePasteAnywhere(field, submit);

  const fromClipboard = async () => {
    try {
      const text = await navigator.clipboard.readText();
      if (text.trim()) submit(text);
      else setBarred(TEXTS.paste.clipboardEmpty);
    } catch {
      setBarred(TEXTS.paste.clipboardBarred);
      field.current?.focus();
    }
  };

  return (
    <form
      id={CODE_FORM}
      class="body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(field.current?.value ?? '');
      }}
    >
      <p>{TEXTS.paste.lead}</p>
      <div class="field">
        <label for="code">{TEXTS.paste.label}</label>
        <input
          id="code"
          ref={field}
          type="text"
          inputMode="text"
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellcheck={false}
          data-1p-ignore
          data-lpignore="true"
          aria-invalid={problem !== undefined}
          aria-describedby="code-says"
          onInput={({ inputType, currentTarget }) => {
            setBarred(undefined);
            visit.typing();
            // What comes all at once is a code that was copied; what is typed waits for Enter.
            if (inputType?.startsWith('insertFrom')) submit(currentTarget.value);
          }}
        />
        <p id="code-says" class={problem ? 'error' : 'hint'}>
          {problem ?? TEXTS.paste.hint}
        </p>
      </div>
      {'clipboard' in navigator && 'readText' in navigator.clipboard && (
        <button class="secondary" type="button" onClick={() => void fromClipboard()}>
          {TEXTS.paste.fromClipboard}
        </button>
      )}
    </form>
  );
}

/** A customer who comes back from the sign-in and presses Ctrl+V need not find the field first. */
function usePasteAnywhere(field: { current: HTMLInputElement | null }, submit: (text: string) => void) {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      if (event.target === field.current) return;
      const text = event.clipboardData?.getData('text') ?? '';
      if (text.trim() === '') return;
      event.preventDefault();
      submit(text);
    };
    document.addEventListener('paste', pasted);
    return () => document.removeEventListener('paste', pasted);
  });
}
