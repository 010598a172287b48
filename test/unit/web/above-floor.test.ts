import { describe, expect, test } from '@jest/globals';
import { parseAst } from 'vite';
import { aboveFloor } from '../../../web/above-floor.ts';

const look = (script: string) => aboveFloor(parseAst(script) as never);

describe('a script that needs a browser newer than Safari 15.4, Chrome 100 and Firefox 102 is found out', () => {
  test.each([
    ['URL.canParse(text)', 'URL.canParse'],
    ['fetch(address, { signal: AbortSignal.timeout(5) })', 'AbortSignal.timeout'],
    ['AbortSignal.any([one, other])', 'AbortSignal.any'],
    ['const { promise } = Promise.withResolvers()', 'Promise.withResolvers'],
    ['Object.groupBy(all, by)', 'Object.groupBy'],
    ['list.toSorted()', '….toSorted()'],
    ['list.map(one).findLast(other)', '….findLast()'],
    ['new URLPattern(text)', 'URLPattern'],
    ['navigator.userActivation.isActive', 'navigator.userActivation'],
    ["jsx('div', { inert: true })", 'attribute inert'],
    ['class Some { static { begin(); } }', 'static { }'],
    ['/(?<!a)b/.test(text)', '/(?<!a)b/'],
  ])('%s', (script, what) => {
    expect(look(script)).toContain(what);
  });

  test.each([
    'structuredClone(thing)',
    'crypto.randomUUID()',
    'list.at(-1)',
    "Object.hasOwn(thing, 'name')",
    "text.replaceAll('a', 'b')",
    'new AbortController().abort()',
    'element.replaceChildren()',
    'thing.toSorted?.()',
    "typeof URLPattern === 'function'",
    'function URLPattern() {} new URLPattern()',
    '/(?<name>a)b/.test(text)',
  ])('and one that does not is not: %s', (script) => {
    expect(look(script)).toEqual([]);
  });
});
