import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import type { OpenClawOnBox } from '../../../worker/boxes/survey.ts';
import { fallbackBehind } from '../../../worker/fallback/in-handshake.ts';
import type { BoxConnection, Command, RunOptions, RunResult } from '../../../worker/transports/transport.ts';
import { platformOf } from '../../support/platform-provider.ts';

const KEY = 'pk-platform-0123456789abcdefghij';
const ENTRY = {
  baseUrl: 'https://models.example.com/v1',
  api: 'openai-completions',
  apiKey: { source: 'store', provider: 'default', id: '__OPENCLAW_REDACTED__' },
  models: [
    { id: 'large', name: 'Large' },
    { id: 'small', name: 'small' },
  ],
};
const FALLBACKS = { defaults: { model: { primary: 'anthropic/x', fallbacks: ['our-models/large'] } } };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const printed = (stdout: string, code = 0): RunResult => ({
  exit: { kind: 'exited', code },
  stdout,
  stderr: '',
});

/** The step on a box whose OpenClaw answers as `run` says; notes what was run and what was given to it. */
function behind(run: (words: string, options: RunOptions) => Promise<RunResult>, isConfigured = true) {
  const ran: string[] = [];
  const inputs: unknown[] = [];
  const connection = {
    run: ({ argv }: Command, options: RunOptions) => {
      const words = argv.slice(argv.findIndex((word) => word.endsWith('openclaw')) + 1).join(' ');
      ran.push(words);
      if (options.input !== undefined) inputs.push(options.input);
      return run(words, options);
    },
  } as unknown as BoxConnection;
  const survey = {
    openclaw: { path: '/usr/bin/openclaw', version: '2026.9.6' },
    path: '/usr/bin',
  } as unknown as OpenClawOnBox;
  const ending = new AbortController();
  const asked = jest.fn(async () => new Secret(KEY));
  const fallback = isConfigured ? { platform: platformOf(), key: asked } : undefined;
  const parts = { connection, survey, redactor: new Redactor(), fallback };
  const limits = () => ({ signal: ending.signal, timeoutMs: 300_000 });
  return { ran, inputs, asked, ending, done: fallbackBehind(parts, limits) };
}

const untilAborted = (_: string, { signal }: RunOptions) =>
  new Promise<RunResult>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('the platform’s provider behind a credential that is proved', () => {
  test('costs nothing where none is configured', async () => {
    const { ran, done } = behind(untilAborted, false);
    expect(await done).toEqual([]);
    expect(ran).toEqual([]);
  });

  test('takes two questions where it is in place, and no key', async () => {
    const { ran, asked, done } = behind(async (words) =>
      printed(JSON.stringify(words.includes('models.providers') ? ENTRY : FALLBACKS)),
    );
    expect(await done).toEqual([]);
    expect(ran).toEqual(['config get agents --json', 'config get models.providers.our-models --json']);
    expect(asked).not.toHaveBeenCalled();
  });

  test('is put there with the key on stdin first, and no word of a command is secret', async () => {
    const { ran, inputs, done } = behind(async (words) => {
      if (words.includes('models.providers.our-models --json'))
        return printed('Config path is valid but unset: models.providers.our-models.', 1);
      return printed(words.startsWith('config get') ? '{}' : 'done');
    });
    expect(await done).toEqual([]);
    expect(ran.slice(2).map((words) => words.split(' ').slice(0, 3).join(' '))).toEqual([
      'secrets store set',
      'config set --batch-json',
    ]);
    expect(inputs).toEqual([KEY]);
    expect(ran.join('\n')).not.toContain(KEY);
  });

  test('only goes to the end of the fallbacks again where it was moved, and the key stays as it is', async () => {
    const moved = { defaults: { model: { primary: 'anthropic/x', fallbacks: ['our-models/large', 'b/c'] } } };
    const { ran, asked, done } = behind(async (words) =>
      printed(JSON.stringify(words.includes('models.providers') ? ENTRY : moved)),
    );
    await done;
    const change = [{ path: 'agents.defaults.model.fallbacks', value: ['b/c', 'our-models/large'] }];
    expect(ran.slice(2)).toEqual([`config set --batch-json ${JSON.stringify(change)}`]);
    expect(asked).not.toHaveBeenCalled();
  });

  test('is a warning, with nothing secret in it, where OpenClaw does not do it', async () => {
    const { done } = behind(async (words) => {
      if (words.startsWith('secrets')) return printed(`Cannot store ${KEY}`, 1);
      return words.includes('agents') ? printed('{}') : printed('Config path not found: x', 1);
    });
    const warnings = await done;
    expect(warnings).toEqual([expect.stringMatching(/^The platform's own models do not stand behind it: /)]);
    expect(warnings.join()).not.toContain(KEY);
  });

  test('is a warning after a minute and a half where OpenClaw hangs', async () => {
    const { done } = behind(untilAborted);
    await jest.advanceTimersByTimeAsync(91_000);
    expect(await done).toEqual([expect.stringContaining('do not stand behind it')]);
  });

  test('ends with the handshake’s own reason when that is ended', async () => {
    const { ending, done } = behind(untilAborted);
    const outcome = done.catch((thrown: unknown) => thrown);
    ending.abort(new KeyferryError('cancelled'));
    expect(await outcome).toMatchObject({ code: 'cancelled' });
  });
});
