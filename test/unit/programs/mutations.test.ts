import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLink } from '../../../worker/programs/claude/link.screens.ts';
import { readOutcome } from '../../../worker/programs/claude/setup-token.screens.ts';
import { recordedStarts } from '../../support/recordings.ts';
import { RELAYABLE } from '../../support/relayable.ts';
import { screenOf } from '../terminal/fake-pty.ts';

const RUNS = 120;
const MINUTE = 60_000;
const HOSTS = new Set(['claude.ai', 'claude.com']);

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

/** Nothing but a link of the allow-list may come out, and reading must not throw. */
async function expectSafe(bytes: Uint8Array, columns: number): Promise<void> {
  const screen = await screenOf([bytes], { columns, rows: 40 });
  const reading = readLink(screen);
  readOutcome(screen);
  if (reading?.kind !== 'asking') return;
  expect(reading.link.url).toMatch(RELAYABLE);
  expect(HOSTS.has(reading.link.url.split('/')[2] ?? '')).toBe(true);
}

const start = fc.constantFrom(...recordedStarts);
const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const place = (bytes: Uint8Array, share: number) => Math.floor(share * bytes.length);

type Mutation = (bytes: Uint8Array) => Uint8Array;

const flipped = fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(
  ([share, mask]): Mutation =>
    (bytes) => {
      const copy = Uint8Array.from(bytes);
      const index = place(bytes, share);
      copy[index] = (copy[index] ?? 0) ^ mask;
      return copy;
    },
);

const deleted = fc.tuple(at, fc.integer({ min: 1, max: 60 })).map(
  ([share, count]): Mutation =>
    (bytes) => {
      const from = place(bytes, share);
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)]);
    },
);

const doubled = fc.tuple(at, fc.integer({ min: 1, max: 400 })).map(
  ([share, count]): Mutation =>
    (bytes) => {
      const from = place(bytes, share);
      return Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]);
    },
);

const reordered = fc.tuple(at, at, at).map(
  (shares): Mutation =>
    (bytes) => {
      const [a = 0, b = 0, c = 0] = shares.map((share) => place(bytes, share)).toSorted((x, y) => x - y);
      const [head, one, two, tail] = [
        bytes.subarray(0, a),
        bytes.subarray(a, b),
        bytes.subarray(b, c),
        bytes.subarray(c),
      ];
      return Buffer.concat([head, two, one, tail]);
    },
);

const mutations = fc.array(fc.oneof(flipped, deleted, doubled, reordered), { minLength: 1, maxLength: 6 });

describe('a recording of the real claude that was tampered with', () => {
  test('untouched gives links that both opinions allow', async () => {
    for (const { bytes, columns } of recordedStarts) {
      const reading = readLink(await screenOf([bytes], { columns, rows: 40 }));
      if (reading?.kind !== 'asking') throw new Error('the recording was not read');
      expect(reading.link.url).toMatch(RELAYABLE);
    }
  });

  test(
    'with bytes flipped, deleted, doubled or moved relays nothing but such a link',
    async () => {
      await fc.assert(
        fc.asyncProperty(start, mutations, async ({ bytes, columns }, changes) => {
          await expectSafe(
            changes.reduce((mutated, change) => change(mutated), bytes),
            columns,
          );
        }),
        { numRuns: RUNS },
      );
    },
    MINUTE,
  );

  test(
    'with bytes changed inside the link relays nothing but such a link',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          start,
          at,
          fc.string({ maxLength: 12, unit: 'binary-ascii' }),
          fc.nat(8),
          async (recorded, share, text, cut) => {
            const { bytes, columns } = recorded;
            const raw = latin(bytes);
            const link = raw.indexOf('https://');
            const from = link + Math.floor(share * 120);
            await expectSafe(bytesOf(raw.slice(0, from) + text + raw.slice(from + cut)), columns);
          },
        ),
        { numRuns: RUNS },
      );
    },
    MINUTE,
  );

  const hostile = [
    'evil.com',
    'claude.ai.evil.com',
    'claude.com.evil.com',
    'claude.ai@evil.com',
    'claude.ai:443@evil.com',
    'evil.com\\@claude.ai',
    'evil.com/https://claude.ai',
    'evil.com?claude.ai',
    'evil.com#claude.ai',
    'cIaude.ai',
    'xn--laude-4ye.ai',
    'claude.ai.',
    'claude.ai:8443',
    'claude%2eai',
    'CLAUDE.AI',
    '127.0.0.1',
    '[::1]',
    'claude.ai\x1b[8D',
    'claude.ai\x07',
    'claude.ai\x1b\\',
    'claude.ai\xad',
    'c\xc2\xaalaude.ai',
  ];

  test(
    'with another host in some or all of its links never relays that host',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          start,
          fc.constantFrom(...hostile),
          fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
          mutations,
          fc.boolean(),
          async ({ bytes, columns }, host, which, changes, further) => {
            let turn = 0;
            const replaced = latin(bytes).replace(/claude\.(?:ai|com)(?=\/)/g, (found) => {
              const swap = which[turn++ % which.length];
              return swap ? host : found;
            });
            const mutated = further
              ? changes.reduce((text, change) => change(text), bytesOf(replaced) as Uint8Array)
              : bytesOf(replaced);
            await expectSafe(mutated, columns);
          },
        ),
        { numRuns: RUNS },
      );
    },
    MINUTE,
  );

  test(
    'with a stranger’s link put anywhere relays nothing but such a link',
    async () => {
      const planted = fc.constantFrom(
        'https://evil.com/oauth/authorize?x',
        '\x1b]8;;https://evil.com/\x07',
        '\x1b]8;;javascript:alert(1)\x07',
        '\x1b[H\x1b[2Jhttps://evil.com/',
        '\r\nhttps://claude.ai.evil.com/oauth/authorize\r\n',
        '\x1b]8;;\x07',
        '\x1b[1;1H',
        '@evil.com/',
        '.evil.com/',
      );
      await fc.assert(
        fc.asyncProperty(start, planted, at, async ({ bytes, columns }, text, share) => {
          const from = place(bytes, share);
          await expectSafe(
            Buffer.concat([bytes.subarray(0, from), bytesOf(text), bytes.subarray(from)]),
            columns,
          );
        }),
        { numRuns: RUNS },
      );
    },
    MINUTE,
  );
});

test(
  'random bytes around a good link relay nothing but such a link',
  async () => {
    const [good] = recordedStarts;
    if (!good) throw new Error('there are no recordings');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        async (before, after) => {
          await expectSafe(Buffer.concat([before, good.bytes, after]), good.columns);
        },
      ),
      { numRuns: RUNS },
    );
  },
  MINUTE,
);
