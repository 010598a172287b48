import { compiled } from './compile.ts';
import { messages as errors } from './en/errors.ts';
import { messages as keys } from './en/keys.ts';
import { messages as page } from './en/page.ts';
import { errorText, say, speak } from './say.ts';

/** For tests and pictures, where nothing is loaded: the page's model speaks English, and `english` says what it says. */
speak(
  { language: 'en', locale: 'en' },
  { page: compiled(page), keys: compiled(keys), errors: compiled(errors) },
);

export const english = say;
/** What it says of an error. */
export const englishError = errorText;
