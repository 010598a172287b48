import { describe, expect, test } from '@jest/globals';
import { compareScreens } from '../../../lab/canary/compare.ts';
import { diffOf } from '../../../lab/canary/diff.ts';
import { normalise } from '../../../lab/canary/normalise.ts';

const HOME = '/tmp/keyferry-lab-77-abcdef/box-1/home';
const at = (columns: number, ...rows: string[]) => normalise(rows, columns, HOME);

describe('what is left of a screen', () => {
  test.each<[string, string[], string[]]>([
    [
      'versions, builds and times',
      ['Claude Code v2.1.332 (a1b2c3d4) in 4.2s'],
      ['Claude Code ‹version› (‹build›) in ‹time›'],
    ],
    [
      'the place and the user of a box',
      [`Saved to ${HOME}/.openclaw by kf-77-1`],
      ['Saved to ~/.openclaw by ‹user›'],
    ],
    ['a spinner', ['✢ Opening browser to sign in…'], ['◌ Opening browser to sign in…']],
    ['another spinner', ['⠙ Working...'], ['◌ Working...']],
    ['art', ['  ░░▓▓██  ', '·  *    ✻', '   █████████      *', ' ███▄█████', 'Welcome'], ['Welcome']],
    ['a covered token over three rows', ['█'.repeat(40), '█'.repeat(40), '████'], ['‹secret›']],
    ['a mask with its covered end', ['│ *********██████          │', '│ *****    │'], ['‹mask›']],
    ['the edge of a box', [' ╭────────────╮', ' ╰────────────╯'], ['╭───╮', '╰───╯']],
    [
      'what OpenClaw says of the day',
      ['🦞 OpenClaw 2026.9.7 (0a1b2c3) — a joke that', '   goes on', '', '◆  Paste token'],
      ['🦞 OpenClaw ‹version›', '◆ Paste token'],
    ],
  ])('%s', (_, rows, expected) => {
    expect(at(80, ...rows)).toEqual(expected);
  });

  test('a link is its place, and over how many rows it goes', () => {
    const rows = [
      'Use this:',
      'https://claude.ai/oauth/authorize?I12345',
      'abcdefghijklmnopqrstuvwxyzabcdefghijklmn',
      'xyz',
      'Paste code here',
    ];
    expect(at(40, ...rows)).toEqual([
      'Use this:',
      '‹https://claude.ai/oauth/authorize in 3 rows›',
      'Paste code here',
    ]);
    const wide = `https://claude.ai/oauth/authorize?I12345${'x'.repeat(80)}`;
    expect(at(400, 'Use this:', wide, 'Paste')).toEqual([
      'Use this:',
      '‹https://claude.ai/oauth/authorize›',
      'Paste',
    ]);
  });
});

describe('screens against the known ones', () => {
  const known = {
    'the start': ['Welcome\n◌ Opening browser to sign in…'],
    'the link': ['Use the url below\n‹link›\nPaste code here'],
    'the token': ['Your token:\n‹secret›'],
  };
  const names = (now: Record<string, string[]>) =>
    compareScreens('claude', known, { ...known, ...now }).map(({ screen }) => screen);

  test('are the same where they are the same', () => {
    expect(names({})).toEqual([]);
  });

  test('may come and go between those that stay, half drawn or not at all', () => {
    expect(names({ 'the start': ['Welcome\n◌ Opening bro'] })).toEqual([]);
    expect(names({ 'the exchange': ['◌ Finishing sign-in…'] })).toEqual([]);
    // What it would have added below, had it not been ended.
    expect(names({ 'the link': ['Use the url below\n‹link›'] })).toEqual([]);
    const link = { ...known, 'the link': ['‹https://claude.ai/x in 9 rows›'] };
    const half = { ...link, 'the start': ['‹https://claude.ai/x in 4 rows›'] };
    expect(compareScreens('claude', link, half)).toEqual([]);
    const { 'the start': _, 'the link': __, ...rest } = known;
    expect(compareScreens('claude', known, rest)).toEqual([]);
  });

  test('are the same although a word was covered, as it looked like a part of the secret', () => {
    expect(names({ 'the link': ['Use the u‹secret›elow\n‹link›\nPaste code here'] })).toEqual([]);
    expect(names({ 'the start': ['‹secret›come'] })).toEqual([]);
    expect(names({ 'the token': ['Your token:\nNo token'] })).toEqual(['the token']);
  });

  test.each<[string, Record<string, string[]>, string]>([
    ['a sentence is another', { 'the link': ['Open the url below\n‹link›\nPaste code here'] }, 'the link'],
    ['a row is gone', { 'the token': ['‹secret›'] }, 'the token'],
    ['a row is new at the end', { 'the token': ['Your token:\n‹secret›\nStore it'] }, 'the token'],
    ['a row is new in what comes between', { 'the start': ['Welcome\nTrust this folder?'] }, 'the start'],
    ['something odd was seen on the way', { 'a refusal': ['OAuth error'] }, 'a refusal'],
  ])('differ where %s', (_, now, screen) => {
    expect(names(now)).toEqual([screen]);
  });

  test('the diff has what changed, and what stands around it', () => {
    expect(diffOf('a\nb\nc\nd\ne\nf\ng', 'a\nb\nc\nD\ne\nf\ng')).toBe(
      '…\n  b\n  c\n- d\n+ D\n  e\n  f'.replace(/^…\n/, ''),
    );
    expect(diffOf('a', 'a')).toBe('');
    expect(diffOf('', 'a')).toBe('+ a');
    const many = Array.from({ length: 300 }, (_, row) => `row ${row}`).join('\n');
    expect(diffOf('', many).split('\n')).toHaveLength(61);
  });
});
