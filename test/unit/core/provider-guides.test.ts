import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { GUIDES } from '../../../core/contract/provider-guides.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { providersTable } from '../../../scripts/cli/providers.ts';
import { messages } from '../../../web/messages/en/keys.ts';

const KEYS = Object.keys(messages);

describe.each(Object.entries(GUIDES))('the guide to keys of %s', (id, { keysAt }) => {
  test('has a link, belongs to a row, and says of the first two steps what stands there', () => {
    expect(new URL(keysAt).protocol).toBe('https:');
    expect(PROVIDERS).toHaveProperty([id, 'key']);
    for (const step of [0, 1]) expect(KEYS).toContain(`guide.${id}.${step}`);
  });
});

test('what is said in a guide are whole sentences, and ends with copying the key', () => {
  const own = Object.entries(messages).filter(([key]) => /^guide\.[\w-]+\.\w+$/.test(key));
  const said = [...own.map(([, text]) => text), messages['guide.delete'], messages['guide.look']];
  for (const text of said) expect(text).toMatch(/^[A-Z“].{10,140}\.$/);
  for (const [key, text] of [...own, ['guide.copy.2', messages['guide.copy']]])
    if (`${key}`.endsWith('.2')) expect(text).toMatch(/Copy the .*paste it here/);
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
