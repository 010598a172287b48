import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';
import { WaitError } from '../../../worker/terminal/wait-error.ts';
import { attach, drawn, screenOf, soon } from './fake-pty.ts';

const has = (text: string) => (screen: Screen) => (screen.text.includes(text) ? text : undefined);

async function failure(promise: Promise<unknown>): Promise<WaitError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(WaitError);
  return thrown as WaitError;
}

describe('a wait ends', () => {
  test('at once when what it waits for is on the screen already', async () => {
    const { pty, terminal } = attach();
    pty.print('ready');
    await drawn();
    expect(await terminal.waitFor('it', has('ready'), soon())).toBe('ready');
  });

  test('when it is drawn, in several chunks', async () => {
    const { pty, terminal } = attach();
    const waiting = terminal.waitFor('it', has('ready'), soon());
    pty.print('rea');
    await drawn();
    pty.print('dy');
    expect(await waiting).toBe('ready');
  });

  test('at its deadline', async () => {
    const { terminal } = attach();
    const error = await failure(terminal.waitFor('a link', has('x'), soon(30)));
    expect(error.code).toBe('deadline_exceeded');
    expect(error.waitedMs).toBeGreaterThanOrEqual(29);
    expect(
      (await failure(terminal.waitFor('a link', has('x'), { ...soon(5), onTimeout: 'link_not_shown' }))).code,
    ).toBe('link_not_shown');
  });

  test('with the reason of its signal when that is aborted, before or while it waits', async () => {
    const { terminal } = attach();
    const controller = new AbortController();
    const waiting = terminal.waitFor('it', has('x'), { signal: controller.signal, timeoutMs: 1000 });
    controller.abort(new Error('the customer left'));
    await expect(waiting).rejects.toThrow('the customer left');
    await expect(
      terminal.waitFor('it', has('x'), { signal: controller.signal, timeoutMs: 1000 }),
    ).rejects.toThrow('the customer left');
  });

  test('at once when the program has ended, after reading everything it printed', async () => {
    const { pty, terminal } = attach();
    const found = terminal.waitFor('it', has('last words'), soon());
    const missed = failure(terminal.waitFor('it', has('never'), { ...soon(), onEnd: 'claude_crashed' }));
    pty.print('last words');
    pty.end(3);
    expect(await found).toBe('last words');
    expect((await missed).code).toBe('claude_crashed');
    expect((await missed).message).toContain('the program ended with exit code 3');
    expect(await terminal.ended).toEqual({ kind: 'exited', code: 3 });
    expect((await failure(terminal.waitFor('it', has('never'), soon()))).code).toBe('program_ended');
    expect(await terminal.waitFor('it', has('last words'), soon())).toBe('last words');
  });

  test('with what its reader throws', async () => {
    const { terminal } = attach();
    const reader = () => {
      throw new Error('not a link of ours');
    };
    await expect(terminal.waitFor('it', reader, soon())).rejects.toThrow('not a link of ours');
  });

  test('when the terminal is closed', async () => {
    const { pty, terminal } = attach();
    const waiting = failure(terminal.waitFor('it', has('x'), soon()));
    await terminal.close();
    expect((await waiting).code).toBe('program_ended');
    await terminal.close();
    expect(pty.closed).toBe(2);
  });
});

describe('a result that must be stable', () => {
  const digits = (screen: Screen) => /\d+/.exec(screen.text)?.[0];
  const stable = (earlier: string, later: string) => earlier === later;

  test('counts after a short quiet', async () => {
    const { pty, terminal } = attach();
    const began = performance.now();
    const waiting = terminal.waitFor('digits', digits, { ...soon(), stable });
    pty.print('12');
    expect(await waiting).toBe('12');
    expect(performance.now() - began).toBeGreaterThan(30);
  });

  test('counts after the quiet that the wait asks for', async () => {
    const { pty, terminal } = attach();
    const asked: string[] = [];
    const quietMs = (value: string) => {
      asked.push(value);
      return 60_000;
    };
    const failed = failure(terminal.waitFor('digits', digits, { ...soon(150), stable, quietMs }));
    pty.print('12');
    expect((await failed).code).toBe('deadline_exceeded');
    expect(asked).toContain('12');
  });

  test('does not count while it still grows', async () => {
    const { pty, terminal } = attach();
    // Far more than a busy machine takes between two digits.
    const waiting = terminal.waitFor('digits', digits, { ...soon(20_000), stable, quietMs: () => 1_000 });
    for (const digit of '123456') {
      pty.print(digit);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await waiting).toBe('123456');
  });

  test('counts in a later frame although something else is drawn all the time', async () => {
    const { pty, terminal } = attach();
    pty.print('12 ');
    const spinner = setInterval(() => pty.print('\x1b[2;1H*\x1b[2;1H+'), 5);
    expect(await terminal.waitFor('digits', digits, { ...soon(), stable })).toBe('12');
    clearInterval(spinner);
  });

  test('counts at once when the program has ended', async () => {
    const { pty, terminal } = attach();
    const waiting = terminal.waitFor('digits', digits, { ...soon(), stable });
    pty.print('12');
    pty.end();
    expect(await waiting).toBe('12');
  });
});

test('a frame that the program draws in one go (DECSET 2026) is not looked at half drawn', async () => {
  const { pty, terminal } = attach();
  const seen: string[] = [];
  const waiting = terminal.waitFor(
    'the end',
    (screen) => {
      seen.push(screen.text.trim());
      return screen.has(/end/) || undefined;
    },
    soon(),
  );
  pty.print('\x1b[?2026hhalf');
  await drawn();
  pty.print(' end\x1b[?2026l');
  await waiting;
  expect(seen).toEqual(['', 'half end']);
});

describe('the error of a failed wait', () => {
  test('shows what was expected, the screen between rulers, modes and actions, all redacted', async () => {
    const { pty, terminal } = attach({ columns: 40, rows: 5 });
    pty.onWrite((text) => pty.print(text === '\r' ? '' : '> pEaZk8vYtQ0LrM3nXw7B'));
    pty.print('\x1b[?2004h\x1b[?25lPaste code here\r\n');
    await drawn();
    const pasted = await terminal.paste(new Secret('pEaZk8vYtQ0LrM3nXw7B'), soon());
    pasted.enter();
    const error = await failure(terminal.waitFor('the token', has('sk-ant'), soon(80)));
    expect(error.message).toContain('for the token; the program still runs');
    expect(error.screen).toContain('····.····1····.····2····.····3····.····4'.slice(0, 20));
    expect(error.screen).toContain('   1 Paste code here');
    expect(error.screen).toContain('   2 > ████████████████████');
    expect(error.screen).toMatch(/40×5; cursor at row 2, column \d+; bracketed paste; cursor hidden/);
    expect(error.screen).toMatch(
      /Last actions: pasted 20 characters \(bracketed\) at .* s; pressed Enter at/,
    );
    expect(inspect(error)).not.toContain('pEaZ');
    expect(terminal.dump()).not.toContain('pEaZ');
  });
});

test('a screen prints, serialises and inspects as a placeholder', async () => {
  const screen = await screenOf('a-secret');
  const shown = [String(screen), JSON.stringify({ screen }), inspect({ screen }), `${screen}`].join();
  expect(shown).not.toContain('a-secret');
  expect(screen.has(/a-secret/)).toBe(true);
});

test('a screen knows what has appeared since an earlier one', async () => {
  const earlier = await screenOf('one\r\ntwo');
  const later = await screenOf('one\r\ntwo\r\nthree\r\ntwo');
  expect(later.appearedSince(earlier)).toEqual(['three', 'two']);
});

test('rows that the terminal wrapped are one line of text', async () => {
  const screen = await screenOf('abcdefgh', { columns: 5 });
  expect(screen.rows.slice(0, 2)).toEqual([
    { text: 'abcde', wrapped: false },
    { text: 'fgh', wrapped: true },
  ]);
  expect(screen.text.trim()).toBe('abcdefgh');
});

test('scrollback is kept above the viewport, within bounds', async () => {
  const screen = await screenOf(Array.from({ length: 1000 }, (_, index) => `row ${index}`).join('\r\n'), {
    rows: 10,
  });
  expect(screen.rows.length).toBe(210);
  expect(screen.viewportTop).toBe(200);
  expect(screen.rows.at(-1)?.text).toBe('row 999');
});

test('a redactor that many waits share keeps the secrets of a paste', async () => {
  const redactor = new Redactor();
  const { pty, terminal } = attach({ redactor });
  pty.onWrite(() => pty.print('****************7890'));
  await terminal.paste(new Secret('abcdefghijklmnop7890'), soon());
  expect(redactor.text('ijklmnop')).toBe('████████');
});
