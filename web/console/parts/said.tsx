import { Fragment } from 'preact';

/** A sentence of the catalogue: text between backticks is code. */
export function Said({ text }: { text: string }) {
  const parts = text.split('`');
  return (
    <>
      {parts.map((part, index) => (
        <Fragment key={`${index} ${part}`}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
      ))}
    </>
  );
}
