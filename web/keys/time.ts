import { locale } from '../messages/say.ts';

/** A moment as the page's language writes it; ms since the epoch. */
export function timeOf(at: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
