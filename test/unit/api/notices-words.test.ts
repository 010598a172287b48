import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { reasonOf } from '../../../api/notices/reasons.ts';
import {
  apart,
  dateIn,
  directionOf,
  LANGUAGES,
  type Language,
  languageOf,
  say,
  type WordKey,
} from '../../../api/notices/words.ts';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';

const NAMES = Object.keys(LANGUAGES) as Language[];
const KEYS = Object.keys(LANGUAGES.en) as WordKey[];
const VALUES = { name: 'Alice', provider: 'OpenAI', customer: 'alice', date: 'DATE', days: 7 };

type Ast = ReturnType<IntlMessageFormat['getAst']>;

/** The names of a message's arguments, and the cases of its plurals. */
function partsOf(elements: Ast): { names: Set<string>; plurals: string[][] } {
  const names = new Set<string>();
  const plurals: string[][] = [];
  for (const element of elements) {
    // 0: literal, 7: `#`.
    if (element.type === 0 || element.type === 7) continue;
    names.add(element.value);
    if ('options' in element) {
      plurals.push(Object.keys(element.options));
      for (const { value } of Object.values(element.options)) {
        const inner = partsOf(value);
        for (const name of inner.names) names.add(name);
      }
    }
  }
  return { names, plurals };
}
const partsIn = (language: Language, key: WordKey) =>
  partsOf(new IntlMessageFormat(LANGUAGES[language][key], language, undefined, { ignoreTag: true }).getAst());

/** What may be the same as in English: a word that both languages have. */
const SAME: Partial<Record<Language, WordKey[]>> = {
  fr: ['fact.box'],
  nl: ['fact.box'],
};

describe.each(NAMES)('in %s', (language) => {
  test('there is every message, with the arguments that English has', () => {
    expect(Object.keys(LANGUAGES[language])).toEqual(KEYS);
    for (const key of KEYS)
      expect([key, [...partsIn(language, key).names].sort()]).toEqual([
        key,
        [...partsIn('en', key).names].sort(),
      ]);
  });

  test('every plural has the cases that the language has, and no other', () => {
    const cases = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    // Numbers of days are whole, and fewer than a thousand.
    const whole = new Set(
      Array.from({ length: 400 }, (_, days) => new Intl.PluralRules(language).select(days)),
    );
    for (const key of KEYS)
      for (const there of partsIn(language, key).plurals) {
        expect(cases).toEqual(expect.arrayContaining(there));
        expect(there).toEqual(expect.arrayContaining([...whole, 'other']));
      }
  });

  test('every message is said, without anything left open, and none is English', () => {
    for (const key of KEYS) {
      const text = say(language, key, VALUES);
      expect([key, text]).toEqual([key, expect.stringMatching(/^[^{}<>]+$/)]);
      expect(text).toBe(text.trim());
      if (language !== 'en' && !SAME[language]?.includes(key))
        expect([key, text]).not.toEqual([key, say('en', key, VALUES)]);
    }
  });

  test('days are counted', () => {
    const said = [1, 2, 5, 7, 30].map((days) => say(language, 'expiring.subject', { ...VALUES, days }));
    expect(new Set(said).size).toBe(5);
    for (const subject of said) expect(subject).toContain('OpenAI');
  });

  test('a date has its time zone', () => {
    const text = dateIn(language, new Date('2026-11-29T13:05:00Z'));
    expect(text).toMatch(/UTC|غرينتش|协调世界时|協定世界時/);
    expect(text).toMatch(/2026|٢٠٢٦/);
  });
});

test.each<[Language, string]>([
  ['fr', '1er décembre 2026 à 12:00 UTC'],
  ['pl', '1 grudnia 2026 o 12:00 UTC'],
  ['de', '1. Dezember 2026 um 12:00 UTC'],
])('a date reads as within a sentence: %s', (language, text) => {
  expect(dateIn(language, new Date('2026-12-01T12:00:00Z'))).toBe(text);
});

test('what is put into Arabic is set apart', () => {
  expect(apart('ar', 'OpenAI')).toBe('\u2068OpenAI\u2069');
  expect(apart('en', 'OpenAI')).toBe('OpenAI');
});

test('codes that looks and turns find have words of their own, and every other one a general sentence', () => {
  const own = ERROR_CODES.filter((code) => reasonOf(code).why !== 'reason.other');
  const worded = KEYS.filter((key) => key.startsWith('reason.') && key !== 'reason.other');
  expect(own.map((code) => `reason.${code}`).sort()).toEqual(worded.sort());
  for (const code of [...ERROR_CODES, undefined, 'of a newer version', 'constructor'])
    for (const key of [reasonOf(code).why, reasonOf(code).todo]) expect(KEYS).toContain(key);
  expect(reasonOf('disk_full')).toEqual({ why: 'reason.other', todo: 'todo.page', connects: false });
});

test.each<[string | null, Language]>([
  [null, 'en'],
  ['de-CH', 'de'],
  ['en-GB', 'en'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['zh-TW', 'en'],
  ['zh-Hant-HK', 'en'],
  ['ar-EG', 'ar'],
  ['sv', 'en'],
  ['tlh', 'en'],
])('whose locale is %s is written to in %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});

test('Arabic alone is written from the right', () => {
  expect(NAMES.filter((language) => directionOf(language) === 'rtl')).toEqual(['ar']);
});
