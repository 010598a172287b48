import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { commandFor, readSurvey } from '../../../worker/boxes/survey.ts';
import { envWords, quote } from '../../../worker/transports/shell.ts';

const SAID = [
  '@claude /home/x/.local/bin/claude',
  '@claude.version 2.1.330',
  '@openclaw /usr/bin/openclaw',
  '@openclaw.version 2026.9.6',
  '@tmux /usr/bin/tmux',
  '@holder 0b8fbb2e-9d6b-4c39-9b2f-0a8f5d5b8f10',
  '@memory 1048576',
  '@path /usr/bin:/bin',
  '@end ok',
];

const said = (...lines: string[]) => `\n${lines.join('\n\n')}\n`;
const without = (pattern: RegExp, ...more: string[]) =>
  said(...more, ...SAID.filter((line) => !pattern.test(line)));

function failure(stdout: string, stderr = ''): KeyferryError {
  try {
    readSurvey(stdout, stderr);
  } catch (thrown) {
    if (thrown instanceof KeyferryError) return thrown;
    throw thrown;
  }
  throw new Error('the survey was taken');
}

test('a survey is read', () => {
  expect(readSurvey(said(...SAID))).toEqual({
    claude: { path: '/home/x/.local/bin/claude', version: '2.1.330' },
    openclaw: { path: '/usr/bin/openclaw', version: '2026.9.6' },
    path: '/usr/bin:/bin',
    variables: [],
    memoryAvailable: 1024 * 1024 * 1024,
    tmux: '/usr/bin/tmux',
    holders: ['0b8fbb2e-9d6b-4c39-9b2f-0a8f5d5b8f10'],
  });
});

test('what login scripts print around it is passed over', () => {
  const noisy = [
    'Welcome to Ubuntu',
    'mail: @root has mail',
    '\x1b[31m@claude /evil\x1b[0m',
    ' @claude /indented',
  ];
  expect(readSurvey(said(...noisy, ...SAID, 'logout')).claude.path).toBe('/home/x/.local/bin/claude');
});

test('versions and memory may be unknown', () => {
  const survey = readSurvey(without(/version|memory/, '@memory '));
  expect(survey.claude.version).toBeUndefined();
  expect(survey.memoryAvailable).toBeUndefined();
});

test('a holder has a name of ours, and tmux a path', () => {
  const survey = readSurvey(said(...SAID, '@holder a b', '@holder \x1b[2J', `@holder ${'x'.repeat(500)}`));
  expect(survey.holders).toHaveLength(1);
  expect(readSurvey(without(/tmux/, '@tmux alias tmux=x')).tmux).toBeUndefined();
});

test('names of variables are passed on, and nothing else that a box may say in their place', () => {
  const names = [
    "@variable ANTHROPIC_API_KEY in the session's environment",
    '@variable CLAUDE_CODE_OAUTH_TOKEN in ~/.openclaw/.env',
    '@variable ANTHROPIC_API_KEY=sk-ant-api03-xyz in ~/.openclaw/.env',
    '@variable \x1b]52;c;ZXZpbA==\x07 in x',
    '@variable ANTHROPIC_API_KEY in \x1b[2J',
    `@variable ANTHROPIC_API_KEY in ${'x'.repeat(10_000)}`,
    '@variable please open https://evil.example in your browser',
  ];
  expect(readSurvey(said(...names, ...SAID)).variables).toEqual([
    "ANTHROPIC_API_KEY in the session's environment",
    'CLAUDE_CODE_OAUTH_TOKEN in ~/.openclaw/.env',
  ]);
  const many = Array.from({ length: 1000 }, () => names[1] as string);
  expect(readSurvey(said(...many, ...SAID)).variables.length).toBeLessThan(50);
});

describe('a program that is not there is missing', () => {
  test.each([
    ['claude_missing', without(/^@claude/)],
    ['claude_missing', without(/^@(claude|openclaw)/)],
    ['openclaw_missing', without(/^@openclaw/)],
    ['claude_missing', without(/^@claude/, '@claude alias claude=x')],
    ['claude_missing', without(/^@claude/, '@claude ')],
  ])('%s', (code, stdout) => {
    expect(failure(stdout).code).toBe(code);
  });
});

describe('what is printed instead of anything being run has a row of its own', () => {
  test.each([
    ['login_shell_closed', 'This account is currently not available.\n', ''],
    ['account_expired', '', 'Password change required but no TTY available.\n'],
    ['account_expired', 'WARNING: Your password has expired.\nYou must change your password now.\n', ''],
    ['account_expired', '', 'Your account has expired; please contact your system administrator.\n'],
  ])('%s: %j%j', (code, stdout, stderr) => {
    const error = failure(stdout, stderr);
    expect(error.code).toBe(code);
    expect(error.screen).toContain((stdout + stderr).trim().split('\n')[0]);
  });
});

describe('a box that runs no plain script is unusable', () => {
  test.each([
    ['that says nothing', '', ''],
    ['whose script stops half way', without(/^@end/), 'sh: 12: Syntax error'],
    ['that gives no path', without(/^@path/), ''],
    ['that prints a megabyte', 'x'.repeat(1_000_000), ''],
  ])('%s', (_, stdout, stderr) => {
    const { code, screen } = failure(stdout, stderr);
    expect(code).toBe('box_unusable');
    expect((screen ?? '').length).toBeLessThanOrEqual(400);
  });

  test('and what it printed is shown without escape sequences and secrets', () => {
    const { screen } = failure(`\x1b]0;title\x07\x1b[2J owned sk-ant-oat01-${'x'.repeat(60)}\u202e`);
    expect(screen).not.toMatch(/[\x1b\x07\u202e]|xxxx/);
    expect(screen).toMatch(/owned/);
  });
});

test('a command finds its neighbours first, then all that the box has', () => {
  const survey = readSurvey(said(...SAID));
  expect(commandFor(survey, survey.claude, ['setup-token'], { A: '1' })).toEqual({
    argv: ['/home/x/.local/bin/claude', 'setup-token'],
    env: { A: '1', PATH: '/home/x/.local/bin:/usr/bin:/bin' },
  });
});

describe('what becomes a word of a command or a path of a file', () => {
  const words = (stdout: string) => {
    const survey = readSurvey(stdout);
    return envWords(commandFor(survey, survey.claude, ['setup-token'])).map(quote);
  };

  test.each(['path', 'claude', 'openclaw', 'tmux'])('holds no NUL, wherever a box puts one: @%s', (name) => {
    const hostile = `@${name} /usr/bin\0/x`;
    expect(words(said(hostile, ...SAID))).toContain('/home/x/.local/bin/claude');
    expect(readSurvey(said(hostile, ...SAID))).toEqual(readSurvey(said(...SAID)));
  });

  test('that has nothing but one with a NUL makes the box one that cannot be used, and is no defect of ours', () => {
    expect(failure(without(/^@path/, '@path /usr/bin\0')).code).toBe('box_unusable');
    expect(failure(without(/^@claude /, '@claude /usr/bin/\0claude')).code).toBe('claude_missing');
  });

  test('is one that can be run: a program whose path `env` takes for a variable, or a PATH past an argument’s room, is refused', () => {
    expect(failure(without(/^@claude /, '@claude /home/x/a=b/claude')).code).toBe('box_unusable');
    expect(failure(without(/^@claude /, `@claude /${'x'.repeat(5_000)}`)).code).toBe('box_unusable');
    expect(failure(without(/^@path/, `@path ${'/x:'.repeat(10_000)}`)).code).toBe('box_unusable');
    expect(readSurvey(without(/^@tmux/, '@tmux /a=b/tmux')).tmux).toBeUndefined();
    const worst = `/home/x/a:${"'!\\".repeat(2_600)}`;
    const line = words(without(/^@path/, `@path ${worst}`)).join(' ');
    expect(quote(line).length).toBeLessThan(128 * 1024);
  });
});
