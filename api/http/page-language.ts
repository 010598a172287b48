import type { Request } from 'express';
import { directionOf, type Language, spokenFor } from '../../core/contract/languages.ts';
import { PAGE_WORDS, type PageWords } from './page-words.ts';

/** The most languages of a browser that are looked at. */
const MOST_WANTED = 20;

/** The language for whoever reads the customer's page: that of their link or session, else as their browser wants it. */
export function pageLanguage(
  request: Pick<Request, 'acceptsLanguages'>,
  locale: string | undefined,
): Language {
  return spokenFor([locale, ...request.acceptsLanguages().slice(0, MOST_WANTED)]).language;
}

const made = new WeakMap<Buffer, Map<Language, Buffer>>();

/**
 * The customer's page (web/index.html) in a language, as far as it speaks for itself: its title, and what it says where its
 * script does not run. Each is made once and kept as long as the page is; the scripts and styles in it stay as they are.
 */
export function pageIn(language: Language, page: Buffer): Buffer {
  if (language === 'en') return page;
  const all = made.get(page) ?? new Map<Language, Buffer>();
  made.set(page, all);
  const found = all.get(language) ?? Buffer.from(translated(page.toString(), language));
  all.set(language, found);
  return found;
}

function translated(html: string, language: Language): string {
  const words = Object.keys(PAGE_WORDS.en) as (keyof PageWords)[];
  const page = words.reduce(
    (text, word) => text.replace(`>${partOf('en', word)}<`, () => `>${partOf(language, word)}<`),
    html,
  );
  const own = `lang="${language}"${directionOf(language) === 'rtl' ? ' dir="rtl"' : ''}`;
  return page.replace('lang="en"', own);
}

const partOf = (language: Language, word: keyof PageWords) =>
  PAGE_WORDS[language][word].replace('<a>', '<a href="/">');
