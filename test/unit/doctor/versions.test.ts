import { expect, test } from '@jest/globals';
import { judgeVersion, newestTried, satisfies } from '../../../worker/doctor/versions.ts';

test.each([
  ['24.16.0', '>=24.16.0 <25 || >=26.1.0', true],
  ['24.15.9', '>=24.16.0 <25 || >=26.1.0', false],
  ['25.2.0', '>=24.16.0 <25 || >=26.1.0', false],
  ['26.10.0', '>=24.16.0 <25 || >=26.1.0', true],
  ['18.0.0', '>=18.0.0', true],
  ['9.11.0', '>=18', false],
  ['24.0.0', '^24', undefined],
  ['24.0.0', '', undefined],
])('Node %s for %j: %s', (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

test('versions are told apart: tried, bad, and where untried ones stand', () => {
  expect(judgeVersion('claude', '2.1.330')).toEqual({ kind: 'tried' });
  expect(judgeVersion('claude', '1.0.128').kind).toBe('bad');
  expect(judgeVersion('openclaw', '2026.5.22')).toEqual({ kind: 'tried' });
  expect(judgeVersion('openclaw', '2026.10.1')).toEqual({ kind: 'untried', near: 'newer than 2026.9.6' });
  expect(judgeVersion('claude', '0.9.0')).toEqual({ kind: 'untried', near: 'older than 1.0.64' });
  expect(judgeVersion('claude', '2.1.100').kind).toBe('untried');
});

test('the newest tried are those of the tests on real programs', () => {
  expect([newestTried('claude'), newestTried('openclaw')]).toEqual(['2.1.332', '2026.9.6']);
});
