import { format, inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import {
  CATALOGUE,
  type CatalogueRow,
  KeyferryError,
  toKeyferryError,
} from '../../../core/contract/errors.ts';
import { DEADLINES_MS, isFinal, mayMove, PHASES, type Phase } from '../../../core/contract/phases.ts';
import { plainText } from '../../../core/contract/plain-text.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { keyferry } from '../../support/keyferry.ts';

describe('phases', () => {
  /** A handshake that goes well. */
  const HAPPY_PATH: readonly Phase[] = [
    'queued',
    'reaching',
    'preparing',
    'opening',
    'waiting',
    'exchanging',
    'installing',
    'proving',
    'connected',
  ];
  const FINAL: readonly Phase[] = ['connected', 'failed', 'cancelled', 'expired'];
  const besides = [
    'waiting → expired',
    'exchanging → waiting',
    // Durability: an earlier attempt has typed a code, or left a token.
    'opening → exchanging',
    'preparing → installing',
  ];

  test('follow each other along the happy path, and in no other way', () => {
    const forward = HAPPY_PATH.slice(1).map((phase, index) => `${HAPPY_PATH[index]} → ${phase}`);
    const away = HAPPY_PATH.slice(0, -1).flatMap((phase) => [`${phase} → failed`, `${phase} → cancelled`]);
    const legal = PHASES.flatMap((from) =>
      PHASES.filter((to) => mayMove(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(legal.toSorted()).toEqual([...forward, ...besides, ...away].toSorted());
  });

  test('end in four ways', () => {
    expect(PHASES.filter(isFinal)).toEqual(FINAL);
  });

  test('that work all have a deadline', () => {
    const working = PHASES.filter((phase) => phase !== 'queued' && !isFinal(phase));
    expect(Object.keys(DEADLINES_MS).toSorted()).toEqual(working.toSorted());
    for (const deadline of Object.values(DEADLINES_MS)) expect(deadline).toBeGreaterThan(1_000);
  });
});

describe('a secret', () => {
  const secret = new Secret('sk-ant-oat01-the-text-of-it');

  test.each<[string, () => string]>([
    ['a template', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true, getters: true })],
    ['a format', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error’s message', () => String(new Error(`no ${secret}`).stack)],
    [
      'a cause',
      () => inspect(new KeyferryError('internal_error', { detail: `${secret}`, cause: { secret } })),
    ],
    ['its members', () => JSON.stringify([Object.keys(secret), Object.entries(secret), { ...secret }])],
    ['concatenation', () => `${secret.toString()}${secret}`],
  ])('prints nothing of itself in %s', (_, print) => {
    expect(print()).not.toMatch(/oat01|the-text/);
  });

  test('gives its text, length and fingerprint when asked', () => {
    expect(secret.reveal()).toBe('sk-ant-oat01-the-text-of-it');
    expect(secret.length).toBe(27);
    expect(secret.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(secret.equals(new Secret(secret.reveal()))).toBe(true);
    expect(secret.equals(new Secret('another'))).toBe(false);
  });
});

describe('the catalogue', () => {
  const rows = Object.entries<CatalogueRow>(CATALOGUE);

  test.each(rows)('%s has all of its texts, whole sentences', (code, row) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)+$|^cancelled$/);
    expect([...PHASES, 'any', 'request']).toContain(row.phase);
    for (const text of [row.customer, row.support, row.next]) {
      expect(text).toMatch(/^[A-Z`]/);
      expect(text).toMatch(/[.?]$/);
      expect(text).not.toMatch(/\s\s|\n|TODO/);
    }
  });

  /** What a handshake or the doctor can end with, and what answers a request of the platform's. */
  const met = rows.filter(
    ([code, { phase }]) =>
      phase !== 'request' ||
      ['input_invalid', 'api_key_refused', 'not_here', 'too_many_requests', 'body_too_large'].includes(
        code,
      ) ||
      ['queue_full', 'look_late', 'service_unavailable'].includes(code),
  );
  test.each(met)('%s has words for the platform’s developers, who see no page', (_, { developer }) => {
    expect(developer).toMatch(/^[A-Z`]/);
    expect(developer).toMatch(/\.$/);
    expect(developer).not.toMatch(/\s\s|\n|TODO|reload|please|\byou\b.*(?:paste|click)|below/i);
  });

  test.each(rows)('%s tells the customer nothing internal', (_, row) => {
    expect(row.customer).not.toMatch(/SSH|PTY|token\b|`|stdin|setup-token|sshd|~\//i);
  });

  test('is printed whole by `keyferry errors`', async () => {
    const ran = await keyferry(['errors']);
    expect(ran.exitCode).toBe(0);
    for (const [code, { customer, support, next }] of rows)
      for (const text of [`${code}  (`, customer, support, next]) expect(ran.printed).toContain(text);
  });
});

describe('an error of the catalogue', () => {
  test('tells support what was seen, and keeps the cause', () => {
    const cause = new Error('x');
    const error = new KeyferryError('box_unreachable', { detail: 'ECONNREFUSED.', screen: 'a\nb', cause });
    expect(error.message).toBe(`${CATALOGUE.box_unreachable.support} ECONNREFUSED.`);
    expect(error).toMatchObject({ code: 'box_unreachable', screen: 'a\nb', cause });
    expect(error.row).toBe(CATALOGUE.box_unreachable);
  });

  test('carries nothing that could control a terminal, no matter what a box put into it', () => {
    const hostile = 'a\x1b]52;c;ZXZpbA==\x07\x9b2J\r\tb\u202e\u2028c';
    const error = new KeyferryError('openclaw_failed', { detail: hostile, screen: `${hostile}\nd` });
    const told = [error.message, error.detail, error.screen, error.stack].join('');
    expect(told).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
    expect(error.detail).toBe('a]52;c;ZXZpbA==2J bc');
    expect(error.screen).toMatch(/\nd$/);
  });

  test('is what any other error becomes', () => {
    const known = new KeyferryError('cancelled');
    expect(toKeyferryError(known)).toBe(known);
    expect(toKeyferryError(new TypeError('x is \x1b[31mnot'))).toMatchObject({
      code: 'internal_error',
      detail: 'TypeError: x is [31mnot',
    });
    for (const thrown of ['text', undefined, null, 7, { a: 1 }])
      expect(toKeyferryError(thrown).code).toBe('internal_error');
  });
});

test('plain text keeps lines, letters of all scripts and signs', () => {
  const text = 'Grüße, 世界 ✔ │ 🦞\nsecond line';
  expect(plainText(text)).toBe(text);
});
