import type { Terminal } from '@xterm/headless';
import { Budget } from './budget.ts';

/** A program asks about ten questions at its start. Beyond these bounds it gets no answers. */
const BURST = 256;
const PER_SECOND = 8;
const LONGEST = 1024;
const MOST_NAMES = 16;

/** Pixels of one cell, for programs that ask: we draw none. */
const CELL = { width: 8, height: 16 };
const FOREGROUND = 'rgb:e5e5/e5e5/e5e5';
const BACKGROUND = 'rgb:0000/0000/0000';

const CAPABILITIES: Readonly<Record<string, string>> = {
  TN: 'xterm-256color',
  name: 'xterm-256color',
  Co: '256',
  colors: '256',
  RGB: '8',
};

export type Send = (reply: string) => void;

/** Limits the answers for one program, no matter how many emulators it goes through. */
export function bounded(send: Send): Send {
  const budget = new Budget(BURST, PER_SECOND);
  return (reply) => {
    if (reply.length <= LONGEST && budget.spend(1)) send(reply);
  };
}

/**
 * Answers what programs ask a terminal. The emulator itself answers DA1, DA2, CPR, DSR, DECRQM and
 * DECRQSS; those come through here too, so that `send` hears all.
 */
export function answerQueries(terminal: Terminal, send: Send): void {
  const reply = (text: string): true => {
    send(text);
    return true;
  };
  terminal.onData(reply);
  answerIdentity(terminal, reply);
  answerColours(terminal, reply);
  answerSize(terminal, reply);
}

type Reply = (text: string) => true;

function answerIdentity({ parser }: Terminal, reply: Reply): void {
  // XTVERSION
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => reply('\x1bP>|xterm.js(6.0.0)\x1b\\'));
  // The kitty keyboard protocol: no enhancement is on, now and after any request for one.
  parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => reply('\x1b[?0u'));
  // XTGETTCAP: names and values in hexadecimal
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, (data) => {
    for (const name of data.split(';', MOST_NAMES)) reply(capability(name));
    return true;
  });
}

function capability(hexName: string): string {
  const name = Buffer.from(hexName, 'hex').toString('latin1');
  const value = /^[0-9a-f]{2,64}$/i.test(hexName) ? CAPABILITIES[name] : undefined;
  if (value === undefined) return '\x1bP0+r\x1b\\';
  return `\x1bP1+r${hexName}=${Buffer.from(value, 'latin1').toString('hex')}\x1b\\`;
}

function answerColours({ parser }: Terminal, reply: Reply): void {
  // `OSC 10 ; ? ; ?` asks for 10 and 11
  for (const first of [10, 11, 12]) {
    parser.registerOscHandler(first, (data) => {
      data.split(';', 3).forEach((part, index) => {
        const slot = first + index;
        if (part === '?' && slot <= 12) reply(`\x1b]${slot};${slot === 11 ? BACKGROUND : FOREGROUND}\x1b\\`);
      });
      return true;
    });
  }
  // `OSC 4 ; number ; ?`, several pairs in one
  parser.registerOscHandler(4, (data) => {
    const parts = data.split(';', MOST_NAMES * 2);
    for (let index = 0; index + 1 < parts.length; index += 2) {
      const slot = Number(parts[index]);
      if (parts[index + 1] === '?' && Number.isInteger(slot) && slot >= 0 && slot < 256)
        reply(`\x1b]4;${slot};${paletteColour(slot)}\x1b\\`);
    }
    return true;
  });
}

/** xterm's palette: 16 named colours, a 6×6×6 cube, 24 greys. */
function paletteColour(slot: number): string {
  if (slot >= 232) return rgb([0, 1, 2].map(() => 8 + (slot - 232) * 10));
  if (slot >= 16) {
    const cube = [Math.floor((slot - 16) / 36), Math.floor((slot - 16) / 6) % 6, (slot - 16) % 6];
    return rgb(cube.map((step) => (step === 0 ? 0 : 55 + step * 40)));
  }
  const level = slot >= 8 ? 0xff : 0xcd;
  return rgb([1, 2, 4].map((bit) => ((slot & 7 & bit) !== 0 ? level : slot === 8 ? 0x7f : 0)));
}

function rgb(parts: readonly number[]): string {
  const hex = parts.map((part) => part.toString(16).padStart(2, '0').repeat(2));
  return `rgb:${hex.join('/')}`;
}

function answerSize(terminal: Terminal, reply: Reply): void {
  terminal.parser.registerCsiHandler({ final: 't' }, ([question]) => {
    const { rows, cols } = terminal;
    if (question === 14) return reply(`\x1b[4;${rows * CELL.height};${cols * CELL.width}t`);
    if (question === 16) return reply(`\x1b[6;${CELL.height};${CELL.width}t`);
    if (question === 18) return reply(`\x1b[8;${rows};${cols}t`);
    return false;
  });
}
