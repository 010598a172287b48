import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PLATFORM_YAML } from '../../../scripts/openapi.ts';
import { headOf, readTypes } from '../../../scripts/openapi-types.ts';

test('the types of @keyferry/server are those of the document, as they were made: `npm run openapi` makes them', () => {
  const [head, types] = readTypes();
  const document = readFileSync(PLATFORM_YAML);
  expect(head).toBe(headOf(document, types));
  // One letter of either makes another head.
  expect(head).not.toBe(headOf(document, types.replace('string', 'number')));
  expect(head).not.toBe(headOf(Buffer.concat([document, Buffer.from(' ')]), types));
});
