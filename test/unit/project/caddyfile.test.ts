import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('the proxy compresses nothing: the api does, and knows what holds a secret', () => {
  const file = readFileSync(new URL('../../../deploy/Caddyfile', import.meta.url), 'utf8');
  expect(file).not.toMatch(/^\s*encode\b/m);
});
