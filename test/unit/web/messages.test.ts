import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { LANGUAGE_TAGS, type Language, spokenFor } from '../../../core/contract/languages.ts';
import { compiled } from '../../../web/messages/compile.ts';
import '../../../web/messages/english.ts';
import { listed, type Part } from '../../../web/messages/say.ts';

const PARTS: readonly Part[] = ['page', 'errors', 'keys'];
/** Errors that no customer's page can show: they are answered to the platform, to staff or to programs. */
const UNSEEN = [
  'api_key_refused',
  'operator_not_signed_in',
  'sign_in_refused',
  'role_refused',
  'box_exists',
  'box_is_default',
  'too_many_boxes',
  'host_key_not_fetched',
  'code_input_ended',
  'session_pinned',
];

type Messages = Readonly<Record<string, string>>;

async function messagesOf(language: Language, part: Part): Promise<Messages> {
  const { messages } = (await import(`../../../web/messages/${language}/${part}.ts`)) as {
    messages: Messages;
  };
  return messages;
}
const all = await Promise.all(
  LANGUAGE_TAGS.flatMap((language) =>
    PARTS.map(async (part) => ({
      language,
      part,
      messages: await messagesOf(language, part),
      english: await messagesOf('en', part),
    })),
  ),
);

/** The names of a message's arguments and tags, and the cases of its plurals. */
function partsOf(elements: MessageFormatElement[]): { names: Set<string>; plurals: string[][] } {
  const names = new Set<string>();
  const plurals: string[][] = [];
  const add = (inner: MessageFormatElement[]) => {
    const { names: innerNames, plurals: innerPlurals } = partsOf(inner);
    for (const name of innerNames) names.add(name);
    plurals.push(...innerPlurals);
  };
  for (const element of elements) {
    // 0: literal, 7: `#`.
    if (element.type === 0 || element.type === 7) continue;
    names.add(`${element.value}`);
    if ('children' in element) add(element.children);
    if (!('options' in element)) continue;
    if (element.type === 6) plurals.push(Object.keys(element.options));
    for (const { value } of Object.values(element.options)) add(value);
  }
  return { names, plurals };
}
const partsIn = (text: string) => {
  const { it } = compiled({ it: text });
  return partsOf(typeof it === 'object' ? it : []);
};

describe.each(all)('in $language: $part', ({ language, messages, english }) => {
  const keys = Object.keys(english).filter((key) => !UNSEEN.includes(key));

  test('there is every message, and no other', () => {
    expect(keys.filter((key) => messages[key] === undefined)).toEqual([]);
    expect(Object.keys(messages).filter((key) => english[key] === undefined)).toEqual([]);
  });

  test('a guide quotes no button that the English does not name', () => {
    for (const [key, text] of Object.entries(messages)) {
      if (!key.startsWith('guide.')) continue;
      const quoted = [...text.matchAll(/[«“„‘「]([^»”’」]+)[»”’」]/g)].map(([, name = '']) => name);
      const words = quoted.flatMap((name) => name.match(/[A-Za-z]{2,}/g) ?? []);
      const named = english[key]?.toLowerCase() ?? '';
      expect([key, words.filter((word) => !named.includes(word.toLowerCase()))]).toEqual([key, []]);
    }
  });

  test('each has the arguments and the tags that English has', () => {
    for (const [key, text] of Object.entries(messages))
      expect([key, [...partsIn(text).names].sort()]).toEqual([
        key,
        [...partsIn(english[key] ?? '').names].sort(),
      ]);
  });

  test('every plural has the cases that the language has, and no other', () => {
    const rules = new Intl.PluralRules(language);
    const whole = new Set(Array.from({ length: 400 }, (_, count) => rules.select(count)));
    for (const text of Object.values(messages))
      for (const there of partsIn(text).plurals) {
        expect(rules.resolvedOptions().pluralCategories).toEqual(expect.arrayContaining(there));
        expect(there).toEqual(expect.arrayContaining([...whole, 'other']));
      }
  });

  test('each is said, without anything left open, and is not the English sentence', () => {
    for (const [key, text] of Object.entries(messages)) {
      const values = Object.fromEntries(
        [...partsIn(text).names].map((name) => [
          name,
          text.includes(`</${name}>`) ? (inside: string[]) => inside.join('') : name === 'minutes' ? 5 : '1',
        ]),
      );
      const said = String(new IntlMessageFormat(text, language).format(values as never));
      expect([key, said]).toEqual([key, expect.stringMatching(/^[^{}<>]+$/)]);
      // A word may be the same; a sentence is not.
      if (language !== 'en' && /[a-z]\.$/.test(text)) expect([key, text]).not.toEqual([key, english[key]]);
    }
  });
});

test.each(LANGUAGE_TAGS)('in %s there is a comma between two facts, and nothing else', async (language) => {
  const { listed } = await messagesOf(language, 'page');
  expect(listed).toMatch(/^\{first\}[,،、，] ?\{then\}$/);
});

test('what is empty or absent is no fact', () => {
  expect(listed('', 'a key', undefined, 'gpt-5.4', 'since May')).toBe('a key, gpt-5.4, since May');
  expect(listed(undefined, '')).toBe('');
});

test('in Arabic a customer’s machine and a device of theirs have a word each', () => {
  const arabic = all.filter(({ language }) => language === 'ar');
  const mixed = arabic.flatMap(({ messages, english }) =>
    Object.entries(messages).filter(([key, text]) => {
      const isDevice = /device/i.test(english[key] ?? '');
      return /جهاز|أجهز/.test(text) !== isDevice;
    }),
  );
  expect(arabic).toHaveLength(PARTS.length);
  expect(mixed).toEqual([]);
});

test.each<[(string | undefined)[], string, string]>([
  [['de-CH', 'fr'], 'de', 'de-CH'],
  [[undefined, 'pt-PT', 'en'], 'pt-BR', 'pt-PT'],
  [['zh-TW', 'ja'], 'ja', 'ja'],
  [['zh-TW'], 'en', 'en'],
  [['zh-CN'], 'zh-Hans', 'zh-CN'],
  [['sv', 'nl-BE', 'de'], 'nl', 'nl-BE'],
  [['not a locale', 'ar-EG'], 'ar', 'ar-EG'],
  [[], 'en', 'en'],
])('whoever prefers %j is spoken to in %s', (locales, language, locale) => {
  expect(spokenFor(locales)).toEqual({ language, locale });
});
