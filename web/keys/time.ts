/** A moment as the customer's browser writes it; ms since the epoch. */
export function timeOf(at: number): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
