import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { pageIn, pageLanguage } from '../../../api/http/page-language.ts';
import { PAGE_WORDS } from '../../../api/http/page-words.ts';
import { LANGUAGE_TAGS } from '../../../core/contract/languages.ts';

const INDEX = readFileSync(new URL('../../../web/index.html', import.meta.url));
const others = LANGUAGE_TAGS.filter((language) => language !== 'en');
const wanting = (...languages: string[]) => ({ acceptsLanguages: () => languages }) as never;

/** The texts of a page that is not run: what stands between tags. */
const textsOf = (html: string) =>
  [...html.matchAll(/>([^<]+)</g)].map(([, text = '']) => text.trim()).filter((text) => text !== '');

describe('the page as it is sent', () => {
  test.each(others)('says nothing in English where it is read in another language: %s', async (language) => {
    const html = pageIn(language, INDEX).toString();
    const english = textsOf(INDEX.toString()).filter((text) => /[a-z]/.test(text));
    expect(english.length).toBeGreaterThan(5);
    expect(textsOf(html).filter((text) => english.includes(text))).toEqual([]);
    expect(html).toContain(language === 'ar' ? '<html lang="ar" dir="rtl">' : `<html lang="${language}">`);
    // The document has the title that the page's script gives it.
    const { messages } = (await import(`../../../web/messages/${language}/page.ts`)) as {
      messages: { service: string };
    };
    expect(html).toContain(`<title>${messages.service}</title>`);
  });

  test('is the same but for its words, and is made once', () => {
    const tags = (html: string) => html.match(/<[^>]*>/g)?.slice(2);
    expect(tags(pageIn('ja', INDEX).toString())).toEqual(tags(INDEX.toString()));
    expect(pageIn('ja', INDEX)).toBe(pageIn('ja', INDEX));
    expect(pageIn('en', INDEX)).toBe(INDEX);
  });

  test('has no words that are more than words', () => {
    const all = Object.values(PAGE_WORDS).flatMap((words) => Object.values(words));
    expect(all.filter((text) => /[<>&"]/.test(text.replace(/<a>|<\/a>/g, '')))).toEqual([]);
    for (const { again } of Object.values(PAGE_WORDS)) expect(again).toMatch(/<a>[^<]+<\/a>/);
  });

  test.each<[string | undefined, string[], string]>([
    [undefined, ['de-CH', 'fr'], 'de'],
    ['ar', ['de-CH', 'fr'], 'ar'],
    [undefined, ['*'], 'en'],
    [undefined, [], 'en'],
    ['sv', ['ja'], 'ja'],
  ])('is in the language of the link, %s, or of the browser, %j: %s', (locale, wanted, language) => {
    expect(pageLanguage(wanting(...wanted), locale)).toBe(language);
  });
});
