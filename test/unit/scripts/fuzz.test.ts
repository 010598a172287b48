import { describe, expect, test } from '@jest/globals';
import { fuzz, TARGETS } from '../../../scripts/fuzz/fuzz.ts';
import { mayBeRelayed } from '../../../scripts/fuzz/oracles/link.ts';
import { Playback } from '../../../scripts/fuzz/oracles/playback.ts';
import { mustCoverByShape, Runs } from '../../../scripts/fuzz/oracles/secrets.ts';
import { problems } from '../../../scripts/fuzz/table.ts';
import { CLAUDE_AI, fullLink, random43, SHORT_LINK } from '../../support/links.ts';
import { recordedStarts } from '../../support/recordings.ts';
import { RELAYABLE } from '../../support/relayable.ts';

const MINUTE = 60_000;

/** The small one; `size` is in test/system; a million chunks: docs/fuzz.md. */
describe('mutated chunks break no promise', () => {
  test.each(TARGETS.map(({ name }) => name).filter((name) => name !== 'size'))(
    '%s',
    async (name) => {
      const all = await fuzz({ chunks: 1_500, seed: 20, only: [name] });
      expect(problems(all)).toEqual([]);
      expect(all[0]?.chunks).toBeGreaterThanOrEqual(150);
    },
    // On a busy machine; those that count time count the processor's.
    3 * MINUTE,
  );
});

test(
  'the same seed gives the same chunks, and another one others',
  async () => {
    const met = async (seed: number) => {
      const [screen] = await fuzz({ chunks: 300, seed, only: ['screen'] });
      return [screen?.chunks, screen?.cases, screen?.meter.looks, ...(screen?.meter.met ?? [])];
    };
    const first = await met(1);
    expect(await met(1)).toEqual(first);
    expect(await met(2)).not.toEqual(first);
  },
  MINUTE,
);

describe('the second opinion on links', () => {
  test.each([
    SHORT_LINK,
    fullLink(),
    fullLink({}, CLAUDE_AI),
    `${fullLink({ state: undefined })}&state=${random43()}`,
  ])('allows what setup-token prints: %s', (link) => {
    expect(mayBeRelayed(link)).toBe(true);
    expect(link).toMatch(RELAYABLE);
  });

  test.each([
    fullLink().replace('claude.com', 'claude.com.evil.example'),
    fullLink().replace('claude.com/', 'claude.com@evil.example/'),
    fullLink({ state: undefined }),
    fullLink({ scope: 'org:create_api_key' }),
    `${fullLink()}&next=x`,
    `${fullLink()}&state=${random43()}`,
    `${SHORT_LINK}x`,
    SHORT_LINK.replace('https', 'http'),
    '',
  ])('and nothing else: %s', (link) => {
    expect(mayBeRelayed(link)).toBe(false);
  });
});

describe('the watch over secrets finds one', () => {
  const secret = `sk-ant-oat01-${'Zy9_w-Q4'.repeat(11)}abcdefg`;
  const runs = new Runs([secret]);
  test.each([
    ['in clear', [`x ${secret} y`]],
    ['four characters of it', [`x ${secret.slice(20, 24)} y`]],
    ['cut over framed rows', ['│ Zy │', '▌ 9_ ▌']],
    ['under marks', ['Z\u0301y\u03019\u0301_']],
    ['with unseen characters between', ['Z\u200by\u20609\u00ad_']],
  ])('%s', (_, rows) => {
    expect(() => runs.mustNotStandIn(rows, 'a test')).toThrow('a secret shows in a test');
  });

  test('and takes three characters, covered ones and other words', () => {
    runs.mustNotStandIn(['Zy9 ███_w-', 'some words'], 'a test');
  });

  test('that is known by its shape, place by place', () => {
    const code = `${'a'.repeat(40)}#${'b'.repeat(43)}`;
    const raw = [` ${secret.slice(0, 60)}`, ` ${secret.slice(60)}`, '', code];
    const covered = raw.map((row) => row.replace(/[^ ]/g, '█'));
    const missed = covered.with(1, `${covered[1]?.slice(0, -1)}g`);
    mustCoverByShape(raw, covered, { token: secret, code });
    expect(() => mustCoverByShape(raw, missed, { token: secret, code })).toThrow('known by its shape');
    expect(() => mustCoverByShape(raw, covered.with(3, code), { token: secret, code })).toThrow('its shape');
  });
});

test('a recording that holds a sequence of a program’s is found', () => {
  const playback = new Playback();
  const drawing = '\x1b[2;1H\x1b[2Kwords\x1b[1;1H\x1b[?25h';
  expect(playback.draw(`\x1b[0m\x1b[?7l\x1b[2J\x1b[H${drawing}`)).toEqual(['', 'words']);
  expect(() => playback.draw(drawing.replace('words', '\x1b]52;c;ZXZpbA==\x07'))).toThrow('not its own');
});

test('every recording of the real claude is among what is mutated', async () => {
  const { bases } = await import('../../../scripts/fuzz/stream/bases.ts');
  expect(bases.filter(({ columns }) => columns !== undefined)).toHaveLength(recordedStarts.length);
});
