import { compiled } from '../../../web/messages/compile.ts';
import { messages as errors } from '../../../web/messages/en/errors.ts';
import { messages as keys } from '../../../web/messages/en/keys.ts';
import { messages as page } from '../../../web/messages/en/page.ts';
import { speak } from '../../../web/messages/say.ts';

type Compiled = ReturnType<typeof compiled>[string];
type Elements = Exclude<Compiled, string>;

/** Letters in circles: `Cancel` is `Ⓒⓐⓝⓒⓔⓛ`. */
const circled = (text: string) =>
  text
    .replaceAll(/[A-Z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x41 + 0x24b6))
    .replaceAll(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0x24d0));

/** Only a message's own text: its arguments, tags and cases stay. */
function elementsOf(elements: Elements): Elements {
  return elements.map((element) => {
    if (element.type === 0) return { ...element, value: circled(element.value) };
    if ('children' in element) return { ...element, children: elementsOf(element.children) };
    if (!('options' in element)) return element;
    const options = Object.entries(element.options).map(([name, option]) => [
      name,
      { ...option, value: elementsOf(option.value) },
    ]);
    return { ...element, options: Object.fromEntries(options) };
  }) as Elements;
}

const pseudo = (messages: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(compiled(messages)).map(([key, message]): [string, Compiled] => [
      key,
      typeof message === 'string' ? circled(message) : elementsOf(message),
    ]),
  );

/** From now on the page speaks no language, made of the English one: a letter that is plain has come through no message. */
export function speakPseudo(): void {
  // Japan's dates and lists have no letters.
  speak({ language: 'ja', locale: 'ja' }, { page: pseudo(page), keys: pseudo(keys), errors: pseudo(errors) });
}
