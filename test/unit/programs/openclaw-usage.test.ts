import { expect, test } from '@jest/globals';
import { summedUp } from '../../support/summed-up.ts';

const totals = (input: number, output: number, more: object = {}) => ({
  ...{ input, output, cacheRead: 0, cacheWrite: 0, totalCost: 0, missingCostEntries: 0 },
  ...more,
});
/** As 2026.9.6 and 2026.7.1 were seen to say it; what is not read is left out, but for names. */
const session = (sessionId: string, modelUsage: object[]) => ({
  key: 'agent:main:whatsapp:direct:+436601234567',
  label: 'A secret plan',
  sessionId,
  agentId: 'main',
  usage: { modelUsage },
});
const of = (model: string, count: number, sums: object) => ({
  provider: 'openai',
  model,
  count,
  totals: sums,
});

test('chats are summed up by source, provider and model, and no name of theirs comes out', () => {
  const { stdout, read } = summedUp({
    sessions: [
      session('one', [of('gpt-5.4', 2, totals(10, 4, { cacheRead: 7, totalCost: 0.0000825 }))]),
      session('one', [of('gpt-5.4', 1, totals(1, 1, { missingCostEntries: 1 }))]),
      session('two', [of('gpt-5.4', 1, totals(100, 40)), of('gpt-5.4-mini', 3, totals(5, 5))]),
      { ...session('three', []), usage: null },
    ],
    cacheStatus: { status: 'fresh' },
  });
  expect(read.state).toBe('read');
  expect(read.rows.map(([, ...row]) => row)).toEqual([
    ['openai', 'gpt-5.4', 3, 11, 5, 7, 0, 83, 1],
    ['openai', 'gpt-5.4', 1, 100, 40, 0, 0, 0, 0],
    ['openai', 'gpt-5.4-mini', 3, 5, 5, 0, 0, 0, 0],
  ]);
  const [one, two, mini] = read.rows.map(([source]) => source);
  expect(one).not.toBe(two);
  expect(two).toBe(mini);
  expect(stdout).not.toMatch(/whatsapp|4366|plan|"one"/);
});

test.each([
  ['OpenClaw is still counting', { sessions: [], cacheStatus: { status: 'refreshing' } }, 'partial'],
  ['there are more chats than were asked for', { sessions: [session('a', []), session('b', [])] }, 'partial'],
  [
    'there are more rows than are read',
    { sessions: ['a', 'b', 'c', 'd', 'e', 'f'].map((model) => session(model, [of(model, 1, totals(1, 1))])) },
    'too_much',
  ],
  ['it is something else', { error: 'no such method' }, 'unsaid'],
  ['it is no JSON', 'Gateway call failed', 'unsaid'],
  ['it is nothing', '', 'unsaid'],
])('%s', (_, said, state) => {
  const most = state === 'too_much' ? { rows: 5 } : { sessions: 2 };
  expect(summedUp(said, most).read).toEqual({ state, rows: [] });
});

test('what is no count is none, and what is no name is unknown', () => {
  const odd = {
    provider: 'a b',
    model: { x: 1 },
    count: -1,
    totals: totals(Number.NaN, 2.6, { totalCost: 'much' }),
  };
  const { read } = summedUp({ sessions: [session('one', [odd])] });
  expect(read.rows.map(([, ...row]) => row)).toEqual([['unknown', 'unknown', 0, 0, 3, 0, 0, 0, 0]]);
});
