import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { webhookSchema } from '../../../core/contract/jobs.ts';
import type { ReleaseEntry } from '../../../core/contract/releases.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { Events } from '../../../core/store/events.ts';
import { forgetRelease, Releases, recordRelease } from '../../../core/store/releases.ts';
import { handOverDue } from '../../../core/store/webhook-outbox.ts';
import { judgeVersion } from '../../../worker/doctor/versions.ts';
import { knowReleases } from '../../../worker/fleet/periodic.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

let server: TestDatabase;
let database: Database;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 3, name: 'test' }, log);
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const WIDTHS = [40, 80, 400];
const release = (version: string, hour: number, more: Partial<ReleaseEntry> = {}): ReleaseEntry => ({
  program: 'openclaw',
  version,
  verdict: 'green',
  at: new Date(Date.UTC(2026, 10, 29, hour)).toISOString(),
  widths: WIDTHS,
  failedAt: [],
  summary: 'It connects at 40, 80 and 400 columns.',
  moved: [],
  ...more,
});
const events = async (version: string) =>
  (await new Events(database).after(0, 500)).filter(({ data }) => data.version === version);

test('a verdict is on record, and told once; the same again is no news', async () => {
  const moved = [{ screen: 'the end', columns: 40, diff: '- a\n+ b' }];
  const drift = release('2026.9.7', 8, { verdict: 'drift', moved });
  expect(await recordRelease(database, drift)).toBe(true);
  expect(await recordRelease(database, drift)).toBe(false);
  expect(await recordRelease(database, { ...drift, at: release('', 9).at })).toBe(false);
  const [event, ...others] = await events('2026.9.7');
  expect(others).toEqual([]);
  expect(event).toMatchObject({ type: 'release.tried', customer: null, data: { verdict: 'drift' } });
  const { type, at, data } = event ?? {};
  webhookSchema.parse({ type, timestamp: at?.toISOString(), data });
});

test('another verdict is news, an older one changes nothing, and two at once are one', async () => {
  const broken = release('2026.9.8', 10, { verdict: 'broken', failedAt: WIDTHS, summary: 'It fails.' });
  const both = await Promise.all([recordRelease(database, broken), recordRelease(database, broken)]);
  expect(both.toSorted()).toEqual([false, true]);
  expect(await recordRelease(database, release('2026.9.8', 9))).toBe(false);
  expect(await recordRelease(database, release('2026.9.8', 11))).toBe(true);
  expect((await events('2026.9.8')).map(({ data }) => data.verdict)).toEqual(['broken', 'green']);
});

test('a clock that is ahead does not have the last word', async () => {
  const ahead = release('2026.9.10', 8, { verdict: 'broken', at: '2099-01-01T00:00:00.000Z' });
  expect(await recordRelease(database, ahead)).toBe(true);
  const [found] = (await new Releases(database).newest()).filter(({ version }) => version === '2026.9.10');
  expect(Date.parse(found?.at ?? '')).toBeLessThan(Date.parse('2099-01-01T00:00:00.000Z'));
  await until(async () =>
    recordRelease(database, { ...ahead, verdict: 'green', at: '2099-01-01T00:00:00.000Z' }),
  );
  await forgetRelease(database, 'openclaw', '2026.9.10');
});

test('its webhook is handed over like any other', async () => {
  await recordRelease(database, release('2026.9.9', 12));
  const handed: string[] = [];
  await handOverDue(database, 'waiting', async (due) => {
    handed.push(...due.map(({ type }) => type));
    return 'queued';
  });
  expect(handed).toContain('release.tried');
});

test('the newest of each program are read, and what only a newer version knows is passed over', async () => {
  await recordRelease(database, release('2.1.340', 7, { program: 'claude' }));
  await database
    .insertInto('releases')
    .values({ program: 'claude', version: '3.0.0', verdict: 'perhaps', at: new Date(0), detail: '{}' })
    .execute();
  const found = await new Releases(database).newest(2);
  expect(found.map(({ program, version }) => `${program} ${version}`)).toEqual([
    'openclaw 2026.9.9',
    'openclaw 2026.9.8',
    'claude 2.1.340',
  ]);
});

test('a worker knows them without an upgrade', async () => {
  const at = { first: 1, between: 20 };
  const know = knowReleases(new Releases(database), log, at);
  try {
    await until(() => Promise.resolve(judgeVersion('openclaw', '2026.9.9').kind === 'tried'));
    await recordRelease(
      database,
      release('2026.9.9', 13, { verdict: 'broken', failedAt: WIDTHS, summary: 'No.' }),
    );
    await until(() => Promise.resolve(judgeVersion('openclaw', '2026.9.9').kind === 'partly'));
  } finally {
    know.stop();
  }
});
