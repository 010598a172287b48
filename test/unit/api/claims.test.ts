import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../../core/contract/errors.ts';
import { shownError } from '../../../scripts/screenshots/fixtures.ts';
import { SESSION, says, viewAfter } from '../web/page-states.ts';

/** Sentences that claim that a person knows of it, or will act: Keyferry tells nobody of a failure. */
const CLAIMS = [
  /\b(?:has|have|had|been|is|are|was|were|be|gets?) (?:\w+ )?(?:told|informed|notified|alerted|made aware)\b/i,
  /\bwe(?:['’]ve| have|['’]ll| will)? (?:\w+ )?(?:told|tell|informed?|notif\w+|alert\w*|let \w+ know)\b/i,
  /\b(?:will|shall|['’]ll) (?:\w+ )?(?:get back|get in touch|be in touch|contact you|call you|look into)\b/i,
  /\b(?:support|somebody|someone|team) (?:knows|is on it|is looking|will)\b/i,
];
const claims = (text: string) => CLAIMS.some((claim) => claim.test(text));

const ROOT = new URL('../../../', import.meta.url);

/** What a source file has between quotes, or as text of an element; comments are nobody's to read. */
function words(file: string): string[] {
  const source = readFileSync(new URL(file, ROOT), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return source.split('\n').filter((line) => /\w \w/.test(line));
}

describe('no message claims that somebody was told, or will be', () => {
  const rows = Object.entries<CatalogueRow>(CATALOGUE);

  test.each(rows)('%s', (_, { customer, support, next }) => {
    expect([customer, support, next].filter(claims)).toEqual([]);
  });

  const files = ['web', 'api', 'core'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|html)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );

  test.each(files)('%s', (file) => {
    expect(words(file).filter(claims)).toEqual([]);
  });

  test.each([
    'We could not find your machine. Support has been told.',
    'Support was informed.',
    'Somebody will be told.',
    'We have told support.',
    'We will let support know.',
    'Our team will get back to you.',
    'Support knows about this.',
  ])('such as: %s', (text) => {
    expect(claims(text)).toBe(true);
  });
});

test('a failure that sends the customer to support shows what to quote there', () => {
  const sendsToSupport = Object.entries<CatalogueRow>(CATALOGUE).filter(
    ([, { customer, phase }]) => phase !== 'request' && /\bsupport\b/.test(customer),
  );
  expect(sendsToSupport.length).toBeGreaterThan(20);
  for (const [code] of sendsToSupport) {
    const { screen } = viewAfter(SESSION, says('failed', { error: shownError(code as ErrorCode) }));
    expect(screen).toMatchObject({ name: 'trouble', reference: { code } });
  }
});
