/** Large texts as a hostile box might print them: something before, one unit over and over, something behind. */
export interface Shape {
  name: string;
  /** A text of some `size` characters. */
  make(size: number): string;
}

const repeated = (unit: string, before = '', after = ''): Shape => ({
  name: JSON.stringify(`${before.slice(0, 20)}${unit}…${after.slice(0, 20)}`),
  make: (size) => before + unit.repeat(Math.ceil(size / unit.length)) + after,
});

/** Units of which each has kept a worker busy, or looks as if it could. */
const UNITS = [
  'a',
  'a\n',
  '\n',
  ' ',
  ' \n',
  '*',
  '*\na',
  '@a \n',
  '@a b\n',
  '@a',
  '@variable ANTHROPIC_API_KEY in /\n',
  '@store user/a.service w p - - -\n',
  '@given session HOME=/a\n',
  '@unit user a.service ActiveState=active\n',
  '[',
  '[\n',
  '[\n ',
  '{',
  '{\n',
  '{"a":[\n',
  '{"a":1}\n',
  '"a",',
  '\\u001b',
  'sk-ant-',
  'sk-ant-oat01-abcdefghij ',
  '-oat01-',
  'bearer ',
  'bearer',
  `${'a'.repeat(24)}#`,
  'a#',
  '?code=',
  'access_token = ',
  'access_token',
  '\u0301',
  'a\u0301',
  '\u200b',
  '│ a │\n',
  '█',
  '\x1b]',
  '\x1b]0;a\x07',
  '\x1b[1;',
  '\x1b[31ma',
  '\x1bP',
  'https://a ',
  'h',
  'press enter to retry paste code ',
  'Unable to negotiate ',
  'Load key ',
  'box.example,',
  '/',
];

/** A stack trace as Node prints them. */
const TRACE: Shape = {
  name: 'a stack trace',
  make: (size) => {
    const line = (at: number) =>
      `    at Object.f${at % 97} (/home/u/.npm-global/lib/node_modules/openclaw/dist/chunk-${at % 991}.js:${at % 4999}:12)\n`;
    return `Error: no\n${Array.from({ length: Math.ceil(size / 90) }, (_, at) => line(at)).join('')}`;
  },
};

export const SHAPES: readonly Shape[] = [
  ...UNITS.map((unit) => repeated(unit)),
  repeated('1,', `${'{\n'.repeat(32)}[`, '\n}'),
  repeated('a\n', '{"a":"', '"}'),
  repeated(' ', 'bearer'),
  repeated('*', '', 'a '),
  TRACE,
];

/** More of them, put together at random from the same units. */
export function randomShape(random: () => number): Shape {
  const pick = () => UNITS[Math.floor(random() * UNITS.length)] ?? '';
  const some = (most: number) => Array.from({ length: Math.floor(random() * (most + 1)) }, pick).join('');
  return repeated(`${pick()}${some(2)}`, some(2), some(2));
}

/** The same seed gives the same numbers (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
