import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { GUIDES } from '../../../core/contract/provider-guides.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { providersTable } from '../../../scripts/cli/providers.ts';

describe.each(Object.entries(GUIDES))('the guide to keys of %s', (id, guide) => {
  test('has a link, three steps, and whole sentences', () => {
    expect(new URL(guide.keysAt).protocol).toBe('https:');
    expect(guide.steps).toHaveLength(3);
    for (const text of [...guide.steps, guide.least, guide.limit, guide.revoke])
      expect(text).toMatch(/^[A-Z“].{10,140}\.$/);
  });

  test('ends with copying the key, and belongs to a row', () => {
    expect(guide.steps[2]).toMatch(/Copy the .*paste it here/);
    expect(PROVIDERS).toHaveProperty([id, 'key']);
  });
});

test('every provider with a key has a guide, except the one that nobody knows', () => {
  const withKeys = Object.values(PROVIDERS).filter(({ key, id }) => key && id !== 'custom');
  expect(Object.keys(GUIDES).toSorted()).toEqual(withKeys.map(({ id }) => id).toSorted());
});

test('no two providers have the same name or letters', () => {
  const rows = Object.values(PROVIDERS);
  expect(new Set(rows.map(({ icon }) => icon)).size).toBe(rows.length);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});

test('docs/providers.md has the table that `keyferry providers` prints', () => {
  const read = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');
  expect(read).toContain(providersTable());
});
