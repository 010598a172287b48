const DAY_MS = 24 * 60 * 60_000;

/** The beginning of a day in the operator's time zone, as `<input type="date">` gives it; undefined if it is none. */
export function startOfDay(day: unknown): string | undefined {
  return momentOf(day, 0);
}

/** Its last millisecond. */
export function endOfDay(day: unknown): string | undefined {
  return momentOf(day, DAY_MS - 1);
}

/** The day of a moment, for such an input. */
export function dayOf(moment: string | undefined): string {
  if (moment === undefined) return '';
  const at = new Date(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function momentOf(day: unknown, plus: number): string | undefined {
  const time = Date.parse(`${day}T00:00:00`);
  return Number.isNaN(time) ? undefined : new Date(time + plus).toISOString();
}
