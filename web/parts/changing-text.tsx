/**
 * Text that changes while its surroundings stay. Every text is an element of its own: a browser that translates a
 * page replaces the text's nodes, and anything written to the old ones is lost. `name` is a host or a customer
 * in it, which must not be translated.
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
