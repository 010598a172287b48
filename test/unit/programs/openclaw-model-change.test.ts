import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import type { Survey } from '../../../worker/boxes/survey.ts';
import { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import type { BoxConnection, RunOptions, RunResult } from '../../../worker/transports/transport.ts';

const SURVEY: Survey = {
  claude: { path: '/usr/bin/claude', version: undefined },
  openclaw: { path: '/usr/bin/openclaw', version: undefined },
  path: '/usr/bin',
  variables: [],
  memoryAvailable: undefined,
  tmux: undefined,
  holders: [],
};
const LIMITS = { signal: new AbortController().signal, timeoutMs: 3_600_000 };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A change on a box whose OpenClaw does as `run` says. */
function changeOn(run: (options: RunOptions) => Promise<RunResult>) {
  const connection = { run: (_: unknown, options: RunOptions) => run(options) } as unknown as BoxConnection;
  return new OpenClaw(connection, SURVEY, {
    provider: PROVIDERS.anthropic,
    redactor: new Redactor(),
  }).openModelChange(LIMITS);
}

test('a change that hangs is ended after a minute, and says that it was not made', async () => {
  let ended = false;
  const change = changeOn(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason);
        });
      }),
  );
  await jest.advanceTimersByTimeAsync(600_000);
  expect(ended).toBe(false);
  const made = change.to('anthropic/claude-opus-5-5');
  await jest.advanceTimersByTimeAsync(59_000);
  expect(ended).toBe(false);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(ended).toBe(true);
  expect(await made).toBe(false);
});

test.each([
  [{ kind: 'exited', code: 0 }, true],
  [{ kind: 'exited', code: 1 }, false],
  [{ kind: 'signalled', signal: 'SIGKILL' }, false],
  [{ kind: 'lost', reason: 'The box hung up.' }, false],
] as const)('one that ends with %j was made: %s', async (exit, made) => {
  const given: unknown[] = [];
  const change = changeOn(async ({ input }) => {
    given.push(JSON.parse((await input) ?? ''));
    return { exit, stdout: '', stderr: '' };
  });
  expect(await change.to('anthropic/claude-opus-5-5')).toBe(made);
  expect(given).toEqual([{ agents: { defaults: { model: { primary: 'anthropic/claude-opus-5-5' } } } }]);
  expect(jest.getTimerCount()).toBe(0);
});
