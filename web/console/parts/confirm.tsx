import { useEffect, useRef } from 'preact/hooks';

interface Props {
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
  onClosed: () => void;
}

/** Asks before something that cannot be undone. The browser returns the focus to the button that had it. */
export function Confirm({ title, text, yes, no, onYes, onClosed }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm" onClose={onClosed}>
      <h2 id="confirm">{title}</h2>
      <p>{text}</p>
      <form method="dialog" class="actions">
        <button class="secondary" type="submit">
          {no}
        </button>
        <button class="primary danger" type="submit" onClick={onYes}>
          {yes}
        </button>
      </form>
    </dialog>
  );
}
