import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageVisit } from '../client/page-visit.ts';
import { say } from '../messages/say.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { FORM } from '../parts/form.ts';
import { NoTab } from '../parts/no-tab.tsx';
import { usePaste } from '../parts/use-paste.ts';

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
      // A secret must not stay visible to others.
      const why = visit.state.refused?.why;
      const left = why === 'code_is_key' || why === 'code_is_token' ? '' : text;
      if (input && input.value !== left) input.value = left;
      input?.focus();
    }
  };
  useEffect(() => {
    if (field.current) field.current.value = visit.unsentCode;
  }, []);
  usePaste(field, { submit, isPicture: () => setBarred(say('paste.picture')) });

  const fromClipboard = async () => {
    try {
      const text = await navigator.clipboard.readText();
      if (text.trim()) submit(text);
      else setBarred((await isPicture()) ? say('paste.picture') : say('paste.clipboardEmpty'));
    } catch {
      setBarred(say('paste.clipboardBarred'));
      field.current?.focus();
    }
  };

  return (
    <form
      id={FORM}
      class="body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(field.current?.value ?? '');
      }}
    >
      <p>{say('paste.lead')}</p>
      <div class="field">
        <label for="code">{say('paste.label')}</label>
        <input
          id="code"
          ref={field}
          type="text"
          dir="ltr"
          inputMode="text"
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellcheck={false}
          data-1p-ignore
          data-lpignore="true"
          aria-invalid={problem !== undefined}
          aria-describedby="code-says"
          onFocus={() => visit.here()}
          onInput={({ inputType, data, currentTarget }) => {
            setBarred(undefined);
            visit.typing();
            if (isCopied(inputType, data)) submit(currentTarget.value);
          }}
        />
        <p id="code-says" class={problem ? 'error' : 'hint'}>
          <ChangingText text={problem ?? say('paste.hint')} />
        </p>
      </div>
      {'clipboard' in navigator && 'readText' in navigator.clipboard && (
        <button class="secondary" type="button" onClick={() => void fromClipboard()}>
          {say('paste.fromClipboard')}
        </button>
      )}
      <NoTab href={href} />
    </form>
  );
}

/** Letters that nobody types at once. */
const AT_ONCE = 20;

/**
 * Text that arrives all at once is a copied code; typed text waits for Enter. A phone's keyboard that offers what was copied
 * puts it in as if it were typed.
 */
function isCopied(inputType: string | undefined, data: string | null | undefined): boolean {
  if (inputType === 'insertText') return (data?.length ?? 0) >= AT_ONCE;
  return inputType?.startsWith('insertFrom') ?? false;
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
