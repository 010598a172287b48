import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Admission } from '../../../worker/queue/admission.ts';
import { Pace } from '../../../worker/queue/pace.ts';

const NEVER = new AbortController().signal;
// Six hundred wait with one.
setMaxListeners(0, NEVER);

/** A pace that is given. */
function paceOf(limit: number): Pace {
  return Object.defineProperty(new Pace(), 'limit', { get: () => limit });
}

function scene({ limit = 2, onPage = new Set<string>() } = {}) {
  const admitted: string[] = [];
  const leave = new Map<string, () => void>();
  const asked: string[][] = [];
  const errors: unknown[] = [];
  const admission = new Admission({
    onPage: async (customers) => {
      asked.push([...customers]);
      return new Set(customers.filter((customer) => onPage.has(customer)));
    },
    onError: (error) => errors.push(error),
    pace: paceOf(limit),
  });
  const enter = (name: string, signal: AbortSignal = NEVER) =>
    admission.enter(name, name, signal).then((left) => {
      admitted.push(name);
      leave.set(name, left);
    });
  const settle = async () => {
    for (let turns = 0; turns < 20; turns += 1) await turn();
  };
  return { admission, admitted, leave, asked, errors, enter, settle };
}

describe('handshakes on the way to their link', () => {
  test('are as many at once as the pace says, in the order in which they came', async () => {
    const { admission, admitted, leave, enter, settle } = scene({ limit: 2 });
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    await settle();
    expect(admitted).toEqual(['a', 'b']);
    expect(admission.waiting).toBe(2);
    leave.get('b')?.();
    leave.get('b')?.();
    await settle();
    expect(admitted).toEqual(['a', 'b', 'c']);
    leave.get('a')?.();
    leave.get('c')?.();
    await settle();
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
    admission.stop();
  });

  test('a burst of 600 is let in bit by bit, and all of it', async () => {
    let most = 0;
    const inside = new Set<number>();
    const admission = new Admission({ onPage: async () => new Set(), onError: () => {}, pace: paceOf(24) });
    await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        const left = await admission.enter(`h-${at}`, `c-${at}`, NEVER);
        inside.add(at);
        most = Math.max(most, inside.size);
        for (let turns = 0; turns < 8; turns += 1) await turn();
        inside.delete(at);
        left();
      }),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(24);
    expect(admission.waiting).toBe(0);
    admission.stop();
  });

  test('those whose customer has the page open come first, the rest in order', async () => {
    const { admission, admitted, leave, asked, enter, settle } = scene({ limit: 1, onPage: new Set(['d']) });
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    while (asked.length === 0) await turn();
    await settle();
    expect(asked[0]).toEqual(['b', 'c', 'd']);
    for (const name of ['a', 'd', 'b', 'c']) {
      leave.get(name)?.();
      await settle();
    }
    expect(admitted).toEqual(['a', 'd', 'b', 'c']);
    admission.stop();
  });

  test('one whose customer has just said something comes next', async () => {
    const { admission, admitted, leave, enter, settle } = scene({ limit: 1 });
    for (const name of ['a', 'b', 'c']) void enter(name);
    await settle();
    admission.hurry('c');
    admission.hurry('nobody');
    leave.get('a')?.();
    await settle();
    expect(admitted).toEqual(['a', 'c']);
    admission.stop();
  });

  test('the rest are not kept out for ever by those who are on their page', async () => {
    const { admission, admitted, leave, enter, settle } = scene({ limit: 1 });
    void enter('first');
    void enter('patient');
    for (let at = 0; at < 20; at += 1) {
      void enter(`on-page-${at}`);
      admission.hurry(`on-page-${at}`);
    }
    for (let at = 0; at < 18; at += 1) {
      await settle();
      leave.get(admitted.at(-1) ?? '')?.();
    }
    await settle();
    expect(admitted).toContain('patient');
    admission.stop();
  });

  test('one that is cancelled, or handed over, while it waits is gone, and takes nobody’s place', async () => {
    const { admission, admitted, leave, enter, settle } = scene({ limit: 1 });
    void enter('a');
    const cancelled = new AbortController();
    const waiting = enter('b', cancelled.signal);
    void enter('c');
    await settle();
    cancelled.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    expect(admission.waiting).toBe(1);
    leave.get('a')?.();
    await settle();
    expect(admitted).toEqual(['a', 'c']);
    admission.stop();
  });

  test('one whose box takes its time does not keep the others waiting', async () => {
    const { admission, admitted, leave, enter } = scene({ limit: 1 });
    void enter('slow');
    await enter('b');
    expect(admitted).toEqual(['slow', 'b']);
    for (const left of leave.values()) left();
    admission.stop();
  });
});

describe('the pace', () => {
  test('rises while the loop is quick and more would come, falls when it is late, and never to nothing', () => {
    const pace = new Pace();
    const first = pace.limit;
    pace.adjust(0, false);
    expect(pace.limit).toBe(first);
    pace.adjust(0, true);
    const more = pace.limit;
    expect(more).toBeGreaterThan(first);
    pace.adjust(100, true);
    expect(pace.limit).toBe(more);
    pace.adjust(1_000, true);
    expect(pace.limit).toBeLessThan(more);
    for (let at = 0; at < 100; at += 1) pace.adjust(5_000, true);
    expect(pace.limit).toBeGreaterThan(0);
    for (let at = 0; at < 1_000; at += 1) pace.adjust(0, true);
    expect(pace.limit).toBeLessThan(1_000);
  });
});
