import { expect, test } from '@jest/globals';
import { parseAst } from 'vite';
import { withoutDescriptions } from '../../../web/without-json-schema.ts';

test.each([
  ['z.string().min(1).meta({ examples: [1] }).optional()', 'z.string().min(1).optional()'],
  [
    'z.object({ a: z.int().meta({ a: 1 }), b: z.int() }).meta({ id: "A" })',
    'z.object({ a: z.int(), b: z.int() })',
  ],
  ['z.int().meta({ examples: [one.meta({})] })', 'z.int()'],
  ['import.meta.dirname', 'import.meta.dirname'],
  ['it.meta.x(1)', 'it.meta.x(1)'],
])('the page has no descriptions of its schemas: %s', (code, left) => {
  expect(withoutDescriptions(code, parseAst(code) as never)).toBe(left);
});
