import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isSought } from '../../../core/contract/handshake-search.ts';
import { idStartOf, supportCode } from '../../../core/contract/support-code.ts';

describe('a support code', () => {
  test('has eight digits that are not read as others, and leads back to its id', () => {
    for (let tries = 0; tries < 200; tries += 1) {
      const id = randomUUID();
      const code = supportCode(id) ?? '';
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      expect(id.startsWith(idStartOf(code) ?? '-')).toBe(true);
    }
  });

  test.each([
    ['00000000-0000-4000-8000-000000000000', '00000000', '00000000-00'],
    ['ffffffff-ff12-4000-8000-000000000000', 'ZZZZZZZZ', 'ffffffff-ff'],
    ['1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed', '3EEPQKDV', '1b9d6bcd-bb'],
  ])('of %s is %s', (id, code, start) => {
    expect(supportCode(id)).toBe(code);
    expect(idStartOf(code)).toBe(start);
  });

  test.each(['', 'job-12345678', '1b9d6bcdbbfd4b2d9b5dab8dfbbd4bed'])('is not made of %j', (id) => {
    expect(supportCode(id)).toBeUndefined();
  });

  test.each(['3eepqkdv', ' 3EEP-QKDV ', '3EEP QKDV'])('is understood as %j', (text) => {
    expect(idStartOf(text)).toBe('1b9d6bcd-bb');
  });

  test('is understood with O for 0, and I or L for 1', () => {
    expect(idStartOf('OILO0000')).toBe(idStartOf('01100000'));
  });

  test.each(['3EEPQKD', '3EEPQKDVV', '3EEPQKDU', 'alice', 'ticket-4711'])('is not %j', (text) => {
    expect(idStartOf(text)).toBeUndefined();
  });
});

test.each([
  ['ali', true],
  ['Alice', true],
  ['3eepqkdv', true],
  ['1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed', true],
  ['Ticket 4711', true],
  [' Ticket 4711 ', true],
  ['ticket', false],
  ['bob', false],
  ['ZZZZZZZZ', false],
])('a handshake is looked for with %j: found %s', (text, found) => {
  const row = {
    handshake: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
    customer: 'alice',
    reference: 'Ticket 4711',
  };
  expect(isSought(row, text)).toBe(found);
});
