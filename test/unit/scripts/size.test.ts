import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { ANSWERING, askAll, printed } from '../../../scripts/fuzz/size/answers.ts';
import { growth } from '../../../scripts/fuzz/size/growth.ts';
import { randomOf, randomShape, SHAPES } from '../../../scripts/fuzz/size/shapes.ts';
import { readSurvey } from '../../../worker/boxes/survey.ts';
import { readFacts } from '../../../worker/doctor/facts.ts';
import { reportedWarnings } from '../../../worker/handshake/warnings.ts';
import { allowance, mayUse } from '../../../worker/programs/openclaw/allowed.ts';
import { checkStatus } from '../../../worker/programs/openclaw/credential-proof.ts';
import { StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import { ReadyMark } from '../../../worker/transports/ready-mark.ts';
import { CONNECTED, MODEL, TOKEN } from '../../support/openclaw-status.ts';

/** What one hostile box has stopped workers with, each at the size at which it did; every reader: `npm run fuzz`. */
const MINUTE = 60_000;
const KIB = 1024;
const OK = '@path /usr/bin\n@claude /c\n@openclaw /o\n@end ok\n';

/** Judged by growth from n to 4n, on this process's own processor time. */
async function expectLinear<Input>(
  most: number,
  make: (size: number) => Input,
  work: (input: Input) => void | Promise<void>,
): Promise<void> {
  expect((await growth(most, make, work)).problem).toBeUndefined();
}

const trace = SHAPES.find(({ name }) => name === 'a stack trace');

describe('is read in time that grows with its size and no faster', () => {
  const cases: [string, () => Promise<void>][] = [
    [
      '512 KiB of rows of one letter, redacted',
      () =>
        expectLinear(
          512 * KIB,
          (size) => 'a\n'.repeat(size / 2),
          (text) => void new Redactor().text(text),
        ),
    ],
    [
      'an honest stack trace of 2 MiB, redacted',
      () =>
        expectLinear(
          2_048 * KIB,
          (size) => trace?.make(size) ?? '',
          (text) => void new Redactor().text(text),
        ),
    ],
    [
      '64 KiB of lines of a survey’s',
      () =>
        expectLinear(
          64 * KIB,
          (size) => OK + '@a \n'.repeat(size / 4),
          (text) => void readSurvey(text),
        ),
    ],
    [
      '256 KiB of lines of the doctor’s',
      () =>
        expectLinear(
          256 * KIB,
          (size) => OK + '@a \n'.repeat(size / 4),
          (text) => void readFacts(text),
        ),
    ],
    [
      '26,000 models that are offered, and 250,000 that are allowed',
      () =>
        expectLinear(
          250_000,
          (size) => ({
            allowed: Array.from({ length: size }, (_, at) => (at % 2 === 0 ? `a${at}` : `a${at}/*`)),
            offered: Array.from({ length: size / 10 }, (_, at) => `anthropic/claude-x${at}`),
          }),
          ({ allowed, offered }) => void offered.filter(allowance(allowed)),
        ),
    ],
    [
      'what comes byte by byte before a program starts',
      () =>
        expectLinear(
          128 * KIB,
          (size) => Buffer.alloc(size, 'k'),
          (bytes) => {
            const mark = new ReadyMark();
            for (let at = 0; at < bytes.length; at += 1) mark.push(bytes.subarray(at, at + 1));
          },
        ),
    ],
  ];
  test.each(cases)('%s', (_, check) => check(), MINUTE);

  test.each(ANSWERING)(
    '$name, of an openclaw that answers with a megabyte',
    async (answering) => {
      await expectLinear(
        answering.most,
        (size) => printed(answering.answers(size)),
        (answers) => askAll(answering, answers),
      );
    },
    MINUTE,
  );
});

test('the same seed makes the same shapes, and another one others', () => {
  const some = (seed: number) => {
    const random = randomOf(seed);
    return Array.from({ length: 20 }, () => randomShape(random).name);
  };
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(2));
});

describe('what a box allows', () => {
  const models = ['anthropic/claude-opus-5', 'anthropic/claude-x/y', 'openai/gpt', 'claude-opus-5', ''];
  const entries = [
    'anthropic/*',
    'anthropic/claude-x/*',
    'openai/gpt',
    '*',
    '/*',
    'anthropic/claude-opus',
    '',
  ];
  test('is the same by one question as by many, for every pair of entries', () => {
    const covers = (entry: string, model: string) =>
      entry.endsWith('/*') ? model.startsWith(entry.slice(0, -1)) : model === entry;
    for (const one of entries)
      for (const two of entries) {
        const may = allowance([one, two]);
        for (const model of models) {
          expect([model, may(model)]).toEqual([model, covers(one, model) || covers(two, model)]);
          expect(mayUse(model, [one, two])).toBe(may(model));
        }
      }
    expect(models.every(allowance([]))).toBe(true);
  });
});

test('0.8 MB of providers without a credential make a few warnings, in records and in logs', () => {
  const missing = Array.from({ length: 40_000 }, (_, at) => `some-provider-${at}`);
  const auth = { ...CONNECTED.auth, missingProvidersInUse: missing };
  expect(JSON.stringify(auth).length).toBeGreaterThan(800_000);
  const status = StatusSchema.parse({ ...CONNECTED, auth });
  const warnings = reportedWarnings(
    checkStatus(status, {
      provider: PROVIDERS.anthropic,
      profile: 'anthropic:manual',
      model: MODEL,
      token: new Secret(TOKEN),
    }),
    new Redactor(),
  );
  expect(warnings.slice(0, 1)).toEqual([
    'OpenClaw also uses some-provider-0, for which it has no credential.',
  ]);
  expect(warnings.length).toBeLessThanOrEqual(20);
  expect(JSON.stringify(warnings).length).toBeLessThan(4_000);
});

test('a warning is cut after it is redacted, and there are no more than a record takes', () => {
  const long = `${'x'.repeat(480)} sk-ant-oat01-${'y'.repeat(95)}`;
  const told = reportedWarnings(
    Array.from({ length: 1_000 }, () => long),
    new Redactor(),
  );
  expect(told).toHaveLength(20);
  expect(told[0]).toBe(`${'x'.repeat(480)} ${'█'.repeat(19)}`);
});
