import { describe, expect, test } from '@jest/globals';
import { holdsSealed } from '../../../scripts/chaos/aftermath.ts';
import type { Entry } from '../../../scripts/chaos/ledger.ts';
import { FAULTS, plan, STRUCK_PHASES } from '../../../scripts/chaos/plan.ts';
import { requirements } from '../../../scripts/chaos/requirements.ts';
import type { Evidence } from '../../../scripts/chaos/run.ts';
import { table } from '../../../scripts/chaos/table.ts';

const OPTIONS = { handshakes: 300, concurrency: 10, seed: 1 };

const GOOD: Entry = {
  fault: 'kill-worker',
  met: true,
  phase: 'waiting',
  drawn: 'waiting',
  customer: 'customer-1',
  ending: 'same link',
  linkKept: true,
  tokens: ['installed'],
  secondSignIns: 0,
  typedTwice: 0,
  sentAgain: 0,
  untrue: false,
  seconds: 3,
  connected: 'a-handshake',
  handshakes: new Set(),
  diary: [],
};

const CLEAN = { processes: [], holders: [], jobs: 0, sealed: [], leaks: [], places: 9 };
const RECORDED = { unwritten: [], untold: [], connections: [], webhooks: [], handshakes: 4, arrived: 5 };

/** What is not so after one handshake like this, and with this left behind. */
function notMet(
  entry: Partial<Entry>,
  aftermath: Partial<Evidence['aftermath']> = {},
  stops: Evidence['stops'] = [],
  record: Partial<Evidence['record']> = {},
): string[] {
  const evidence = {
    entries: [{ ...GOOD, ...entry }],
    stops,
    logs: {},
    aftermath: { ...CLEAN, ...aftermath },
    record: { ...RECORDED, ...record },
  };
  return requirements(evidence)
    .filter(({ met }) => !met)
    .map(({ counted, says }) => `${counted} ${says}`);
}

describe('the plan of a chaos run', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(plan(OPTIONS)).toEqual(plan(OPTIONS));
    expect(plan(OPTIONS)).not.toEqual(plan({ ...OPTIONS, seed: 2 }));
  });

  test('has every fault in every phase, and nobody twice in one round', () => {
    const rounds = plan(OPTIONS);
    const met = new Set(
      rounds.flatMap(({ fault, trials }) => trials.map(({ phase }) => `${fault} ${phase}`)),
    );
    expect(met.size).toBe(FAULTS.length * STRUCK_PHASES.length);
    for (const { trials } of rounds)
      expect(new Set(trials.map(({ customer }) => customer)).size).toBe(trials.length);
  });

  test('keeps to the fault and the phase that were asked for', () => {
    const rounds = plan({ ...OPTIONS, handshakes: 7, faults: ['cut-ssh'], phases: ['proving'] });
    expect(rounds.map(({ fault }) => fault)).toEqual(['cut-ssh']);
    expect(rounds[0]?.trials.map(({ holdAt }) => holdAt)).toEqual(Array(7).fill('proving'));
  });
});

describe('what a chaos run requires', () => {
  test('is met by a handshake that ended well', () => {
    expect(notMet({})).toEqual([]);
    expect(notMet({ ending: 'own retry', tokens: ['installed'] })).toEqual([]);
    // Of one that was parked a worker has nothing, and what an api was sent may have gone with it.
    expect(notMet({ phase: 'parked', linkKept: false })).toEqual([]);
    expect(notMet({ fault: 'kill-api', phase: 'parked', sentAgain: 1 })).toEqual([]);
    expect(notMet({ sentAgain: 1 })).toEqual([]);
    expect(notMet({ fault: 'kill-api', linkKept: false, ending: 'fresh link' })).toEqual([]);
    expect(notMet({}, {}, [{ code: 0, ms: 900 }])).toEqual([]);
  });

  test.each<[string, Parameters<typeof notMet>]>([
    ['0 of 1 handshakes end', [{ ending: 'STUCK' }]],
    ['1 of 2 (1 superseded, 0 reported) tokens lost', [{ tokens: ['lost', 'superseded'] }]],
    ['2 sign-ins after a token', [{ secondSignIns: 2 }]],
    ['1 codes that reached Anthropic', [{ typedTwice: 1 }]],
    ['2 codes that were left asleep', [{ phase: 'parked', sentAgain: 2 }]],
    ['1 pages that say connected', [{ untrue: true }]],
    ['0 of 1 links', [{ linkKept: false }]],
    ['0 of 1 workers', [{}, {}, [{ code: 'SIGKILL', ms: 900 }]]],
    ['0 of 1 workers', [{}, {}, [{ code: 0, ms: 12_000 }]]],
    ['1 processes left', [{}, { processes: ['customer-1: 17 claude setup-token'] }]],
    ['1 holders', [{}, { holders: ['customer-1: a-handshake'] }]],
    ['1 handshakes that no worker', [{}, { jobs: 1 }]],
    ['1 sealed codes or tokens', [{}, { sealed: ['keyferry:code:a'] }]],
    ['1 of 9 places', [{}, { leaks: ['log of worker-1'] }]],
    ['1 beside 4 handshakes entries', [{}, {}, [], { unwritten: ['attempt: waits'] }]],
    ['1 handshakes that the database', [{}, {}, [], { untold: ['a-handshake: not there'] }]],
    ['1 connections that are not', [{}, {}, [], { connections: ['a-handshake: 2'] }]],
    ['1 beside 5 that arrived ends of which', [{}, {}, [], { webhooks: ['a-handshake: none'] }]],
  ])('is not met: %s', (says, [entry, aftermath, stops, record]) => {
    expect(notMet(entry, aftermath, stops, record)).toEqual([expect.stringContaining(says)]);
  });
});

test('the table counts endings by fault and phase, and those beside a fault apart', () => {
  const entries: Entry[] = [
    GOOD,
    { ...GOOD, ending: 'fresh link', linkKept: false },
    { ...GOOD, met: false },
  ];
  const [head = '', , ...rows] = table(entries).split('\n');
  const cells = (row: string) => row.split('|').map((cell) => cell.trim());
  const told = rows.map((row) => Object.fromEntries(cells(row).map((cell, at) => [cells(head)[at], cell])));
  expect(told).toEqual([
    expect.objectContaining({ phase: 'waiting', handshakes: '2', 'fresh link': '1', 'link kept': '1/2' }),
    expect.objectContaining({ phase: '(beside it)', handshakes: '1', 'same link': '1' }),
    expect.objectContaining({ fault: 'all', handshakes: '3' }),
  ]);
});

test('the last screen of an attempt is sealed in its record, and nothing else may be left sealed', () => {
  const sealed = 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc';
  const attempt = JSON.stringify({ phase: 'failed', sealed });
  expect(holdsSealed(JSON.stringify({ '1': attempt }))).toBe(false);
  expect(holdsSealed(JSON.stringify({ '1': attempt, token: sealed }))).toBe(true);
  expect(holdsSealed(sealed)).toBe(true);
});
