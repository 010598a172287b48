import { afterEach, describe, expect, test } from '@jest/globals';
import type { Release } from '../../../core/contract/releases.ts';
import { readFacts } from '../../../worker/doctor/facts.ts';
import { programFindings } from '../../../worker/doctor/findings/programs.ts';
import { learnReleases, putOnTrial, takeOffTrial } from '../../../worker/doctor/tried.ts';
import {
  brokenSince,
  failsEverywhere,
  judgeVersion,
  newestTried,
  nodeWanted,
} from '../../../worker/doctor/versions.ts';
import type { BoxState } from '../../../worker/prepare/state.ts';
import { stepsFor } from '../../../worker/prepare/steps.ts';

const WIDTHS = [40, 80, 400];
const release = (more: Partial<Release>): Release => ({
  program: 'openclaw',
  version: '2026.9.99',
  verdict: 'broken',
  at: '2099-01-01T08:00:00.000Z',
  widths: WIDTHS,
  failedAt: WIDTHS,
  summary: 'Handshakes on it failed at every width in installing (openclaw_failed).',
  ...more,
});
const learn = (...more: Partial<Release>[]) => learnReleases(more.map(release));
afterEach(() => learnReleases([]));

/** What the doctor says of a box with these versions. */
const found = (claude: string, openclaw: string) =>
  programFindings(
    readFacts(
      [
        ...['claude', 'openclaw'].map((name) => `@${name} /x/bin/${name}`),
        `@claude.version ${claude}`,
        `@openclaw.version ${openclaw}`,
        '@end ok',
      ]
        .map((line) => `\n${line}\n`)
        .join(''),
      '',
    ),
  );

describe('what the record says of a release', () => {
  test('counts beside the table: broken, drift, green', () => {
    learn({}, { program: 'claude', version: '2.1.999', verdict: 'drift', failedAt: [], node: '>=22.0.0' });
    expect(judgeVersion('openclaw', '2026.9.99')).toEqual({ kind: 'partly', why: release({}).summary });
    expect(judgeVersion('claude', '2.1.999')).toEqual({ kind: 'drift' });
    expect([newestTried('claude'), newestTried('openclaw')]).toEqual(['2.1.999', '2026.9.6']);
  });

  test('is newer than the table: a version that is tried there is broken now', () => {
    learn({ version: '2026.9.6' });
    expect(newestTried('openclaw')).toBe('2026.7.1');
    learn({ version: '2026.9.6', at: '2001-01-01T00:00:00.000Z', verdict: 'green', failedAt: [] });
    expect(newestTried('openclaw')).toBe('2026.9.6');
  });

  test('names the newest of which it is known what Node it needs', () => {
    const green: Partial<Release> = { version: '2026.9.99', verdict: 'green', failedAt: [] };
    learn(green);
    expect([judgeVersion('openclaw', '2026.9.99').kind, newestTried('openclaw')]).toEqual([
      'tried',
      '2026.9.6',
    ]);
    learn({ ...green, node: '>=26.0.0' });
    expect([newestTried('openclaw'), nodeWanted('openclaw', '2026.9.99')]).toEqual(['2026.9.99', '>=26.0.0']);
  });

  test('gives way to the table of the same day, and takes no broken one’s blame', () => {
    const at = '2026-11-30T23:00:00.000Z';
    learn({ version: '2026.9.6', at });
    expect(judgeVersion('openclaw', '2026.9.6')).toEqual({ kind: 'tried' });
    learn({ version: '2026.9.6', at: '2026-12-01T00:00:00.000Z' });
    expect(judgeVersion('openclaw', '2026.9.6').kind).toBe('partly');
    learn({ program: 'claude', version: '1.0.128' });
    expect(judgeVersion('claude', '1.0.128').kind).toBe('bad');
  });

  test('does not count while it is tried, and does afterwards', () => {
    learn({});
    putOnTrial('openclaw', '2026.9.99');
    expect(judgeVersion('openclaw', '2026.9.99').kind).toBe('untried');
    takeOffTrial('openclaw', '2026.9.99');
    expect(judgeVersion('openclaw', '2026.9.99').kind).toBe('partly');
  });

  test.each<[number[] | undefined, number[] | undefined, boolean]>([
    [undefined, undefined, true],
    [[120], [120], false],
    [[40, 80], [40, 80], false],
    [[40, 120], [40, 120], true],
    [[40, 120, 400], [40, 120], false],
  ])(
    'tried at %s, a person’s word that it failed at %s turns handshakes away: %s',
    (widths, failedAt, is) => {
      expect(failsEverywhere({ verdict: 'broken', widths, failedAt })).toBe(is);
      expect(failsEverywhere({ verdict: 'broken', widths, failedAt, isRecord: true })).toBe(false);
    },
  );

  test('broken at one width alone keeps nobody out, and is nobody’s to install', () => {
    learn({ failedAt: [40] });
    expect(judgeVersion('openclaw', '2026.9.99').kind).toBe('partly');
    expect(newestTried('openclaw')).toBe('2026.9.6');
  });
});

describe('the doctor', () => {
  test('names a release that is broken: a warning, unless a person has said so', () => {
    learn({});
    const [, openclaw] = found('1.0.128', '2026.9.99');
    expect(openclaw).toMatchObject({ id: 'openclaw', status: 'warning' });
    expect(openclaw?.seen).toContain('failed at every width in installing');
    expect(openclaw?.fix).toContain('--openclaw 2026.9.6');
    expect(found('1.0.128', '2026.9.99')[0]).toMatchObject({ status: 'blocks', error: 'claude_unfit' });
  });

  test('warns of one that is broken in part, and has nothing against drift', () => {
    learn({ failedAt: [40] }, { program: 'claude', version: '2.1.999', verdict: 'drift', failedAt: [] });
    const findings = found('2.1.999', '2026.9.99');
    expect(findings.find(({ id }) => id === 'openclaw')).toMatchObject({ status: 'warning' });
    expect(findings.find(({ id }) => id === 'claude')).toMatchObject({ status: 'ok' });
  });
});

test('the OpenClaw that serves is the one that is judged', () => {
  learn({});
  const facts = readFacts(
    ['@openclaw /x/bin/openclaw', '@openclaw.version 2026.9.6', '@end ok']
      .map((line) => `\n${line}\n`)
      .join(''),
    '',
  );
  const of = (version: string) =>
    programFindings(facts, { program: { path: '/y', entry: undefined, version, package: '/y' } }).find(
      ({ id }) => id === 'openclaw',
    );
  expect(of('2026.9.6')?.status).toBe('ok');
  expect(of('2026.9.99')).toMatchObject({ status: 'warning' });
  expect(of('2026.9.99')?.seen).toContain('2026.9.6 at /x/bin/openclaw, and 2026.9.99 serves');
});

describe('prepare', () => {
  const BARE = { loginPath: true, sessionPath: true, npm: false } as BoxState;
  const words = (openclaw?: string) => {
    const look = stepsFor({ openclaw, swap: false })
      .find(({ name }) => name === 'openclaw')
      ?.look(BARE);
    return look && 'work' in look ? look.work.words : '';
  };

  test.each([[undefined], ['latest']])(
    'asked for %s, pins the one before one that is broken, and says so',
    (wished) => {
      expect(brokenSince('openclaw')).toBeUndefined();
      expect(words(wished)).toBe('install openclaw 2026.9.6 with npm into ~/.npm-global');
      learn({});
      expect(words(wished)).toBe(
        'install openclaw 2026.9.6 with npm into ~/.npm-global, not 2026.9.99, which is known to be broken: handshakes on it failed at every width in installing (openclaw_failed)',
      );
    },
  );

  test('asked for the broken one by its number, installs it and says what it is', () => {
    learn({});
    expect(words('2026.9.99')).toMatch(
      /install openclaw 2026\.9\.99 .*as asked, although it is known to be broken/,
    );
    expect(words('2026.9.6')).not.toContain('as asked');
  });

  test.each([[undefined], ['latest']])(
    'asked for %s, leaves a newer OpenClaw where it is, and says how',
    (wished) => {
      learn({});
      const there = { openclaw: { path: '/x/openclaw', version: '2026.9.99', late: false, otherNodes: [] } };
      const look = (openclaw: string | undefined) =>
        stepsFor({ swap: false, openclaw })
          .find(({ name }) => name === 'openclaw')
          ?.look({ ...BARE, ...there } as unknown as BoxState);
      const kept = look(wished);
      const said = kept && 'there' in kept ? kept.there : '';
      expect(said).toContain('openclaw 2026.9.99 at /x/openclaw');
      expect(/known to be broken.*unless you ask by number: --openclaw 2026\.9\.6/.test(said)).toBe(true);
      const asked = look('2026.9.6');
      expect(asked && 'work' in asked && asked.work.args).toEqual(['openclaw', '2026.9.6', 'openclaw']);
    },
  );
});
