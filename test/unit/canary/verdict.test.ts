import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { tryReleases } from '../../../lab/canary/canary.ts';
import { KnownScreens } from '../../../lab/canary/known-screens.ts';
import type { Pair, Played } from '../../../lab/canary/play.ts';
import type { Screens } from '../../../lab/canary/screens.ts';
import { type Evidence, judge } from '../../../lab/canary/verdict.ts';

const KNOWN: Pair = { claude: '2.1.332', openclaw: '2026.9.6' };
const TRIED: Pair = { claude: '2.1.340', openclaw: '2026.9.7' };
const NEW_CLAUDE = { ...KNOWN, claude: TRIED.claude };
const NEW_OPENCLAW = { ...KNOWN, openclaw: TRIED.openclaw };
const WIDTHS = [40, 80, 400];
const SCREENS: Record<'claude' | 'openclaw', Screens> = {
  claude: { 'the link': ['link'], 'the token': ['token'] },
  openclaw: { 'the end': ['end'] },
};

type Cell = number | 'key';
const ok = (pair: Pair, cell: Cell, screens: Partial<typeof SCREENS> = {}): Played => ({
  pair,
  columns: cell === 'key' ? undefined : cell,
  seconds: 1,
  screens: { ...SCREENS, ...screens },
});
const bad = (pair: Pair, cell: Cell, code: ErrorCode = 'claude_crashed'): Played => ({
  ...ok(pair, cell),
  failure: { code, phase: code === 'claude_crashed' ? 'opening' : 'installing' },
});
const all = (pair: Pair) => WIDTHS.map((columns) => ok(pair, columns));

const verdicts = (played: Played[], more: Partial<Evidence> = {}) => {
  const knownScreens = (program: 'claude' | 'openclaw') => SCREENS[program];
  const evidence = { known: KNOWN, tried: TRIED, widths: WIDTHS, played, knownScreens, ...more };
  const said = (['claude', 'openclaw'] as const).map((program) => judge(program, evidence));
  return { of: said.map(({ verdict }) => verdict), said };
};

describe('what handshakes say of two releases', () => {
  test('as the known ones: green', () => {
    const { of, said } = verdicts(all(TRIED));
    expect(of).toEqual(['green', 'green']);
    expect(said[0]?.summary).toBe(
      'It connects at 40, 80 and 400 columns, and its screens are as those of 2.1.332.',
    );
  });

  test('a failure that did not come again is none', () => {
    expect(verdicts([bad(TRIED, 80), ...all(TRIED)]).of).toEqual(['green', 'green']);
  });

  test('other screens of one: drift, of that one alone', () => {
    const moved = { openclaw: { 'the end': ['another end'] } };
    const { of, said } = verdicts([ok(TRIED, 40, moved), ok(TRIED, 80, moved), ok(TRIED, 400)]);
    expect(of).toEqual(['green', 'drift']);
    expect(said[1]?.moved).toEqual([
      { screen: 'the end', columns: 40, diff: '- end\n+ another end' },
      { screen: 'the end', columns: 80, diff: '- end\n+ another end' },
    ]);
  });

  test('it fails beside the known one of the other as well: broken, and the other is not', () => {
    const played = WIDTHS.flatMap((columns) => [
      bad(TRIED, columns),
      bad(NEW_CLAUDE, columns),
      ok(NEW_OPENCLAW, columns),
      ok(KNOWN, columns),
    ]);
    const { of, said } = verdicts(played);
    expect(of).toEqual(['broken', 'green']);
    expect(said[0]).toMatchObject({
      failedAt: WIDTHS,
      summary: 'Handshakes on it failed at every width in opening (claude_crashed).',
    });
  });

  test('at one width: broken there', () => {
    const fails = [bad(TRIED, 40), bad(NEW_CLAUDE, 40), ok(NEW_OPENCLAW, 40), ok(KNOWN, 40)];
    const { said } = verdicts([...fails, ok(TRIED, 80), ok(TRIED, 400)]);
    expect(said[0]).toMatchObject({ verdict: 'broken', failedAt: [40] });
  });

  test('only both together fail: both are broken, and neither by itself at any width', () => {
    const fails = [bad(TRIED, 40), ok(NEW_CLAUDE, 40), ok(NEW_OPENCLAW, 40), ok(KNOWN, 40)];
    const { of, said } = verdicts([...fails, ok(TRIED, 80), ok(TRIED, 400)]);
    expect(of).toEqual(['broken', 'broken']);
    expect(said[0]).toMatchObject({ failedAt: [] });
    expect(said[0]?.summary).toContain('beside OpenClaw 2026.9.7 only');
  });

  test('the known ones fail here, too: nothing is said', () => {
    const fails = [TRIED, NEW_CLAUDE, NEW_OPENCLAW, KNOWN].map((pair) => bad(pair, 40));
    const { of, said } = verdicts([...fails, ok(TRIED, 80), ok(TRIED, 400)]);
    expect(of).toEqual(['inconclusive', 'inconclusive']);
    expect(said[0]?.summary).toContain('the lab or this machine is at fault');
  });

  test('the known ones were never tried beside a failure: nothing is said', () => {
    expect(verdicts([bad(TRIED, 40), ok(TRIED, 80), ok(TRIED, 400)]).of).toEqual([
      'inconclusive',
      'inconclusive',
    ]);
  });

  test('there is nothing to compare with: nothing is said', () => {
    expect(verdicts(all(TRIED), { knownScreens: () => undefined }).of).toEqual([
      'inconclusive',
      'inconclusive',
    ]);
  });

  test('a key that cannot be brought is OpenClaw’s fault', () => {
    const keys = [
      bad(TRIED, 'key', 'openclaw_failed'),
      ok(NEW_CLAUDE, 'key'),
      bad(NEW_OPENCLAW, 'key', 'openclaw_failed'),
      ok(KNOWN, 'key'),
    ];
    const { of, said } = verdicts([...all(TRIED), ...keys]);
    expect(of).toEqual(['green', 'broken']);
    expect(said[1]).toMatchObject({
      failedAt: [],
      summary: 'Handshakes on it failed with a key in installing (openclaw_failed).',
    });
  });

  test.each<ErrorCode>([
    'node_unfit',
    'openclaw_incomplete',
    'claude_missing',
    'memory_short',
    'ssh_auth_failed',
    'internal_error',
  ])('what is the fault of the box or of the lab says nothing: %s', (code) => {
    const rest = [ok(NEW_OPENCLAW, 40), ok(KNOWN, 40), ok(TRIED, 80), ok(TRIED, 400)];
    expect(verdicts([bad(TRIED, 40, code), ...rest]).of).toEqual(['inconclusive', 'inconclusive']);
    const alone = verdicts([bad(TRIED, 40), bad(NEW_CLAUDE, 40, code), ...rest]);
    expect(alone.of[0]).toBe('inconclusive');
    expect(alone.said[0]?.summary).toContain(`(${code}, in `);
  });

  test('only one release is new', () => {
    const tried = NEW_OPENCLAW;
    const played = WIDTHS.flatMap((columns) => [bad(tried, columns), ok(KNOWN, columns)]);
    expect(verdicts(played, { tried }).of).toEqual(['green', 'broken']);
  });
});

/** What is played, where the new Claude Code fails the first so many times. */
async function tried(fails: number, code: ErrorCode = 'claude_crashed') {
  const played: string[] = [];
  let left = fails;
  const screens = new KnownScreens('/nowhere');
  for (const program of ['claude', 'openclaw'] as const)
    screens.learn(program, KNOWN[program], 120, SCREENS[program]);
  const signIn = async (pair: Pair) => {
    const isBad = pair.claude === TRIED.claude && left > 0;
    if (isBad) left -= 1;
    played.push(`${pair.claude} ${isBad ? 'fails' : 'ok'}`);
    return isBad ? bad(pair, 120, code) : ok(pair, 120);
  };
  const report = await tryReleases(
    { signIn, key: async (pair) => ok(pair, 'key') },
    {
      tried: NEW_CLAUDE,
      known: KNOWN,
      widths: [120],
      screens,
      signal: new AbortController().signal,
      tell: () => undefined,
    },
  );
  return { played, verdicts: report.verdicts.map(({ verdict }) => verdict) };
}

test('a release is broken only if it fails once more after the known ones have connected', async () => {
  const [fails, control, again] = ['2.1.340 fails', '2.1.332 ok', '2.1.340 ok'];
  expect(await tried(3)).toEqual({ played: [fails, fails, control, fails], verdicts: ['broken', 'green'] });
  expect(await tried(2)).toEqual({ played: [fails, fails, control, again], verdicts: ['green', 'green'] });
});

test('the known ones are not played where the box is at fault', async () => {
  const { played, verdicts: of } = await tried(9, 'disk_full');
  expect([played, of]).toEqual([
    ['2.1.340 fails', '2.1.340 fails'],
    ['inconclusive', 'inconclusive'],
  ]);
});
