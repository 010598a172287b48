import { IntlMessageFormat } from 'intl-messageformat';
import { directionOf, type Language, spokenFor } from '../../core/contract/languages.ts';
import { ar } from './words/ar.ts';
import { de } from './words/de.ts';
import { en, type Words } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { it } from './words/it.ts';
import { ja } from './words/ja.ts';
import { nl } from './words/nl.ts';
import { pl } from './words/pl.ts';
import { ptBR } from './words/pt-br.ts';
import { tr } from './words/tr.ts';
import { zhHans } from './words/zh-hans.ts';

/** Every language that mails are written in, by its tag (BCP 47). */
export const LANGUAGES = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBR,
  it,
  nl,
  pl,
  tr,
  ja,
  'zh-Hans': zhHans,
  ar,
} as const satisfies Readonly<Record<Language, Words>>;
export type WordKey = keyof Words;

/** The language for a customer's locale; English where none is known, or mails are not written in it. */
export function languageOf(locale: string | null): Language {
  return spokenFor([locale]).language;
}

/** What is put into a text of that language, which may be written in the other direction: set apart from what is around it. */
export function apart(language: Language, text: string): string {
  return directionOf(language) === 'rtl' ? `\u2068${text}\u2069` : text;
}

export { directionOf, type Language };

const formats = new Map<string, IntlMessageFormat>();

/** A message in a language; `values` are put in as they are. */
export function say(
  language: Language,
  key: WordKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const id = `${language} ${key}`;
  const format =
    formats.get(id) ??
    new IntlMessageFormat(LANGUAGES[language][key], language, undefined, { ignoreTag: true });
  formats.set(id, format);
  return String(format.format(values));
}

const times = new Map<Language, Intl.DateTimeFormat>();

/** A date and a time in a language, with the time zone, which is always UTC. */
export function dateIn(language: Language, at: Date): string {
  const format =
    times.get(language) ??
    new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZone: 'UTC',
      timeZoneName: 'short',
    });
  times.set(language, format);
  const text = format.format(at);
  // As it reads within a sentence, which the locale's data has only for dates without a zone.
  if (language === 'fr') return text.replace(/^1 /, '1er ');
  if (language === 'pl') return text.replace(/(\d{4}),? (?=\d)/, '$1 o ');
  return text;
}
