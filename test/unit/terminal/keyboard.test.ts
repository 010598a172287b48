import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../../core/secrets/secret.ts';
import { TypingRefused } from '../../../worker/terminal/keyboard.ts';
import { attach, drawn, soon } from './fake-pty.ts';

const CODE = 'abcdefghijklmnopqrstuvwx#yz0123456789ABCDEFGHIJ';

/** A prompt that shows what is typed as `draw` says. */
function prompt(draw: (text: string) => string, start = 'Paste code here > ') {
  const attached = attach();
  attached.pty.print(start);
  attached.pty.onWrite((text) => {
    if (text !== '\r') setTimeout(() => attached.pty.print(draw(text.replace(/\x1b\[20[01]~/g, ''))), 10);
  });
  return attached;
}

describe('a paste', () => {
  test.each([
    ['in clear', (text: string) => text],
    [
      'in clear, cut over rows and framed',
      (text: string) => `\r\n│ ${text.slice(0, 20)} │\r\n│ ${text.slice(20)} │`,
    ],
    ['as a mask', (text: string) => '*'.repeat(text.length)],
    ['as a mask with its last six characters', (text: string) => '*'.repeat(20) + text.slice(-6)],
    ['as a short mask', () => '▪▪▪'],
    ['as a placeholder', () => '[Pasted text #1 +1 lines]'],
  ])('waits until it shows %s, then Enter goes by itself', async (_how, draw) => {
    const { pty, terminal } = prompt(draw);
    const pasted = await terminal.paste(new Secret(CODE), soon());
    expect(pty.written).toEqual([CODE]);
    pasted.enter();
    expect(pty.written).toEqual([CODE, '\r']);
  });

  test('is bracketed when the program has turned that on', async () => {
    const { pty, terminal } = prompt((text) => text, '\x1b[?2004h> ');
    await drawn();
    await terminal.paste(CODE, soon());
    expect(pty.written).toEqual([`\x1b[200~${CODE}\x1b[201~`]);
  });

  test('is bracketed when the caller knows that the program takes it', async () => {
    const { pty, terminal } = prompt((text) => text);
    await terminal.paste(CODE, { ...soon(), bracketed: 'always' });
    expect(pty.written).toEqual([`\x1b[200~${CODE}\x1b[201~`]);
  });

  test('counts as shown when the caller says so', async () => {
    const { pty, terminal } = prompt(() => 'got it');
    await terminal.paste('y', { ...soon(), shown: (_before, now) => now.has(/got it/) });
    expect(pty.written).toEqual(['y']);
  });

  test('fails when it does not show, and Enter is never pressed', async () => {
    const { pty, terminal } = prompt(() => '|');
    await expect(terminal.paste(new Secret(CODE), soon(60))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(pty.written).toEqual([CODE]);
  });

  test.each(['a\rb', 'a\nb', '\x1b[201~x', 'a\tb', '\x7f', 'a\u0085', ''])(
    'refuses %j before anything is sent',
    async (text) => {
      const { pty, terminal } = prompt((shown) => shown);
      await expect(terminal.paste(new Secret(text), soon())).rejects.toThrow(TypingRefused);
      expect(pty.written).toEqual([]);
    },
  );

  test('is not sent when its signal was aborted before', async () => {
    const { pty, terminal } = prompt((text) => text);
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(terminal.paste(CODE, { signal, timeoutMs: 1000 })).rejects.toThrow('cancelled');
    expect(pty.written).toEqual([]);
  });

  test('reveals nothing about its text', async () => {
    const { terminal } = prompt((text) => text);
    const pasted = await terminal.paste(new Secret(CODE), soon());
    expect(inspect(pasted)).toBe('Pasted { 47 characters }');
    await expect(terminal.paste(new Secret(CODE), soon())).rejects.not.toThrow(CODE);
  });
});

describe('nothing is ever sent twice', () => {
  test('a paste is entered once', async () => {
    const { pty, terminal } = prompt((text) => text);
    const pasted = await terminal.paste(CODE, soon());
    pasted.enter();
    expect(() => pasted.enter()).toThrow(TypingRefused);
    expect(() => terminal.press('Enter')).toThrow(TypingRefused);
    expect(pty.written).toEqual([CODE, '\r']);
  });

  test('pressing Enter enters the paste, and uses it up', async () => {
    const { pty, terminal } = prompt((text) => text);
    const pasted = await terminal.paste(CODE, soon());
    terminal.press('Enter');
    expect(() => pasted.enter()).toThrow(TypingRefused);
    expect(pty.written).toEqual([CODE, '\r']);
  });

  test('a second paste into the same prompt is refused, before and after Enter', async () => {
    const { pty, terminal } = prompt((text) => text);
    const pasted = await terminal.paste(CODE, soon());
    await expect(terminal.paste(CODE, soon())).rejects.toThrow(TypingRefused);
    pasted.enter();
    await expect(terminal.paste(CODE, soon())).rejects.toThrow(TypingRefused);
    expect(pty.written).toEqual([CODE, '\r']);
  });

  test('typing goes on once a new prompt was drawn and the caller has seen it', async () => {
    const { pty, terminal } = prompt((text) => text);
    (await terminal.paste(CODE, soon())).enter();
    expect(() => terminal.newPrompt('Press Enter to retry')).toThrow('Nothing was drawn');
    pty.print('\r\nPress Enter to retry.');
    await drawn();
    terminal.newPrompt('Press Enter to retry');
    terminal.press('Enter');
    pty.print('\r\nPaste code here > ');
    await drawn();
    terminal.newPrompt('Paste code here');
    await terminal.paste('another-code-of-some-length', soon());
    expect(pty.written).toEqual([CODE, '\r', '\r', 'another-code-of-some-length']);
  });

  test('an old receipt does not press Enter on a newer prompt', async () => {
    const { pty, terminal } = prompt((text) => text);
    const pasted = await terminal.paste(CODE, soon());
    pty.print('\r\nPaste code here > ');
    await drawn();
    terminal.newPrompt('Paste code here');
    expect(() => pasted.enter()).toThrow(TypingRefused);
    expect(pty.written).toEqual([CODE]);
  });
});
