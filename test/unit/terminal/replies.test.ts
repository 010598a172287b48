import { describe, expect, test } from '@jest/globals';
import { attach, drawn } from './fake-pty.ts';

const hex = (text: string) => Buffer.from(text).toString('hex');

describe('a program that asks is answered, once', () => {
  test.each([
    ['DA1', '\x1b[c', '\x1b[?1;2c'],
    ['DA2', '\x1b[>c', '\x1b[>0;276;0c'],
    ['DSR', '\x1b[5n', '\x1b[0n'],
    ['CPR', '\x1b[3;7H\x1b[6n', '\x1b[3;7R'],
    ['DECXCPR', '\x1b[3;7H\x1b[?6n', '\x1b[?3;7R'],
    ['XTVERSION', '\x1b[>q', '\x1bP>|xterm.js(6.0.0)\x1b\\'],
    ['XTVERSION', '\x1b[>0q', '\x1bP>|xterm.js(6.0.0)\x1b\\'],
    ['kitty keyboard', '\x1b[?u', '\x1b[?0u'],
    ['kitty keyboard after a push', '\x1b[>1u\x1b[?u', '\x1b[?0u'],
    ['OSC 10', '\x1b]10;?\x07', '\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\'],
    ['OSC 11', '\x1b]11;?\x1b\\', '\x1b]11;rgb:0000/0000/0000\x1b\\'],
    [
      'OSC 10 and 11 in one',
      '\x1b]10;?;?\x07',
      '\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\',
    ],
    ['OSC 4', '\x1b]4;1;?\x07', '\x1b]4;1;rgb:cdcd/0000/0000\x1b\\'],
    ['OSC 4, the cube', '\x1b]4;196;?\x07', '\x1b]4;196;rgb:ffff/0000/0000\x1b\\'],
    [
      'OSC 4, two',
      '\x1b]4;0;?;255;?\x07',
      '\x1b]4;0;rgb:0000/0000/0000\x1b\\\x1b]4;255;rgb:eeee/eeee/eeee\x1b\\',
    ],
    ['XTGETTCAP', `\x1bP+q${hex('TN')}\x1b\\`, `\x1bP1+r${hex('TN')}=${hex('xterm-256color')}\x1b\\`],
    ['XTGETTCAP, unknown', `\x1bP+q${hex('zz')}\x1b\\`, '\x1bP0+r\x1b\\'],
    ['CSI 14 t', '\x1b[14t', '\x1b[4;384;640t'],
    ['CSI 16 t', '\x1b[16t', '\x1b[6;16;8t'],
    ['CSI 18 t', '\x1b[18t', '\x1b[8;24;80t'],
    ['DECRQM', '\x1b[?2004h\x1b[?2004$p', '\x1b[?2004;1$y'],
    ['DECRQM, synchronized output', '\x1b[?2026$p', '\x1b[?2026;2$y'],
    ['DECRQSS', '\x1bP$qm\x1b\\', '\x1bP1$r0m\x1b\\'],
    ['OSC 7501', '\x1b]7501;?\x07', ''],
    ['setting a colour', '\x1b]11;#ffffff\x07', ''],
    ['a window operation', '\x1b[22;0t\x1b[3;0;0t', ''],
  ])('%s: %j', async (_name, question, answer) => {
    const { pty, terminal } = attach();
    pty.print(question);
    await drawn();
    expect(pty.written.join('')).toBe(answer);
    await terminal.close();
  });

  test('what claude 2.1.330 asks at its start', async () => {
    const { pty } = attach();
    for (const byte of Buffer.from('\x1b]11;?\x07\x1b[c\x1b[>0q\x1b[?u\x1b]7501;?\x07\x1b[c'))
      pty.print(Uint8Array.of(byte));
    for (let turn = 0; turn < 200 && pty.written.length < 5; turn += 1) await drawn();
    await drawn();
    expect(pty.written).toEqual([
      '\x1b]11;rgb:0000/0000/0000\x1b\\',
      '\x1b[?1;2c',
      '\x1bP>|xterm.js(6.0.0)\x1b\\',
      '\x1b[?0u',
      '\x1b[?1;2c',
    ]);
  });
});

test('a program that asks a hundred thousand times is answered a few hundred times', async () => {
  const { pty, terminal } = attach();
  for (let round = 0; round < 100; round += 1) pty.print('\x1b[6n\x1b[c\x1b[>q\x1b]4;1;?\x07'.repeat(250));
  pty.end();
  await terminal.ended;
  expect(pty.written.length).toBeGreaterThan(200);
  expect(pty.written.length).toBeLessThan(400);
});

test('nothing that a box prints makes the terminal type what the box chose', async () => {
  const { pty, terminal } = attach();
  pty.print(
    '\x1b]0;evil\x07\x1b[21t\x1b[20t\x1bP+qgggg\x1b\\\x05\x1b]52;c;?\x07\x1b]10;evil\x07\x1bP$q"evil\x1b\\',
  );
  pty.end();
  await terminal.ended;
  expect(pty.written.join('')).not.toContain('evil');
});
