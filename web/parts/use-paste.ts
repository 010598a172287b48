import { useEffect } from 'preact/hooks';

interface PasteEvents {
  submit: (text: string) => void;
  /** What was pasted contains a picture but no text. */
  isPicture: () => void;
}

/**
 * A customer who comes back from the sign-in and presses Ctrl+V need not find the field first. In the field too, the
 * text is taken from the clipboard: browsers differ in what they put into a field when the text has several lines.
 */
export function usePaste(field: { current: HTMLInputElement | null }, { submit, isPicture }: PasteEvents) {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const input = field.current;
      // Another field of the page.
      if (event.target instanceof HTMLInputElement && event.target !== input) return;
      const text = event.clipboardData?.getData('text') ?? '';
      const files = [...(event.clipboardData?.files ?? [])];
      const onlyPicture = text.trim() === '' && files.some(({ type }) => type.startsWith('image/'));
      if (text.trim() === '' && !onlyPicture) return;
      event.preventDefault();
      if (onlyPicture) return isPicture();
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
