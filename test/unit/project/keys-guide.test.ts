import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';

const GUIDE = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');

test('docs/keys.md names errors of the catalogue, and every one that a key can meet once it is stored', () => {
  const named = [...GUIDE.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code);
  for (const code of named) expect(Object.keys(CATALOGUE)).toContain(code);
  const met = Object.entries(CATALOGUE).filter(
    ([code, { phase }]) => phase === 'proving' && /^(key|provider|region)_/.test(code),
  );
  expect(met.length).toBeGreaterThan(5);
  for (const [code] of met) expect(named).toContain(code);
});
