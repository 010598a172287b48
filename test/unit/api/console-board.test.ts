import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Board, MOST_ROWS } from '../../../api/console/board.ts';
import { listPlaceOf, nextAfter } from '../../../api/console/list-place.ts';
import { endedOf } from '../../../api/console/numbers.ts';
import { PhaseDurations, phaseDurationsOf } from '../../../api/console/phase-durations.ts';
import { judge } from '../../../api/console/stuck.ts';
import type { Wanted } from '../../../api/console/wanted.ts';
import { type Row, rowSchema, rowsQuerySchema } from '../../../core/contract/console-api.ts';
import type { HandshakeRecord, RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { EndedCount } from '../../../core/store/history.ts';
import type { RecordNews } from '../../../core/store/records.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;

let board: Board;
let changed: (Row[] | 'all')[];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  board = new Board();
  changed = [];
  board.onChange((rows) => changed.push(rows === 'all' ? rows : [...rows]));
});
afterEach(() => {
  board.close();
  jest.useRealTimers();
});

const at = (ms: number) => new Date(START + ms).toISOString();
const query = (fields: object = {}): Wanted => {
  const { before, limit: _, ...wanted } = rowsQuerySchema.parse(fields);
  return { ...wanted, before: before === undefined ? undefined : listPlaceOf(before) };
};
const ids = (fields: object = {}) => board.rows(query(fields)).map(({ handshake }) => handshake);

/** An attempt by its steps: phase and ms since the start. */
function attemptOf(steps: readonly [Phase, number][], more: Partial<RecordedAttempt> = {}): RecordedAttempt {
  const timeline = steps.map(([phase, ms]) => ({ phase, at: at(ms) }));
  return { attempt: 1, timeline, versions: {}, rejected: 0, warnings: [], ...more };
}

function recordOf(
  name: string,
  steps: readonly [Phase, number][],
  more: Partial<RecordedAttempt> & { customer?: string; startedAt?: number } = {},
): HandshakeRecord {
  const { customer = name, startedAt = steps[0]?.[1] ?? 0, ...attempt } = more;
  return {
    handshake: `handshake-${name}`,
    customer,
    ...FIRST,
    requestedBy: 'customer',
    startedAt: at(startedAt),
    attempts: [attemptOf(steps, attempt)],
  };
}

function newsOf({ attempts, ...head }: HandshakeRecord): RecordNews {
  return { head, attempt: attempts.at(-1) as RecordedAttempt };
}

const failed = (name: string, ms: number, more: { customer?: string } = {}) =>
  recordOf(
    name,
    [
      ['reaching', ms],
      ['failed', ms + 1],
    ],
    {
      ...more,
      error: { code: 'box_unreachable', phase: 'reaching' },
    },
  );

describe('a board', () => {
  test('shows what it hears, newest first, each with where it stands now', () => {
    board.hear(newsOf(recordOf('alice', [['reaching', 0]])));
    board.hear(newsOf(recordOf('bob', [['reaching', 5]])));
    board.hear(
      newsOf(
        recordOf(
          'alice',
          [
            ['reaching', 0],
            ['preparing', 7],
          ],
          {
            versions: { claude: '2.1.330' },
            phaseEndsAt: at(9),
          },
        ),
      ),
    );
    expect(ids()).toEqual(['handshake-bob', 'handshake-alice']);
    expect(board.row('handshake-alice')).toEqual({
      handshake: 'handshake-alice',
      customer: 'alice',

      requestedBy: 'customer',
      startedAt: at(0),
      phase: 'preparing',
      since: at(7),
      phaseEndsAt: at(9),
      attempt: 1,
      rejected: 0,
      versions: { claude: '2.1.330' },
      onPage: false,
    });
    expect(changed.map((rows) => rows !== 'all' && rows.map(({ phase }) => phase))).toEqual([
      ['reaching'],
      ['reaching'],
      ['preparing'],
    ]);
    for (const row of board.rows(query())) expect(rowSchema.parse(row)).toEqual(row);
  });

  test('keeps every attempt, shows the last, and the error only of one that ended by it', () => {
    board.hear(newsOf(failed('alice', 0)));
    expect(board.row('handshake-alice')).toMatchObject({
      phase: 'failed',
      error: { code: 'box_unreachable', phase: 'reaching' },
    });
    const again = recordOf('alice', [['reaching', 50]], { attempt: 2, startedAt: 0, rejected: 2 });
    board.hear(newsOf(again));
    const row = board.row('handshake-alice');
    expect(row).toMatchObject({ phase: 'reaching', attempt: 2, rejected: 2, since: at(50) });
    expect(row).not.toHaveProperty('error');
    // News of the attempt before, late: it does not take the place of the last.
    board.hear(newsOf(failed('alice', 0)));
    expect(board.row('handshake-alice')).toMatchObject({ phase: 'reaching', attempt: 2 });
  });

  test('is filled again, replacing everything that it had', () => {
    board.hear(newsOf(recordOf('gone', [['reaching', 0]])));
    board.fill([recordOf('bob', [['waiting', 20]]), recordOf('alice', [['waiting', 10]])], new Map());
    expect(ids()).toEqual(['handshake-bob', 'handshake-alice']);
    expect(board.row('handshake-gone')).toBeUndefined();
    expect(changed.at(-1)).toBe('all');
  });

  test('forgets the oldest when there are too many', () => {
    for (let count = 0; count <= MOST_ROWS; count += 1)
      board.hear(newsOf(recordOf(`c${count}`, [['connected', count]])));
    expect(board.rows(query())).toHaveLength(MOST_ROWS);
    expect([board.row('handshake-c0'), board.row('handshake-c1')?.customer]).toEqual([undefined, 'c1']);
  });

  test('keeps fifty of one customer’s, whoever has fewer keeps all', () => {
    board.hear(newsOf(recordOf('bob', [['connected', 0]])));
    for (let count = 0; count < 200; count += 1)
      board.hear(newsOf(recordOf(`a${count}`, [['failed', count + 1]], { customer: 'alice' })));
    expect(board.rows(query())).toHaveLength(51);
    expect(board.rows(query({ of: 'alice' }))).toHaveLength(50);
    expect(board.row('handshake-bob')).toBeDefined();
    expect([board.row('handshake-a149'), board.row('handshake-a150')?.customer]).toEqual([
      undefined,
      'alice',
    ]);
  });

  test.each([200, 2_000])(
    'of %d handshakes judges each a few times, not all whenever one is due',
    (count) => {
      let judged = 0;
      const counting = new Board((...subject) => {
        judged += 1;
        return judge(...subject);
      });
      for (let each = 0; each < count; each += 1)
        counting.hear(
          newsOf(recordOf(`c${each}`, [['waiting', 0]], { phaseEndsAt: at(15 * MINUTE + 10 * each) })),
        );
      jest.advanceTimersByTime(14 * MINUTE);
      expect(counting.rows(query({ state: 'stuck' }))).toHaveLength(0);
      jest.advanceTimersByTime(2 * MINUTE);
      expect(counting.rows(query({ state: 'stuck' }))).toHaveLength(count);
      expect(judged).toBe(2 * count);
      counting.close();
    },
  );

  test('begins with all that are active and the newest of those that have ended', () => {
    board.hear(newsOf(recordOf('old', [['waiting', 0]])));
    for (let count = 1; count <= 5; count += 1)
      board.hear(newsOf(recordOf(`c${count}`, [['connected', count]])));
    expect(board.now(2).map(({ customer }) => customer)).toEqual(['c5', 'c4', 'old']);
  });
});

describe('rows', () => {
  beforeEach(() => {
    board.fill(
      [
        recordOf('alice-2', [['waiting', 40]], { customer: 'alice' }),
        failed('bob', 30),
        recordOf('carol', [['connected', 20]]),
        failed('alice-1', 10, { customer: 'alice' }),
      ],
      new Map(),
    );
  });

  test.each([
    [{}, ['alice-2', 'bob', 'carol', 'alice-1']],
    [{ state: 'active' }, ['alice-2']],
    [{ state: 'ended' }, ['bob', 'carol', 'alice-1']],
    [{ customer: 'lic' }, ['alice-2', 'alice-1']],
    [{ phase: 'connected' }, ['carol']],
    [{ error: 'box_unreachable' }, ['bob', 'alice-1']],
    [{ error: 'box_unreachable', customer: 'bob' }, ['bob']],
    [{ error: 'box_stopped' }, []],
  ])('that fit %j are found', (fields, names) => {
    expect(ids(fields)).toEqual(names.map((name) => `handshake-${name}`));
    expect(board.rows(query(fields))).toHaveLength(names.length);
  });

  test('are found by how long they have stood where they are', () => {
    jest.setSystemTime(START + 10_025);
    expect(ids({ age: '10' })).toEqual(['handshake-carol', 'handshake-alice-1']);
  });

  test('are found by when they started, and by the whole name of their customer', () => {
    expect(ids({ since: at(20), until: at(30) })).toEqual(['handshake-bob', 'handshake-carol']);
    expect(ids({ of: 'alice' })).toEqual(['handshake-alice-2', 'handshake-alice-1']);
    expect(ids({ of: 'lic' })).toEqual([]);
  });

  test('follow on a place, whether its row still matches or is gone', () => {
    const bob = nextAfter(board.row('handshake-bob') as Row);
    expect(ids({ before: bob })).toEqual(['handshake-carol', 'handshake-alice-1']);
    expect(ids({ state: 'active', before: bob })).toEqual([]);
    expect(ids({ before: `${at(25)}~handshake-nobody` })).toEqual(['handshake-carol', 'handshake-alice-1']);
    expect(() => query({ before: '9999-99-99T99:99:99Z~handshake-x' })).toThrow(
      'before: is not the next of a page',
    );
  });
});

describe('a row becomes stuck', () => {
  const stuck = (handshake: string) => board.row(handshake)?.stuck;

  test('after half of its deadline where too little is known, by itself, and is told', () => {
    board.hear(newsOf(recordOf('alice', [['opening', 0]])));
    jest.advanceTimersByTime(22_500);
    expect(stuck('handshake-alice')).toBeUndefined();
    jest.advanceTimersByTime(2);
    expect(stuck('handshake-alice')).toBe('slow');
    expect(changed.at(-1)).toMatchObject([{ handshake: 'handshake-alice', stuck: 'slow' }]);
    expect(ids({ state: 'stuck' })).toEqual(['handshake-alice']);
    board.hear(
      newsOf(
        recordOf('alice', [
          ['opening', 0],
          ['waiting', 22_600],
        ]),
      ),
    );
    expect(stuck('handshake-alice')).toBeUndefined();
  });

  test('after half of the time that the worker gives its phase', () => {
    board.hear(newsOf(recordOf('alice', [['proving', 0]], { phaseEndsAt: at(60_000) })));
    jest.advanceTimersByTime(30_000);
    expect(stuck('handshake-alice')).toBeUndefined();
    jest.advanceTimersByTime(2);
    expect(stuck('handshake-alice')).toBe('slow');
  });

  test('where the customer signs in, only past its end', () => {
    board.hear(newsOf(recordOf('alice', [['waiting', 0]], { phaseEndsAt: at(15 * MINUTE) })));
    jest.advanceTimersByTime(15 * MINUTE);
    expect(stuck('handshake-alice')).toBeUndefined();
    jest.advanceTimersByTime(2);
    expect(stuck('handshake-alice')).toBe('slow');
  });

  test('not because others were quicker: in a crowd all take longer than usual', () => {
    const passed = Array.from({ length: 20 }, (_, count) =>
      recordOf(`c${count}`, [
        ['opening', 0],
        ['waiting', (count + 1) * 100],
        ['cancelled', 9_000],
      ]),
    );
    board.fill(passed, new Map());
    expect(board.usual.opening).toEqual({ count: 20, median: 1_000, p95: 1_900 });
    // They gave up in `waiting`; that says nothing of how long it takes.
    expect(board.usual.waiting).toBeUndefined();
    board.hear(newsOf(recordOf('alice', [['opening', 0]])));
    jest.advanceTimersByTime(22_500);
    expect(stuck('handshake-alice')).toBeUndefined();
  });

  test('after thirty seconds in the queue in which no worker takes anybody', () => {
    board.hear(newsOf(recordOf('alice', [['queued', 0]], { attempt: 0 })));
    jest.advanceTimersByTime(30_000);
    expect(stuck('handshake-alice')).toBeUndefined();
    jest.advanceTimersByTime(2);
    expect(stuck('handshake-alice')).toBe('slow');
    // A worker has come, and takes them one after the other.
    for (let turn = 1; turn <= 10; turn += 1) {
      board.hear(newsOf(recordOf(`other-${turn}`, [['reaching', 30_002 + (turn - 1) * 20_000]])));
      expect(stuck('handshake-alice')).toBeUndefined();
      jest.advanceTimersByTime(20_000);
    }
    expect(stuck('handshake-alice')).toBeUndefined();
    jest.advanceTimersByTime(10_002);
    expect(stuck('handshake-alice')).toBe('slow');
  });

  test('when it has failed with its page open, until the page is closed', () => {
    board.hear(newsOf(failed('alice', 0)));
    expect(stuck('handshake-alice')).toBeUndefined();
    board.seen('alice', START + 75_000);
    expect(board.row('handshake-alice')).toMatchObject({ stuck: 'failed-on-page', onPage: true });
    expect(changed).toHaveLength(2);
    // Another beat is no news.
    board.seen('alice', START + 80_000);
    expect(changed).toHaveLength(2);
    jest.advanceTimersByTime(79_999);
    expect(stuck('handshake-alice')).toBe('failed-on-page');
    jest.advanceTimersByTime(2);
    expect(board.row('handshake-alice')).toMatchObject({ onPage: false });
    expect(stuck('handshake-alice')).toBeUndefined();
    expect(changed).toHaveLength(3);
  });

  test('no longer half an hour after it failed', () => {
    board.seen('alice', START + 60 * MINUTE);
    board.hear(newsOf(failed('alice', 0)));
    jest.advanceTimersByTime(30 * MINUTE);
    expect(stuck('handshake-alice')).toBe('failed-on-page');
    jest.advanceTimersByTime(2);
    expect(board.row('handshake-alice')).toMatchObject({ onPage: true });
    expect(stuck('handshake-alice')).toBeUndefined();
  });

  test('only where it is the newest of its customer: one that was re-run is not', () => {
    board.seen('alice', START + MINUTE);
    board.hear(newsOf(failed('one', 0, { customer: 'alice' })));
    expect(stuck('handshake-one')).toBe('failed-on-page');
    board.hear(newsOf(recordOf('two', [['reaching', 5]], { customer: 'alice' })));
    expect(board.row('handshake-one')).toMatchObject({ onPage: false });
    expect(stuck('handshake-one')).toBeUndefined();
    expect(changed.at(-1)).toMatchObject([{ handshake: 'handshake-two' }, { handshake: 'handshake-one' }]);
  });

  test('never where the customer cancelled, or is connected', () => {
    for (const [name, phase] of [
      ['alice', 'cancelled'],
      ['bob', 'connected'],
    ] as const) {
      board.seen(name, START + MINUTE);
      board.hear(newsOf(recordOf(name, [[phase, 0]])));
      expect(board.row(`handshake-${name}`)).toMatchObject({ onPage: true });
      expect(stuck(`handshake-${name}`)).toBeUndefined();
    }
  });
});

describe('what is usual', () => {
  test('counts phases that were gone through, the queue among them', () => {
    const record = recordOf('alice', [
      ['reaching', 100],
      ['preparing', 150],
      ['failed', 400],
    ]);
    const queued = attemptOf([['queued', 0]], { attempt: 0 });
    expect(phaseDurationsOf({ attempts: [queued, ...record.attempts] })).toEqual([
      { phase: 'queued', ms: 100 },
      { phase: 'reaching', ms: 50 },
    ]);
    // A worker died in `opening`.
    const broken = attemptOf([['opening', 0]]);
    expect(
      phaseDurationsOf({ attempts: [broken, attemptOf([['reaching', 60_000]], { attempt: 2 })] }),
    ).toEqual([]);
  });

  test('is of the last thousand, and each is counted once however often it is heard', () => {
    const durations = new PhaseDurations();
    for (let ms = 1; ms <= 1_500; ms += 1) durations.add(`customer-${ms}`, { phase: 'proving', ms });
    expect(durations.usual).toEqual({ proving: { count: 1_000, median: 1_000, p95: 1_450 } });
    const news = newsOf(
      recordOf('alice', [
        ['reaching', 0],
        ['preparing', 10],
      ]),
    );
    for (let times = 0; times < 3; times += 1) board.hear(news);
    expect(board.usual).toEqual({ reaching: { count: 1, median: 10, p95: 10 } });
  });
});

test('what is usual heeds the newest twenty of one customer', () => {
  const durations = new PhaseDurations();
  for (let ms = 1; ms <= 10; ms += 1) durations.add(`customer-${ms}`, { phase: 'proving', ms });
  for (let ms = 1_001; ms <= 1_500; ms += 1) durations.add('alice', { phase: 'proving', ms });
  durations.add('alice', { phase: 'waiting', ms: 5 });
  expect(durations.usual).toEqual({
    proving: { count: 30, median: 1_485, p95: 1_499 },
    waiting: { count: 1, median: 5, p95: 5 },
  });
});

describe('numbers', () => {
  test('say who stands where, and how many need attention', () => {
    board.fill(
      [
        recordOf('waits', [['waiting', 0]]),
        recordOf('waits-too', [['waiting', 0]]),
        recordOf('good', [['connected', -MINUTE]]),
        failed('bad', -MINUTE),
      ],
      new Map([['bad', START + MINUTE]]),
    );
    expect(board.numbers()).toEqual({ active: { waiting: 2 }, stuck: 1, phases: {} });
  });

  test('say how the others ended, by day, week and version', () => {
    const outcome = (phase: Phase, more: Partial<EndedCount> = {}): EndedCount => ({
      phase,
      code: null,
      provider: 'anthropic',
      method: 'setup-token',
      asked: true,
      claude: null,
      openclaw: null,
      lastDay: 0,
      lastWeek: 1,
      ...more,
    });
    const versions = (claude: string) => ({ claude, openclaw: '2026.4.15' });
    const found = endedOf([
      outcome('connected', { ...versions('2.1.330'), lastDay: 2, lastWeek: 3 }),
      outcome('failed', { code: 'box_unreachable', lastDay: 1 }),
      outcome('failed', { code: 'of_later', provider: 'openai', method: 'api-key' }),
      outcome('expired', versions('2.1.197')),
      outcome('cancelled', versions('2.1.197')),
      outcome('failed', {
        ...versions('2.1.100'),
        code: 'box_unreachable',
        asked: false,
        lastDay: 4,
        lastWeek: 5,
      }),
      outcome('expired', { asked: false, lastWeek: 9 }),
    ]);
    expect(found).toEqual({
      lastDay: { connected: 2, cancelled: 0, expired: 0, failed: { box_unreachable: 1 } },
      lastWeek: {
        connected: 3,
        cancelled: 1,
        expired: 1,
        failed: { box_unreachable: 1, internal_error: 1 },
      },
      // Whoever has only looked has tried nothing.
      unasked: {
        lastDay: { connected: 0, cancelled: 0, expired: 0, failed: { box_unreachable: 4 } },
        lastWeek: { connected: 0, cancelled: 0, expired: 9, failed: { box_unreachable: 5 } },
      },
      claude: [
        { version: '2.1.330', connected: 3, cancelled: 0, expired: 0, failed: {} },
        { version: '2.1.197', connected: 0, cancelled: 1, expired: 1, failed: {} },
      ],
      openclaw: [{ version: '2026.4.15', connected: 3, cancelled: 1, expired: 1, failed: {} }],
      credentials: [
        {
          provider: 'anthropic',
          method: 'setup-token',
          connected: 3,
          cancelled: 1,
          expired: 1,
          failed: { box_unreachable: 1 },
        },
        {
          provider: 'openai',
          method: 'api-key',
          connected: 0,
          cancelled: 0,
          expired: 0,
          failed: { internal_error: 1 },
        },
      ],
    });
  });
});
