import { locale } from '../messages/say.ts';

/** A date as the page's language writes it. */
export function dayOf(at: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'long' }).format(new Date(at));
}
