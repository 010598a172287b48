import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { SealedBox, type SealingKey } from '../../../core/secrets/sealed.ts';
import { Secret } from '../../../core/secrets/secret.ts';

const key = (id: string, fill: number): SealingKey => ({ id, key: new Uint8Array(32).fill(fill) });
const OLD = key('old', 1);
const NEW = key('new', 2);
const SECRET = new Secret('code-of-a-customer#state-of-a-link');

async function refusal(open: Promise<unknown>): Promise<KeyferryError> {
  const thrown = await open.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof KeyferryError) return thrown;
  throw new Error('it was opened');
}

describe('a sealed box', () => {
  test('opens what it sealed, for the same purpose', async () => {
    const box = new SealedBox([NEW]);
    const opened = await box.open(await box.seal(SECRET, 'code:1'), 'code:1');
    expect(opened.equals(SECRET)).toBe(true);
  });

  test('shows nothing of the secret, and never the same envelope twice', async () => {
    const box = new SealedBox([NEW]);
    const [one, two] = [await box.seal(SECRET, 'code:1'), await box.seal(SECRET, 'code:1')];
    expect(one).not.toBe(two);
    for (const part of one.split('.'))
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toMatch(/customer|state-of/);
  });

  test('does not open for another purpose', async () => {
    const box = new SealedBox([NEW]);
    const envelope = await box.seal(SECRET, 'code:1');
    expect((await refusal(box.open(envelope, 'code:2'))).code).toBe('internal_error');
  });

  test('does not take another purpose written into the envelope', async () => {
    const box = new SealedBox([NEW]);
    const [header = '', ...rest] = (await box.seal(SECRET, 'code:1')).split('.');
    const forged = Buffer.from(header, 'base64url').toString().replace('code:1', 'code:2');
    const envelope = [Buffer.from(forged).toString('base64url'), ...rest].join('.');
    expect((await refusal(box.open(envelope, 'code:2'))).code).toBe('internal_error');
  });

  test('goes on opening what an older key sealed, while the new one seals', async () => {
    const envelope = await new SealedBox([OLD]).seal(SECRET, 'code:1');
    const both = new SealedBox([NEW, OLD]);
    expect((await both.open(envelope, 'code:1')).equals(SECRET)).toBe(true);
    const fresh = await both.seal(SECRET, 'code:1');
    expect((await new SealedBox([NEW]).open(fresh, 'code:1')).equals(SECRET)).toBe(true);
    expect((await refusal(new SealedBox([OLD]).open(fresh, 'code:1'))).detail).toMatch(
      /key that is not there/,
    );
  });

  test('is understood by every process while its key is changed, in the order of docs/platform.md', async () => {
    const steps = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]] as const;
    const agree = async (one: SealedBox, other: SealedBox) => {
      expect((await other.open(await one.seal(SECRET, 'code:1'), 'code:1')).equals(SECRET)).toBe(true);
    };
    for (const [at, after] of steps.slice(1).entries()) {
      const before = steps[at] ?? after;
      // While a step is being made some processes have it behind them, others not.
      await agree(new SealedBox(before), new SealedBox(after));
      await agree(new SealedBox(after), new SealedBox(before));
    }
  });

  test.each([
    ['the new key goes first at once', [OLD], [NEW, OLD]],
    ['the old key goes at once', [OLD, NEW], [NEW]],
  ] as const)('is not understood by every process when %s', async (_what, before, after) => {
    const one = new SealedBox(after).seal(SECRET, 'code:1');
    const other = new SealedBox(before).seal(SECRET, 'code:1');
    const both = [
      new SealedBox(before).open(await one, 'code:1'),
      new SealedBox(after).open(await other, 'code:1'),
    ];
    const opened = (await Promise.allSettled(both)).map(({ status }) => status);
    expect(opened).toContain('rejected');
  });

  test('does not open with another key of the same id', async () => {
    const envelope = await new SealedBox([OLD]).seal(SECRET, 'code:1');
    expect((await refusal(new SealedBox([key('old', 9)]).open(envelope, 'code:1'))).code).toBe(
      'internal_error',
    );
  });

  test('does not open an envelope in which a single character was changed, anywhere', async () => {
    const box = new SealedBox([NEW]);
    const envelope = await box.seal(SECRET, 'code:1');
    for (let at = 0; at < envelope.length; at += 7) {
      // The last character of a part has bits that mean nothing.
      if (`${envelope.slice(at, at + 2)}.`.indexOf('.') < 2) continue;
      const other = envelope[at] === 'A' ? 'B' : 'A';
      const changed = `${envelope.slice(0, at)}${other}${envelope.slice(at + 1)}`;
      const error = await refusal(box.open(changed, 'code:1'));
      expect(error.code).toBe('internal_error');
    }
  });

  test.each(['', 'x', 'a.b.c.d.e', `${'A'.repeat(5_000)}....`])(
    'refuses what is no envelope: %#',
    async (text) => {
      expect((await refusal(new SealedBox([NEW]).open(text, 'code:1'))).code).toBe('internal_error');
    },
  );

  test('says in no error what was in the envelope, or with which key', async () => {
    const box = new SealedBox([NEW]);
    const error = await refusal(box.open(await box.seal(SECRET, 'code:1'), 'code:2'));
    const told = `${inspect(error, { depth: 9, showHidden: true })}${error.stack}${JSON.stringify(error)}`;
    expect(told).not.toMatch(/customer|state-of|AgICAgIC|\u0002\u0002/);
  });
});
