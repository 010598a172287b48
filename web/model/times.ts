/** A date as the customer's browser writes it. */
export function dayOf(at: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(new Date(at));
}
