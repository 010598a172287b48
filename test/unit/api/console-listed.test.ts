import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Board } from '../../../api/console/board.ts';
import { newestFirst } from '../../../api/console/list-place.ts';
import { listed } from '../../../api/console/listed.ts';
import { Shared } from '../../../api/console/shared.ts';
import { type Row, rowsQuerySchema, rowsSchema } from '../../../core/contract/console-api.ts';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { History, HistorySearch, Past } from '../../../core/store/history.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');

let board: Board;
/** What the database has; live ones as they were when their last attempt ended. */
let past: Past[];
let asked: number;

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  board = new Board();
  [past, asked] = [[], 0];
});
afterEach(() => {
  board.close();
  jest.useRealTimers();
});

const at = (second: number) => new Date(START + second * 1_000).toISOString();

const history = {
  page: async ({ before, phase, state }: HistorySearch, limit: number) => {
    asked += 1;
    return past
      .filter((row) => phase === undefined || row.phase === phase)
      .filter((row) => state === undefined || (row.phase === 'queued') === (state === 'active'))
      .toSorted(newestFirst)
      .filter(
        (row) =>
          !before ||
          newestFirst({ startedAt: before.startedAt.toISOString(), handshake: before.handshake }, row) < 0,
      )
      .slice(0, limit);
  },
} as unknown as History;

function remember(name: string, second: number, phase: Phase): void {
  past.push({
    handshake: `handshake-${name}`,
    customer: name,
    requestedBy: 'customer',
    startedAt: at(second),
    phase,
    since: at(second),
    attempt: 0,
    rejected: 0,
    versions: {},
  });
}

function show(name: string, second: number, phase: Phase): void {
  const timeline = [{ phase, at: at(second) }];
  const head = { ...FIRST, handshake: `handshake-${name}`, customer: name, requestedBy: 'customer' };
  const attempt = { attempt: 1, timeline, versions: {}, rejected: 0, warnings: [] };
  board.hear({ head: { ...head, startedAt: at(second) }, attempt });
}

async function all(fields: object, from = history): Promise<Row[]> {
  const rows: Row[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const query = rowsQuerySchema.parse({ ...fields, ...(before && { before }) });
    const page = rowsSchema.parse(await listed({ board, history: from }, query));
    rows.push(...page.rows);
    before = page.next;
    if (before === undefined) return rows;
  }
  throw new Error('no last page');
}

describe('the list of what is going on and what was before', () => {
  test.each([1, 2, 3, 7, 500])('has each handshake once, in order, in pages of %d', async (limit) => {
    // Some are in the database alone, some on the board alone, some in both; several began at the same second.
    for (let each = 0; each < 60; each += 1) {
      const second = Math.floor(each / 4);
      if (each % 3 !== 1) remember(`c${each}`, second, each % 3 === 0 ? 'connected' : 'queued');
      if (each % 3 !== 0) show(`c${each}`, second, each % 2 ? 'waiting' : 'connected');
    }
    const rows = await all({ limit });
    expect(rows).toHaveLength(60);
    expect(new Set(rows.map(({ handshake }) => handshake)).size).toBe(60);
    expect(rows).toEqual(rows.toSorted(newestFirst));
    // Those on the board as they are now.
    for (const row of rows.filter(({ attempt }) => attempt === 1))
      expect(row).toEqual(board.row(row.handshake));
    for (const state of ['active', 'ended'] as const) {
      const some = await all({ limit, state });
      const wanted = rows.filter(
        ({ phase }) => ['queued', 'waiting'].includes(phase) === (state === 'active'),
      );
      expect(some).toEqual(wanted);
    }
  });

  test('has a handshake where it stands now, not where the database last heard of it', async () => {
    remember('alice', 0, 'queued');
    show('alice', 0, 'waiting');
    expect(await all({ phase: 'queued' })).toEqual([]);
    expect((await all({})).map(({ phase }) => phase)).toEqual(['waiting']);
  });

  test('is of what is going on alone, and says why, while the database does not answer', async () => {
    const away = {
      page: () => Promise.reject(new KeyferryError('history_unavailable')),
    } as unknown as History;
    show('alice', 0, 'waiting');
    const answer = await listed({ board, history: away }, rowsQuerySchema.parse({}));
    expect(answer).toEqual({ rows: [board.row('handshake-alice')], missing: 'history_unavailable' });
    const broken = { page: () => Promise.reject(new Error('a fault')) } as unknown as History;
    await expect(listed({ board, history: broken }, rowsQuerySchema.parse({}))).rejects.toThrow('a fault');
  });

  test('asks the database nothing for what is stuck: only what is going on can be', async () => {
    remember('alice', 0, 'queued');
    expect(await all({ state: 'stuck' })).toEqual([]);
    expect(asked).toBe(0);
  });
});

test('whoever asks while a question is under way shares the next one, whatever becomes of the first', async () => {
  const answers: PromiseWithResolvers<number>[] = [];
  const shared = new Shared(() => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  });
  const first = shared.ask();
  const [second, third] = [shared.ask(), shared.ask()];
  expect(answers).toHaveLength(1);
  answers[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await Promise.resolve();
  await Promise.resolve();
  expect(answers).toHaveLength(2);
  answers[1]?.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  const later = shared.ask();
  expect(answers).toHaveLength(3);
  answers[2]?.resolve(3);
  expect(await later).toBe(3);
});
