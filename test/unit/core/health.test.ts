import { describe, expect, test } from '@jest/globals';
import {
  type HealthState,
  healthAt,
  isTurnDue,
  nextChangeAt,
  nextHealth,
  nextLookIn,
  reminderAt,
  type Seen,
  seenByOwnTurn,
  seenByTurn,
  seenWhileHeld,
  type Validity,
} from '../../../core/contract/health.ts';

const DAY = 24 * 60 * 60_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

const WORKING: HealthState = {
  health: 'working',
  reason: null,
  since: at(0),
  checkedAt: at(0),
  suspected: null,
  isByTurn: false,
};
const proved: Seen = { outcome: 'working', isProved: true };
const works: Seen = { outcome: 'working' };
const missing: Seen = { outcome: 'attention', code: 'credential_overridden' };
const refused: Seen = { outcome: 'attention', code: 'key_rejected' };
const certain: Seen = { ...refused, isCertain: true };
const down: Seen = { outcome: 'attention', code: 'gateway_down' };
const noAccess: Seen = { outcome: 'attention', code: 'key_no_access' };
const refuses: Seen = seenByOwnTurn('gateway_refuses', true);
const noCredit: Seen = { outcome: 'attention', code: 'key_no_credit' };
const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };
const silent: Seen = { outcome: 'inconclusive', code: 'provider_down' };
const failed: Seen = { outcome: 'inconclusive', code: 'openclaw_failed' };
const ofOps: Seen = { outcome: 'attention', code: 'model_moved', agent: 'ops' };
const ofDev: Seen = { outcome: 'attention', code: 'model_moved', agent: 'dev' };
const ofDefault: Seen = { outcome: 'attention', code: 'model_moved' };
const opsToo: Seen = { outcome: 'working', agent: 'ops' };
const devToo: Seen = { outcome: 'working', agent: 'dev' };
const shut: Seen = { outcome: 'unreachable', code: 'ssh_auth_failed' };

/** The state after these looks, a minute apart from the first minute on. */
const seeing = (...seen: Seen[]) =>
  seen.reduce((state, one, index) => nextHealth(state, one, at(index + 1)), WORKING);

describe('one look that fails changes nothing that a second does not confirm:', () => {
  test.each<[string, Seen[], HealthState['health'], string | null]>([
    ['a credential is said to be overridden once', [missing], 'working', null],
    ['twice', [missing, missing], 'attention', 'credential_overridden'],
    ['twice, for another reason each time', [missing, refused], 'attention', 'key_rejected'],
    ['once, and then it works', [missing, works], 'working', null],
    ['every second time', [missing, works, missing, works, missing], 'working', null],
    ['of another agent once, and then that one works', [ofOps, opsToo, ofOps], 'working', null],
    [
      'of another agent twice, and the look between was at others',
      [ofOps, works, devToo, ofOps],
      'attention',
      'model_moved',
    ],
    [
      'it is so for another agent, and looks go on at others',
      [ofOps, ofOps, works, devToo, proved],
      'attention',
      'model_moved',
    ],
    ['of another agent once, and something else of the default one', [ofOps, down], 'working', null],
    ['of the default agent once, and something else of another one', [down, ofOps], 'working', null],
    ['of one agent once, and of a second one', [ofOps, ofDev], 'working', null],
    [
      'it is so for another agent, and once for the default one, too',
      [ofOps, ofOps, ofDefault, works],
      'attention',
      'model_moved',
    ],
    ['it is no longer so for that agent', [ofOps, ofOps, opsToo], 'working', null],
    [
      'it is so for another agent, and then for the default one, too',
      [ofOps, ofOps, down, down, works],
      'working',
      null,
    ],
    ['once by a turn that somebody asked for', [certain], 'attention', 'key_rejected'],
    ['a box is off once', [off], 'working', null],
    ['twice', [off, off], 'unknown', 'box_unreachable'],
    ['it is off, and then something is wrong', [off, missing], 'working', null],
    ['something is wrong, and then it is off', [missing, off, off], 'unknown', 'box_unreachable'],
    ['it is wrong, then off, and wrong again', [missing, off, missing], 'attention', 'credential_overridden'],
    [
      'it is off, and wrong, over and over',
      [off, missing, off, missing],
      'attention',
      'credential_overridden',
    ],
    [
      'it is off, wrong, off for two looks, and wrong again',
      [missing, off, off, missing],
      'attention',
      'credential_overridden',
    ],
    ['it is off every second time, and works', [off, works, off, works, off], 'working', null],
    [
      'it is broken, then otherwise, off, and otherwise again',
      [missing, missing, down, off, down],
      'attention',
      'gateway_down',
    ],
    [
      'it is not reached for one reason, and then once for another',
      [off, off, shut],
      'unknown',
      'box_unreachable',
    ],
    ['and twice', [off, off, shut, shut], 'unknown', 'ssh_auth_failed'],
    ['it is off, and back, and says nothing once', [off, off, failed], 'unknown', 'box_unreachable'],
    ['and twice', [off, off, failed, failed], 'unknown', 'openclaw_failed'],
    ['it is off, and back', [off, off, works], 'working', null],
    ['it is off, and back, and wrong', [off, off, missing], 'unknown', 'box_unreachable'],
    [
      'it is off, and back, and wrong twice',
      [off, off, missing, missing],
      'attention',
      'credential_overridden',
    ],
    ['it is broken, and then off', [certain, off, off, off], 'attention', 'key_rejected'],
    [
      'its provider refuses it, and a look sees something else',
      [certain, missing],
      'attention',
      'key_rejected',
    ],
    ['and two looks do', [certain, missing, missing], 'attention', 'key_rejected'],
    [
      'its provider refuses it, something else is seen once, and OpenClaw would use it',
      [certain, missing, works],
      'attention',
      'key_rejected',
    ],
    ['it is broken, and once otherwise', [missing, missing, down], 'attention', 'credential_overridden'],
    ['it is broken, and twice otherwise', [missing, missing, down, down], 'attention', 'gateway_down'],
    [
      'it is broken, and otherwise each time',
      [missing, missing, down, refused, down],
      'attention',
      'credential_overridden',
    ],
    [
      'the watch’s own turn says that the key may not use its model',
      [noAccess, works, works],
      'working',
      null,
    ],
    ['and a second one, too', [noAccess, works, noAccess], 'attention', 'key_no_access'],
    ['and no look takes that back', [noAccess, works, noAccess, works], 'attention', 'key_no_access'],
    ['and the second one answers', [noAccess, works, proved, noAccess], 'working', null],
    ['the gateway refuses a turn of the watch’s own', [refuses, works, works], 'working', null],
    ['and a second one', [refuses, works, refuses], 'attention', 'gateway_refuses'],
    ['and no look takes that back', [refuses, refuses, works], 'attention', 'gateway_refuses'],
    ['and then it answers', [refuses, refuses, proved], 'working', null],
    [
      'the gateway refuses a turn that somebody asked for',
      [seenByTurn('gateway_refuses', true), works],
      'attention',
      'gateway_refuses',
    ],
    ['OpenClaw says that there is no credit', [noCredit, noCredit], 'attention', 'key_no_credit'],
    ['and no longer does', [noCredit, noCredit, works], 'working', null],
    [
      'a turn says that there is no credit, and OpenClaw does not',
      [{ ...noCredit, isCertain: true }, works],
      'attention',
      'key_no_credit',
    ],
    ['it is broken, and answers again', [certain, proved], 'working', null],
    [
      'its provider refuses it, and OpenClaw would use it all the same',
      [certain, works, works],
      'attention',
      'key_rejected',
    ],
    ['something was in its way, and is not any more', [missing, missing, works], 'working', null],
  ])('%s', (_, seen, health, reason) => {
    expect(seeing(...seen)).toMatchObject({ health, reason });
  });

  test('the first of the two is since when it is so', () => {
    expect(seeing(missing, missing)).toMatchObject({ since: at(1), checkedAt: at(2) });
    expect(seeing(off, off)).toMatchObject({ since: at(1), checkedAt: at(0) });
    expect(seeing(missing, off, off)).toMatchObject({ health: 'unknown', since: at(2), checkedAt: at(0) });
    expect(seeing(missing, off, missing)).toMatchObject({ since: at(1), checkedAt: at(3) });
    expect(seeing(off, off, shut, shut)).toMatchObject({ since: at(3) });
    expect(seeing(off, off, failed, failed)).toMatchObject({ since: at(1) });
    expect(seeing(missing, works)).toMatchObject({ since: at(0), checkedAt: at(2) });
    expect(seeing(certain, missing)).toMatchObject({ since: at(1), checkedAt: at(1) });
    expect(seeing(missing, missing, down, down)).toMatchObject({ since: at(1), checkedAt: at(4) });
  });
});

test('what may pass is wrong only once look after look has said it for half a day', () => {
  const paused: Seen = { outcome: 'attention', code: 'credential_in_cooldown', mustLast: true };
  const seeingAt = (...looks: [hour: number, seen: Seen][]) =>
    looks.reduce((state, [hour, seen]) => nextHealth(state, seen, at(60 * hour)), WORKING);
  const pausedAt = (...hours: number[]) => seeingAt(...hours.map((hour) => [hour, paused] as [number, Seen]));
  expect(pausedAt(1, 2, 3, 12.9)).toMatchObject({ health: 'working', suspected: { since: at(60) } });
  expect(pausedAt(1, 2, 3, 13)).toMatchObject({
    health: 'attention',
    reason: 'credential_in_cooldown',
    since: at(60),
    isByTurn: false,
  });
  expect(seeingAt([1, paused], [2, works], [3, paused], [14, paused])).toMatchObject({ health: 'working' });
  // It confirms nothing else, and nothing else confirms it.
  expect(seeingAt([1, paused], [2, down])).toMatchObject({ health: 'working' });
  expect(seeingAt([1, down], [2, paused])).toMatchObject({ health: 'working' });
  expect(seeingAt([1, paused], [2, down], [3, down])).toMatchObject({ reason: 'gateway_down' });
});

test('one look that says nothing of the credential changes nothing, in any state', () => {
  for (const state of states()) {
    const { suspected: _, ...then } = nextHealth(state, silent, at(9));
    expect({ ...then, suspected: state.suspected }).toEqual(state);
    if (state.health !== 'unknown') expect(nextHealth(state, silent, at(9))).toBe(state);
  }
});

describe('where looks say nothing for long, how it is is not known:', () => {
  const HOUR = 60;
  /** The state after looks at these hours that all say the same. */
  const saying = (seen: Seen, hours: readonly number[], from: HealthState = WORKING) =>
    hours.reduce(
      (state, hour, index) =>
        nextHealth(state, seen, at(hour * HOUR), { failures: index + 1, watchHours: 24 }),
      from,
    );

  test('three times the hours between looks, since it was last seen, and five looks', () => {
    const before = saying(failed, [1, 2, 4, 8, 16, 32, 56, 71.9]);
    expect(before).toBe(WORKING);
    expect(saying(failed, [1, 2, 4, 8, 16, 32, 56, 72])).toEqual({
      ...WORKING,
      health: 'unknown',
      reason: 'openclaw_failed',
      since: at(0),
    });
    // Nobody has looked for a week: that alone says nothing.
    expect(saying(failed, [168, 168.5, 169, 170])).toBe(WORKING);
    expect(saying(failed, [168, 168.5, 169, 170, 173])).toMatchObject({ health: 'unknown', since: at(0) });
  });

  test('and one that sees something says it again', () => {
    const unknown = saying(failed, [1, 2, 4, 8, 72]);
    expect(nextHealth(unknown, works, at(80 * HOUR))).toMatchObject({
      health: 'working',
      since: at(80 * HOUR),
    });
    const wrong = nextHealth(unknown, missing, at(80 * HOUR));
    expect(wrong).toMatchObject({ health: 'unknown', reason: 'openclaw_failed' });
    expect(nextHealth(wrong, missing, at(81 * HOUR))).toMatchObject({ health: 'attention' });
    const isOff = nextHealth(nextHealth(unknown, off, at(80 * HOUR)), off, at(81 * HOUR));
    expect(isOff).toMatchObject({ health: 'unknown', reason: 'box_unreachable', since: at(80 * HOUR) });
  });

  test('what is broken stays so, and what nobody watches does not move', () => {
    const broken = seeing(missing, missing);
    expect(saying(failed, [1, 2, 4, 8, 720], broken)).toBe(broken);
    expect(nextHealth(WORKING, failed, at(720 * HOUR))).toBe(WORKING);
  });
});

test('what one look said is forgotten where none has confirmed it within a day', () => {
  const once = nextHealth(WORKING, missing, at(1));
  expect(nextHealth(once, silent, at(24 * 60))).toBe(once);
  expect(nextHealth(once, silent, at(24 * 60 + 2))).toEqual(WORKING);
  expect(nextHealth(once, missing, at(24 * 60 + 2))).toMatchObject({
    health: 'working',
    suspected: { since: at(24 * 60 + 2) },
  });
});

test('what was removed stays so', () => {
  const gone: HealthState = { ...WORKING, health: 'disconnected' };
  for (const seen of [works, missing, certain, off, silent]) expect(nextHealth(gone, seen, at(1))).toBe(gone);
});

/** Every state that looks lead to, but for its times. */
function states(): HealthState[] {
  const known = new Map<string, HealthState>();
  const open = [WORKING];
  for (let state = open.pop(); state; state = open.pop()) {
    const { health, reason, suspected, isByTurn } = state;
    const { outcome, code, offSince } = suspected ?? {};
    const key = JSON.stringify([health, reason, isByTurn, outcome, code, offSince !== undefined]);
    if (known.has(key)) continue;
    known.set(key, state);
    for (const seen of [works, missing, refused, certain, off, shut])
      open.push(nextHealth(state, seen, at(5)));
  }
  return [...known.values()];
}

test('every state can be left, and says why where something is wrong', () => {
  expect(states().length).toBe(20);
  for (const state of states()) {
    expect(nextHealth(state, proved, at(9))).toMatchObject({ health: 'working', suspected: null });
    expect(state.reason !== null).toBe(state.health !== 'working');
    // What is confirmed is not suspected any more, except that something else may be.
    if (state.health === 'attention') expect(state.suspected?.code).not.toBe(state.reason);
    if (state.isByTurn) expect([state.health, state.suspected]).toEqual(['attention', null]);
  }
});

test('no number of looks at a box that is off, or at a provider that is down, calls a credential broken', () => {
  const seen = Array.from({ length: 200 }, (_, index) => (index % 3 ? off : silent));
  expect(seeing(...seen).health).toBe('unknown');
});

describe('an end that comes near', () => {
  const validity = (days: number) => ({
    connectedAt: at(0),
    expiresAt: new Date(START + days * DAY).toISOString(),
  });
  const left = (days: number, of: number) => reminderAt(validity(of), START + (of - days) * DAY);

  test.each([
    [365, 31, undefined],
    [365, 30, 30],
    [365, 7.1, 30],
    [365, 7, 7],
    [365, 1, 1],
    [365, 0, 1],
    [365, -5, 1],
    [30, 30, undefined],
    [30, 8, undefined],
    [30, 6, 7],
    [1, 1, undefined],
    [1, 0.1, undefined],
  ] as const)('of %i days, %d before it: %s', (of, days, stage) => {
    expect(left(days, of)).toBe(stage);
  });

  test('there is none', () => {
    expect(reminderAt({ connectedAt: at(0), expiresAt: null }, START + 9_000 * DAY)).toBeUndefined();
  });

  test.each([
    ['working', 100, { health: 'working', reason: null }],
    ['working', 20, { health: 'expiring', reason: null }],
    ['working', -1, { health: 'attention', reason: 'credential_expired' }],
    ['unknown', 20, { health: 'unknown', reason: null }],
    ['unknown', -1, { health: 'attention', reason: 'credential_expired' }],
    ['disconnected', -1, { health: 'disconnected', reason: null }],
  ] as const)('is said of what is %s, %i days before it', (health, days, said) => {
    expect(healthAt({ health, reason: null }, validity(365), START + (365 - days) * DAY)).toEqual(said);
  });
});

test('it is moved by each reminder that there is, and by its end', () => {
  const times = (days: number) => {
    const validity = { connectedAt: at(0), expiresAt: new Date(START + days * DAY).toISOString() };
    const all: number[] = [];
    for (let time: number | undefined = START; all.length < 9; all.push((time - START) / DAY)) {
      time = nextChangeAt(validity, time);
      if (time === undefined) break;
    }
    return all;
  };
  expect(times(365)).toEqual([335, 358, 364, 365]);
  expect(times(30)).toEqual([23, 29, 30]);
  expect(times(1)).toEqual([1]);
  expect(nextChangeAt({ connectedAt: at(0), expiresAt: null }, START)).toBeUndefined();
});

describe('a turn', () => {
  const due = (days: number, proveDays: number, reason: string | null = null) =>
    isTurnDue({ turnAt: START - days * DAY, reason }, { proveDays, at: START });
  const confirming = (minutes: number) =>
    isTurnDue(
      { turnAt: START - minutes * 60_000, reason: null, suspected: 'key_no_access' },
      { proveDays: 30, at: START },
    );
  test.each([
    ['at the next look where a second one has to confirm', true, confirming(45)],
    ['not at once', false, confirming(10)],
    ['none where nobody wants any', false, due(4_000, 0)],
    ['not before its days are over', false, due(29.9, 30)],
    ['then', true, due(30, 30)],
    ['after a day where the last one was refused', true, due(1, 30, 'key_rejected')],
    ['not every hour where the last one was refused', false, due(0.9, 30, 'key_rejected')],
    ['not sooner where something else is wrong, which looks see', false, due(1, 30, 'model_moved')],
  ])('is due: %s', (_, expected, is) => {
    expect(is).toBe(expected);
  });
});

describe('the next look', () => {
  const forever: Validity = { connectedAt: at(0), expiresAt: null };
  const soon = { connectedAt: at(0), expiresAt: new Date(START + 365 * DAY).toISOString() };
  const minutes = (
    state: HealthState,
    { validity = forever, now = START, failures = 0, random = 0.5, isBack = false } = {},
  ) => nextLookIn(state, validity, { watchHours: 24, random, failures, isBack }, now) / 60_000;

  test('is a day away where all is well, with a quarter more or less', () => {
    expect(minutes(WORKING)).toBe(24 * 60);
    expect([minutes(WORKING, { random: 0 }), minutes(WORKING, { random: 1 })]).toEqual([18 * 60, 30 * 60]);
  });

  test('confirms soon what one look said', () => {
    expect(minutes(seeing(missing))).toBe(10);
    expect(minutes(seeing(off), { failures: 1 })).toBe(10);
    expect(minutes(seeing(noAccess, works))).toBe(60);
  });

  test('comes ever later where looks say nothing, also while something is suspected', () => {
    const waits = [0, 1, 2, 3, 4, 50].map((failures) => minutes(seeing(missing), { failures }));
    expect(waits).toEqual([10, 10, 20, 40, 80, 24 * 60]);
  });

  test('comes every hour while something is wrong, and every six near the end', () => {
    expect(minutes(seeing(missing, missing))).toBe(60);
    const now = START + 364 * DAY;
    expect(minutes(WORKING, { validity: soon, now })).toBe(6 * 60);
  });

  test('comes ever later where something stays wrong for days, and no sooner than a turn where only one can take it back', () => {
    const broken = seeing(missing, missing);
    const waits = [0, 0.9, 1.1, 2.1, 3.1, 4.1, 5.1, 300].map(
      (days) => minutes(broken, { now: START + days * DAY }) / 60,
    );
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 24, 24]);
    expect(minutes(seeing(certain))).toBe(24 * 60);
    // Something else begins anew only once it has worked between.
    expect(minutes(seeing(missing, missing, down), { now: START + 9 * DAY })).toBe(10);
  });

  test('comes within an hour or so after something was put right', () => {
    expect(minutes(seeing(missing, missing, works), { isBack: true })).toBe(60);
    expect(minutes(seeing(missing, missing), { isBack: false })).toBe(60);
  });

  test('comes ever later to a box that is off, and a day apart at most', () => {
    const gone = seeing(off, off);
    const waits = [2, 3, 4, 8, 50].map((failures) => minutes(gone, { failures }));
    expect(waits).toEqual([40, 80, 160, 24 * 60, 24 * 60]);
  });

  test('is never further away than was asked for', () => {
    expect(nextLookIn(seeing(certain), forever, { watchHours: 0.1, random: 0.5, failures: 0 }, START)).toBe(
      6 * 60_000,
    );
  });
});

test('what the turn through a gateway finds is the health, which no look changes, and takes the place of what a turn said before', () => {
  const overridden = seenByTurn('credential_overridden', true);
  expect(seeing(overridden, works, works)).toMatchObject({
    health: 'attention',
    reason: 'credential_overridden',
  });
  expect(seeing({ ...noCredit, isCertain: true } as Seen, overridden).reason).toBe('credential_overridden');
  expect(seeing(overridden, seenByTurn(undefined)).health).toBe('working');
});

test('what was only read in the configuration is as good as nothing, until two looks say it', () => {
  const read = seenByTurn('credential_overridden', false);
  expect([read, seenByTurn('credential_overridden')].map(({ outcome }) => outcome)).toEqual([
    'inconclusive',
    'inconclusive',
  ]);
  expect(seeing(read)).toEqual(WORKING);
});

describe('what a limit of usage keeps out of use', () => {
  const held = (seen: Seen) => seenWhileHeld(seen);
  const moved: Seen = { outcome: 'attention', code: 'model_moved' };

  test('is not called broken where its gateway refuses a turn, for want of a credential', () => {
    const refuses: Seen = { outcome: 'attention', code: 'gateway_refuses', isCertain: true };
    expect(held(refuses)).toEqual({ outcome: 'inconclusive', code: 'usage_capped' });
  });

  test('is not called broken, and not working either: at once, and for as long as it lasts', () => {
    const state = seeing(held(works));
    expect(state).toMatchObject({ health: 'unknown', reason: 'usage_capped', since: at(1), suspected: null });
    expect(seeing(held(works), held(works), held(moved))).toEqual(state);
  });

  test('works again with the first look that sees it', () => {
    expect(seeing(held(works), works)).toMatchObject({ health: 'working', reason: null, since: at(2) });
  });

  test.each<[string, Seen]>([
    ['a gateway that is down', down],
    ['a box that is off', off],
    ['a credential that is gone', { outcome: 'attention', code: 'credential_missing' }],
  ])('does not hide %s', (_, seen) => {
    expect(held(seen)).toEqual(seen);
    const { code } = seen as { code: string };
    expect(seeing(held(works), held(seen), held(seen)).reason).toBe(code);
  });

  test('says nothing of what a turn has shown: a key that is refused stays so', () => {
    expect(seeing(certain, held(works))).toMatchObject({ health: 'attention', reason: 'key_rejected' });
  });
});
