import { describe, expect, test } from '@jest/globals';
import { REPAIR_NAMES, type RepairRecord } from '../../../../core/contract/repairs.ts';
import { FLEET, practiceRepair } from '../../../../scripts/screenshots/fleet-fixtures.ts';
import {
  confirmWords,
  endWords,
  manyWords,
  offerOf,
  sorted,
  statesOf,
  titleOf,
} from '../../../../web/console/model/repairs.ts';

const [LINE] = FLEET as [(typeof FLEET)[number]];
const repair = (name: string, more: Partial<RepairRecord> = {}) => practiceRepair(LINE, name, 1, more);
const told = repair('config-key-out', { outcome: 'told' });
const done = repair('config-key-out', { before: { auth: 'api-key' } });
const WRONG = { health: 'attention', reason: 'credential_overridden' } as const;
const WELL = { health: 'working', reason: null } as const;

describe('what can be asked for of a repair', () => {
  test.each([
    ['told, and still wrong', told, WRONG, 'repair'],
    ['failed, and still wrong', repair('config-key-out', { outcome: 'failed' }), WRONG, 'repair'],
    [
      'begun by a worker of which nothing was heard',
      repair('config-key-out', { outcome: 'tried' }),
      WRONG,
      'repair',
    ],
    ['told, but the connection works', told, WELL, undefined],
    ['told, but something else is wrong', repair('order-back', { outcome: 'told' }), WRONG, undefined],
    ['done', done, WELL, 'undo'],
    ['done, and what stood before is not known', repair('config-key-out'), WELL, undefined],
    ['a cooldown that was cleared', repair('cooldown-clear', { before: { paused: null } }), WELL, undefined],
    ['undone', repair('order-back', { outcome: 'undone', before: {} }), WELL, undefined],
    ['of a newer version', repair('gateway-up', { outcome: 'told' }), WRONG, undefined],
  ] as const)('%s', (_, one, connection, offer) => {
    expect(offerOf(one, [one], connection)).toBe(offer);
  });

  test('only of the newest of its name', () => {
    const other = repair('order-back', { before: { order: null } });
    const all = [done, other, told];
    expect(all.map((one) => offerOf(one, all, WRONG))).toEqual(['undo', 'undo', undefined]);
    expect(offerOf(done, [told, done], WRONG)).toBeUndefined();
  });
});

test('the newest and what can be done now are shown at once, the others below', () => {
  const newest = repair('order-back');
  const all = [newest, told, repair('order-back', { outcome: 'undone' })];
  expect(sorted(all, WRONG)).toEqual({ shown: [newest, told], earlier: [all[2]] });
  expect(sorted(all, WELL)).toEqual({ shown: [newest], earlier: all.slice(1) });
});

test.each(REPAIR_NAMES)('%s has words of its own, and says what happens before it is asked for', (name) => {
  const one = repair(name);
  expect(titleOf(one)).not.toBe(name);
  const [does, undoes] = [confirmWords(one, 'repair'), confirmWords(one, 'undo')];
  expect(does.title).toContain(`${one.customer}’s box (default)`);
  expect(does.text).toContain('A worker looks at the box first');
  expect(undoes.text).toContain('does not do it again by itself');
  expect(does.text).not.toBe(undoes.text);
});

describe('how a run ended is said as far as it was seen', () => {
  const run = '0b9fd1f6-0000-4000-8000-000000000003';
  test.each([
    [{ state: 'done', outcome: 'repaired' }, 'repair', 'has shown that it helped', undefined],
    [{ state: 'done', outcome: 'undone' }, 'undo', 'put back', undefined],
    [{ state: 'done', outcome: 'not_seen' }, 'repair', 'Nothing was done', undefined],
    [
      { state: 'done', outcome: 'told', why: 'The vault has no copy.' },
      'repair',
      'The vault has no copy.',
      undefined,
    ],
    [{ state: 'done', outcome: 'failed', error: 'key_revoked' }, 'repair', 'has not helped', 'key_revoked'],
    [
      { state: 'done', outcome: 'failed', error: 'box_unreachable' },
      'undo',
      'could not be undone',
      'box_unreachable',
    ],
    [{ state: 'failed', error: 'worker_lost' }, 'repair', 'did not come to its end', 'worker_lost'],
  ] as const)('%j', (end, task, text, code) => {
    const said = endWords({ run, ...end }, task);
    expect(said.text).toContain(text);
    expect(said.code).toBe(code);
    expect(said.isBad ?? false).toBe(code !== undefined);
  });
});

test('what stood on the box is told before and after, and what nobody saw as such', () => {
  const states = statesOf({ before: { order: ['a', 'b'], auth: null }, after: { order: ['b'] } });
  expect(states).toEqual([
    { name: 'order', before: ['a', 'b'], after: ['b'] },
    { name: 'auth', before: [], after: undefined },
  ]);
});

test('of many it is said how far they are, and which have not helped, with why', () => {
  const customers = ['alice', 'bob', 'carol', 'dora', 'eve'];
  const runs = customers.map((customer, at) => ({
    ...{ customer, connection: `c${at}`, name: 'model-back' },
    ...(customer === 'eve' ? { error: 'not_here' as const } : { run: `r${at}` }),
  }));
  const far = [
    { run: 'r0', state: 'done', outcome: 'repaired' },
    { run: 'r1', state: 'done', outcome: 'told', why: 'The vault has no copy.' },
    { run: 'r2', state: 'failed', error: 'box_unreachable' },
    { run: 'r3', state: 'running' },
  ] as const;
  const { text, failed } = manyWords({ runs, none: 2 }, far, false);
  expect(text).toBe('Of 5 asked for: 1 put right, 3 not, 1 under way. For 2 there is nothing to put right.');
  expect(failed.map(({ customer, connection: _, ...end }) => [customer, end])).toEqual([
    ['bob', { why: 'The vault has no copy.' }],
    ['carol', { code: 'box_unreachable' }],
    ['eve', { code: 'not_here' }],
  ]);
  expect(manyWords({ runs, none: 0 }, far.slice(0, 3), true).text).toBe(
    'Of 5 asked for: 1 put right, 3 not, 1 whose end is not known.',
  );
});
