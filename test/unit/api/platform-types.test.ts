import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PLATFORM_YAML } from '../../../scripts/openapi.ts';
import { headOf, PLATFORM_TYPES } from '../../../scripts/openapi-types.ts';

test('the types of @keyferry/server are those of the document: `npm run openapi` makes them', () => {
  const [head] = readFileSync(PLATFORM_TYPES, 'utf8').split('\n');
  expect(head).toBe(headOf(readFileSync(PLATFORM_YAML)));
});
