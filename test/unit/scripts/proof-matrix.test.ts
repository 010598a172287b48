import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkKey } from '../../../core/contract/key.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { STAND_IN_PROVIDERS, STAND_IN_ROWS, type StandInProvider } from '../../../lab/providers/rows.ts';
import { ANSWERS, type Cell, recorded } from '../../../scripts/proof-matrix/cells.ts';
import { expectedOf, isRight, tableOf } from '../../../scripts/proof-matrix/table.ts';
import { findJson } from '../../../worker/programs/openclaw/models-status.ts';
import { judge } from '../../../worker/programs/openclaw/verdict.ts';

const CELLS = recorded();

describe('what the real programs printed for every provider and answer', () => {
  test('is on record, and every proof was right', () => {
    expect(CELLS.length).toBeGreaterThan(60);
    expect(CELLS.filter((cell) => !isRight(cell)).map(nameOf)).toEqual([]);
  });

  // A turn that was ended by its time is no matter of words.
  const told = CELLS.filter(({ answer }) => answer !== 'hang');
  test.each(told.map((cell) => [nameOf(cell), cell] as const))('is judged as it was: %s', (_, cell) => {
    const { provider, exit, stdout, stderr } = cell;
    const turn = { json: findJson(stdout), stderr, succeeded: exit === 0 };
    expect(judge(turn, PROVIDERS[provider])).toBe(expectedOf(cell));
  });

  test('holds no key, and is the table in docs', () => {
    const text = JSON.stringify(CELLS);
    for (const { secretShapes } of Object.values(PROVIDERS))
      for (const shape of secretShapes) expect(text.match(shape) ?? []).toEqual([]);
    const doc = readFileSync(new URL('../../../docs/proof-matrix.md', import.meta.url), 'utf8');
    expect(doc).toBe(tableOf(CELLS));
  });
});

test('a proof whose turn came with another key, or was answered by the fallback, is not right', () => {
  const turns = { own: 1, other: 0, fallback: 0 };
  const cell: Cell = {
    version: '2026.9.6',
    provider: 'openai',
    answer: 'good',
    model: 'openai/gpt-5.4',
    verdict: 'ok',
    turns,
    exit: 0,
    stdout: '',
    stderr: '',
  };
  expect(isRight(cell)).toBe(true);
  expect(isRight({ ...cell, turns: { ...turns, own: 0 } })).toBe(false);
  expect(isRight({ ...cell, turns: { ...turns, other: 1 } })).toBe(false);
  expect(isRight({ ...cell, turns: { ...turns, fallback: 1 } })).toBe(false);
  expect(isRight({ ...cell, verdict: 'key_rejected' })).toBe(false);
  expect(isRight({ ...cell, answer: 'rate-limited', verdict: 'key_rejected' })).toBe(false);
  expect(tableOf([cell])).toContain(`${3 * 12 * Object.keys(ANSWERS).length} proofs: 1 right, 0 wrong`);
});

/** Never on the way to OpenClaw: the rest of the matrix. */
describe.each(STAND_IN_PROVIDERS)('before a key of %s reaches the box', (provider) => {
  const row = PROVIDERS[provider];
  const key = STAND_IN_ROWS[provider].mint();

  test('white space around it is left out', () => {
    expect(checkKey(` \n\t${key} \r\n`, row)).toEqual({ ok: true, key });
  });

  test('text that is no key is turned away', () => {
    for (const text of ['', 'my key', 'sk', 'https://example.org/keys'])
      expect([text, checkKey(text, row).ok]).toEqual([text, false]);
  });

  const told: readonly StandInProvider[] = [
    'anthropic',
    'google',
    'openrouter',
    'huggingface',
    'groq',
    'xai',
  ];
  test.each(told.filter((other) => other !== provider))('a key of %s is told as that', (other) => {
    const theirs = STAND_IN_ROWS[other].mint();
    expect(checkKey(theirs, row)).toEqual({ ok: false, error: 'key_of_other_provider', provider: other });
  });
});

function nameOf({ version, provider, answer, verdict }: Cell): string {
  return `${version} ${provider}: ${answer}: ${verdict}`;
}
