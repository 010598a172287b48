import { expect, test } from '@jest/globals';
import { inOnePiece } from '../../../web/model/pasted.ts';

const code = `${'C'.repeat(43)}#${'S'.repeat(43)}`;

test.each([
  ['a line break', `${code.slice(0, 60)}\n${code.slice(60)}`],
  ['rows that are indented', `  ${code.slice(0, 20)}\r\n  ${code.slice(20)}\r\n`],
  ['what a keyboard makes of a line break', `${code.slice(0, 50)} ${code.slice(50)}`],
])('white space inside a code is dropped: %s', (_, pasted) => {
  expect(inOnePiece(pasted)).toBe(code);
});

test.each(['how do I sign in?', 'two words', `one#two#three ${code}`])(
  'what is no code stays as it is: %s',
  (pasted) => {
    expect(inOnePiece(pasted)).toBe(pasted);
  },
);
