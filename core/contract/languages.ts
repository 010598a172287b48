/** The languages that customers are written to in, by their tags (BCP 47): mails, and the customer's page. */
export const LANGUAGE_TAGS = [
  'en',
  'de',
  'fr',
  'es',
  'pt-BR',
  'it',
  'nl',
  'pl',
  'tr',
  'ja',
  'zh-Hans',
  'ar',
] as const;
export type Language = (typeof LANGUAGE_TAGS)[number];

/** A language, and the locale that asked for it, by which dates and numbers are written: `de` for `de-CH`. */
export interface Spoken {
  language: Language;
  locale: string;
}

/**
 * The language for a reader, by their locales (BCP 47), the best one first: that of the same name, Brazil's Portuguese for
 * all of Portuguese, simplified Chinese for whoever writes it. English where there is none.
 */
export function spokenFor(locales: readonly (string | null | undefined)[]): Spoken {
  for (const locale of locales) {
    const language = locale ? languageIn(locale) : undefined;
    const found = LANGUAGE_TAGS.find((one) => one === language);
    if (found && locale) return { language: found, locale };
  }
  return { language: 'en', locale: 'en' };
}

/** Undefined for what is no locale. */
function languageIn(tag: string): string | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    if (language === 'pt') return 'pt-BR';
    return language === 'zh' ? `zh-${script}` : language;
  } catch {
    return undefined;
  }
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
