import { type MessageFormatElement, parse } from '@formatjs/icu-messageformat-parser';

/** A message as the page loads it: parsed, so that the page needs no parser; a text without arguments as it is. */
export type Compiled = string | MessageFormatElement[];

/** Messages in ICU form, parsed. Throws for one that is none, with its key. */
export function compiled(messages: Readonly<Record<string, string>>): Record<string, Compiled> {
  return Object.fromEntries(
    Object.entries(messages).map(([key, text]): [string, Compiled] => [key, compiledOne(key, text)]),
  );
}

function compiledOne(key: string, text: string): Compiled {
  try {
    const parsed = parse(text, { captureLocation: false });
    const [first, ...others] = parsed;
    return first?.type === 0 && others.length === 0 ? first.value : parsed;
  } catch (thrown) {
    throw new Error(`The message ${key} cannot be read: ${text}`, { cause: thrown });
  }
}
