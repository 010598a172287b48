/** Crockford's digits: no I, L, O or U, which are read as others. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What people write in place of them. */
const MISREAD: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const LENGTH = 8;
const BITS = 5;

/**
 * What a customer quotes to support: eight digits for the first ten hexadecimal ones of an id, so that everything that
 * has a random id has a code, and is found by it without a list of codes. Undefined for an id of another form.
 */
export function supportCode(id: string): string | undefined {
  const hex = /^([0-9a-f]{8})-([0-9a-f]{2})[0-9a-f]{2}-/i.exec(id);
  if (!hex) return undefined;
  const number = Number.parseInt(`${hex[1]}${hex[2]}`, 16);
  return Array.from(
    { length: LENGTH },
    (_, at) => DIGITS[Math.floor(number / 2 ** (BITS * (LENGTH - 1 - at))) % 32],
  ).join('');
}

/** The code that a text is, as it was told; undefined if it is none. */
export function supportCodeIn(text: string): string | undefined {
  const start = idStartOf(text);
  return start === undefined ? undefined : supportCode(`${start}00-`);
}

/**
 * How the ids begin that a code stands for (`1b9d6bcd-bb`); undefined if a text is none. Small letters, spaces and
 * dashes are forgiven, and so are letters that look like digits.
 */
export function idStartOf(text: string): string | undefined {
  const digits = [...text.toUpperCase().replaceAll(/[\s-]/g, '')].map((digit) => MISREAD[digit] ?? digit);
  if (digits.length !== LENGTH || !digits.every((digit) => DIGITS.includes(digit))) return undefined;
  const number = digits.reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0);
  const hex = number.toString(16).padStart(10, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
