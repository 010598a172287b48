import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageVisit } from '../client/page-visit.ts';
import { TEXTS } from '../model/texts.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { NoTab } from '../parts/no-tab.tsx';

/** The form that the page's Continue button submits. */
export const CODE_FORM = 'code-form';

/** The field for the code. It is emptied before the code is sent, and nothing else on the page holds the code. */
export function Paste({ error, href, visit }: { error: string | undefined; href: string; visit: PageVisit }) {
  const field = useRef<HTMLInputElement>(null);
  const [barred, setBarred] = useState<string>();
  const problem = barred ?? error;

  const submit = (text: string) => {
    setBarred(undefined);
    const input = field.current;
    if (visit.submit(text)) {
      if (input) input.value = '';
    } else {
      // A token must not stay visible to others.
      const left = visit.state.refused?.why === 'code_is_token' ? '' : text;
      if (input && input.value !== left) input.value = left;
      input?.focus();
    }
  };
  useEffect(() => {
    if (field.current) field.current.value = visit.unsentCode;
  }, []);
  usePaste(field, { submit, isPicture: () => setBarred(TEXTS.paste.picture) });

  const fromClipboard = async () => {
    try {
      const text = await navigator.clipboard.readText();
      if (text.trim()) submit(text);
      else setBarred((await isPicture()) ? TEXTS.paste.picture : TEXTS.paste.clipboardEmpty);
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
            // Text that arrives all at once is a copied code; typed text waits for Enter.
            if (inputType?.startsWith('insertFrom')) submit(currentTarget.value);
          }}
        />
        <p id="code-says" class={problem ? 'error' : 'hint'}>
          <ChangingText text={problem ?? TEXTS.paste.hint} />
        </p>
      </div>
      {'clipboard' in navigator && 'readText' in navigator.clipboard && (
        <button class="secondary" type="button" onClick={() => void fromClipboard()}>
          {TEXTS.paste.fromClipboard}
        </button>
      )}
      <NoTab href={href} />
    </form>
  );
}

interface PasteEvents {
  submit: (text: string) => void;
  /** What was pasted contains a picture but no text. */
  isPicture: () => void;
}

/**
 * A customer who comes back from the sign-in and presses Ctrl+V need not find the field first. In the field too, the
 * text is taken from the clipboard: browsers differ in what they put into a field when the text has several lines.
 */
function usePaste(field: { current: HTMLInputElement | null }, { submit, isPicture }: PasteEvents) {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text') ?? '';
      const files = [...(event.clipboardData?.files ?? [])];
      const onlyPicture = text.trim() === '' && files.some(({ type }) => type.startsWith('image/'));
      if (text.trim() === '' && !onlyPicture) return;
      event.preventDefault();
      if (onlyPicture) return isPicture();
      const input = field.current;
      if (input && event.target === input) submit(withPasted(input, text));
      else submit(text);
    };
    document.addEventListener('paste', pasted);
    return () => document.removeEventListener('paste', pasted);
  });
}

/** What a field would hold if a text replaced the selection. */
function withPasted({ value, selectionStart, selectionEnd }: HTMLInputElement, text: string): string {
  return value.slice(0, selectionStart ?? 0) + text + value.slice(selectionEnd ?? value.length);
}

/** Whether there is a picture on the clipboard; false if the browser does not say. */
async function isPicture(): Promise<boolean> {
  try {
    const items = await navigator.clipboard.read();
    return items.some(({ types }) => types.some((type) => type.startsWith('image/')));
  } catch {
    return false;
  }
}
