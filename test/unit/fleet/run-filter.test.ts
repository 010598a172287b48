import { expect, test } from '@jest/globals';
import {
  type BoxFacts,
  filterWords,
  matcherOf,
  parseRunFilter,
  type RunFilter,
} from '../../../core/contract/fleet-filter.ts';

const BOX: BoxFacts = {
  customer: 'alice',
  names: ['default', 'main'],
  inventory: 'api',
  healths: ['working'],
  providers: ['anthropic'],
  reasons: [],
  looks: ['box_unreachable'],
  openclaw: '2026.9.6',
  claude: '2.1.330',
};

/** Whether the box is one of those that the text means. */
function matches(text: string | string[], box: Partial<BoxFacts> = {}): boolean {
  const filter = parseRunFilter([text].flat());
  if (typeof filter === 'string') throw new Error(filter);
  return matcherOf(filter)({ ...BOX, ...box });
}

test.each([
  ['customer=alice', true],
  ['customer=a*', true],
  ['customer=a', false],
  ['customer=bob,alice', true],
  ['customer=bob', false],
  ['customer=al?ce', true],
  ['customer=*', true],
  ['customer=*l*c*', true],
  ['customer=*ce*', true],
  ['customer=alice?', false],
  ['customer=a*d', false],
  ['customer=????????', false],
  ['box=main', true],
  ['box=default', true],
  ['box=other', false],
  ['health=working,expiring', true],
  ['health=none', false],
  ['provider=anthropic', true],
  ['provider=openai', false],
  ['reason=model_moved', false],
  ['look=box_unreachable', true],
  ['look=memory_short,box_call_timeout', false],
  ['connected=yes', true],
  ['connected=no', false],
  ['inventory=api', true],
  ['inventory=file,lightsail', false],
  ['openclaw=2026.9', true],
  ['openclaw=2026.9.6', true],
  ['openclaw=2026.9.60', false],
  ['openclaw=<2026.9', false],
  ['openclaw=<2026.10', true],
  ['openclaw=>=2026.4,<2026.9.7', true],
  ['openclaw=>=2026.4,<2026.9.6', false],
  ['openclaw=<=2026.9.6', true],
  ['openclaw=unknown', false],
  ['claude=2.1', true],
  ['claude=>2.1.330', false],
  ['customer=a*,health=attention', false],
  ['customer=a*, health=working', true],
])('%s: %s', (text, isOne) => {
  expect(matches(text)).toBe(isOne);
});

test('what is not connected has the health none, and of what nobody has seen no version is known', () => {
  const fresh = { healths: [], providers: [], reasons: [], looks: [], openclaw: null, claude: null };
  expect(matches('health=none,connected=no', fresh)).toBe(true);
  expect(matches('provider=anthropic', fresh)).toBe(false);
  expect(matches('openclaw=<2026.9', fresh)).toBe(false);
  expect(matches('openclaw=<2026.9,unknown', fresh)).toBe(true);
  expect(matches('openclaw=<2026.9,unknown')).toBe(false);
  expect(matches('openclaw=<2026.10,unknown')).toBe(true);
});

test('filters that are given several times narrow together', () => {
  expect(matches(['customer=a*', 'openclaw=2026.9'])).toBe(true);
  expect(matches(['customer=a*', 'openclaw=2026.4'])).toBe(false);
});

test('a list of customers narrows, and an empty filter is all boxes', () => {
  expect(matcherOf({ of: ['bob'] })(BOX)).toBe(false);
  expect(matcherOf({ of: ['bob', 'alice'] })(BOX)).toBe(true);
  expect(matcherOf(parseRunFilter([]) as RunFilter)(BOX)).toBe(true);
});

test.each([
  ['plan=gold', "'plan=gold' is no filter: write key=value, where key is one of customer, box, health"],
  ['alice', "'alice' is no filter"],
  ['health=fine', "'fine' is no value of health: working, expiring, attention, unknown, none"],
  ['connected=maybe', "connected is yes or no, not 'maybe'"],
  ['openclaw=newest', "'newest' is no value of openclaw: a version such as"],
  ['inventory=cloud', "'cloud' is no value of inventory: file, api, lightsail"],
  ['customer=', "'' is no value of customer"],
  ['customer=*a*b*c*d*e*f*g*h*', "'*a*b*c*d*e*f*g*h*' is no value of customer"],
])('%s is refused', (text, words) => {
  expect(parseRunFilter([text])).toMatch(words);
});

test('a filter is told as it was written', () => {
  const filter = parseRunFilter(['customer=a*,b*,connected=no', 'openclaw=<2026.9']);
  expect(filterWords(filter as RunFilter)).toBe('customer=a*,b* openclaw=<2026.9 connected=no');
});

test('a glob with many stars is read in steps that its length bounds', () => {
  const filter = { customer: [`${'*a'.repeat(8)}b`] };
  expect(matcherOf(filter)({ ...BOX, customer: 'a'.repeat(63) })).toBe(false);
  expect(matcherOf(filter)({ ...BOX, customer: `${'a'.repeat(62)}b` })).toBe(true);
});
