/**
 * Text that changes while what is round it stays. Every text is an element of its own: a browser that translates a
 * page puts other nodes in the place of the text's, and what is then written into that goes nowhere. `name` is a
 * host or a customer in it, which is not to be translated.
 */
export function ChangingText({ text, name }: { text: string; name?: string | undefined }) {
  const [before = '', ...after] = name ? text.split(name) : [text];
  return (
    <span key={text}>
      {before}
      {after.map((part) => (
        <>
          <span translate={false}>{name}</span>
          {part}
        </>
      ))}
    </span>
  );
}
