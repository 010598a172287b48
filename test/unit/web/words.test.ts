import { describe, expect, test } from '@jest/globals';
import '../../../web/messages/english.ts';
import { modelName } from '../../../web/model/model-name.ts';
import { signInAddress, wayBack } from '../../../web/model/sign-in-address.ts';
import { timeLeft, timeLeftChangesAt } from '../../../web/model/time-left.ts';

describe('a model is called as people call it', () => {
  test.each([
    ['anthropic/claude-opus-5-5', 'Claude Opus 5.5'],
    ['anthropic/claude-opus-5', 'Claude Opus 5'],
    ['anthropic/claude-sonnet-4-20250514', 'Claude Sonnet 4'],
    ['anthropic/claude-3-5-sonnet-20241022', 'Claude 3.5 Sonnet'],
    ['anthropic/claude-3-5-haiku-latest', 'Claude 3.5 Haiku'],
    ['anthropic/claude-haiku-4.5', 'Claude Haiku 4.5'],
    ['anthropic/claude-x1-9', 'anthropic/claude-x1-9'],
    ['anthropic/claude-', 'anthropic/claude-'],
    ['openai/gpt-5', 'openai/gpt-5'],
  ])('%s: %s', (model, name) => {
    expect(modelName(model)).toBe(name);
  });
});

describe('time that is left', () => {
  const at = (left: number) => timeLeft(1_000_000, 1_000_000 - left);

  test.each([
    [15 * 60_000, 'This sign-in is good for 15 more minutes.', false],
    [14.6 * 60_000, 'This sign-in is good for 15 more minutes.', false],
    [12.4 * 60_000, 'This sign-in is good for 12 more minutes.', false],
    [5 * 60_000, 'This sign-in is good for 5 more minutes.', true],
    [1.4 * 60_000, 'This sign-in is good for 1 more minute.', true],
    [60_000, 'This sign-in is good for 1 more minute.', true],
    [59_999, 'This sign-in is good for less than a minute.', false],
    [0, 'This sign-in has just expired.', false],
  ])('%p ms: %s', (left, text, aloud) => {
    expect(at(left)).toEqual({ text, aloud });
  });

  test('is looked at again exactly when its words change', () => {
    const heard: string[] = [];
    let now: number | undefined = 0;
    while (now !== undefined) {
      heard.push(timeLeft(200_000, now).text);
      now = timeLeftChangesAt(200_000, now);
    }
    expect(heard).toEqual([
      'This sign-in is good for 3 more minutes.',
      'This sign-in is good for 2 more minutes.',
      'This sign-in is good for 1 more minute.',
      'This sign-in is good for less than a minute.',
      'This sign-in has just expired.',
    ]);
  });
});

test('a demonstration points the link at the stand-in, with the same path and query', () => {
  const link = 'https://claude.com/cai/oauth/authorize?code=true&state=x';
  expect(signInAddress(link, undefined)).toBe(link);
  expect(signInAddress(link, 'http://127.0.0.1:9')).toBe(
    'http://127.0.0.1:9/cai/oauth/authorize?code=true&state=x',
  );
});

test('the way back is only ever a page', () => {
  expect(wayBack('https://dash.example.com/a')).toEqual({
    href: 'https://dash.example.com/a',
    host: 'dash.example.com',
  });
  expect(wayBack('javascript:alert(1)')).toBeUndefined();
  expect(wayBack('nonsense')).toBeUndefined();
  expect(wayBack(undefined)).toBeUndefined();
});
