import { useEffect, useRef, useState } from 'preact/hooks';
import { Search } from './search.tsx';

const KEYS = [
  ['/ or Ctrl+K', 'search everything'],
  ['j, k', 'the next or the previous line of a list'],
  ['Enter', 'open the line'],
  ['x', 'choose the line, where lines can be chosen'],
  ['?', 'this help'],
  ['Esc', 'close what is open'],
] as const;

/** Somebody writes: keys are letters. */
function isTyping(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null;
  return Boolean(
    element?.closest(
      'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .monitor',
    ),
  );
}

/** Moves the focus to the next (1) or the previous (-1) line of the lists on the page. */
function step(by: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>('main tbody tr')].filter((row) =>
    row.querySelector('a'),
  );
  const now = lines.findIndex((row) => row.contains(document.activeElement));
  const next = lines[now < 0 ? (by > 0 ? 0 : lines.length - 1) : now + by];
  const link = next?.querySelector<HTMLElement>('th a, a');
  link?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** The console's keys: the search, the help, and moving in lists. Nothing happens while somebody types. */
export function Keys() {
  const [shown, setShown] = useState<'search' | 'help'>();
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const isOpen = document.querySelector('dialog[open]') !== null;
      const { key, ctrlKey, metaKey, altKey, target } = event;
      if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') {
        event.preventDefault();
        if (!isOpen) setShown('search');
        return;
      }
      if (ctrlKey || metaKey || altKey || isOpen || isTyping(target)) return;
      if (key === '/' || key === '?') {
        event.preventDefault();
        setShown(key === '/' ? 'search' : 'help');
      } else if (key === 'j') step(1);
      else if (key === 'k') step(-1);
      else if (key === 'x') {
        const row = document.activeElement?.closest('tr');
        row?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
      }
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
  return (
    <>
      <button class="plain" type="button" onClick={() => setShown('search')}>
        Search <kbd>/</kbd>
      </button>
      <button class="plain" type="button" aria-label="Keys" onClick={() => setShown('help')}>
        <kbd>?</kbd>
      </button>
      {shown === 'search' && <Search onClosed={() => setShown(undefined)} />}
      {shown === 'help' && <Help onClosed={() => setShown(undefined)} />}
    </>
  );
}

function Help({ onClosed }: { onClosed: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={onClosed}>
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">Not while you write.</p>
      <form method="dialog" class="actions">
        <button class="secondary" type="submit">
          Close
        </button>
      </form>
    </dialog>
  );
}
