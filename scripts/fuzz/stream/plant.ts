import fc from 'fast-check';
import { type Secrets, share } from '../words.ts';

/** A secret on the screen: which, how it is drawn, where. */
export interface Plant {
  what: keyof Secrets;
  /** Characters to a row. */
  cut: number;
  indent: number;
  frame: string;
  style: 'plain' | 'colours' | 'moves' | 'overwritten' | 'marked' | 'spaced' | 'joined';
  between: string;
  at: number;
}

export const plant: fc.Arbitrary<Plant> = fc.record({
  what: fc.constantFrom('token', 'code', 'strayToken', 'strayCode'),
  cut: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constant(120)),
  indent: fc.integer({ min: 0, max: 6 }),
  frame: fc.constantFrom('', '', '│', '┃', '|', '▌', '║'),
  style: fc.constantFrom('plain', 'plain', 'colours', 'moves', 'overwritten', 'marked', 'spaced', 'joined'),
  between: fc.constantFrom('\u0301', '\u200b', '\u00ad', '\u2060', '\u202e', '\ufe0f'),
  at: share,
});

/** The bytes that draw it, from a row of its own on. */
export function drawn(secret: string, { cut, indent, frame, style, between }: Plant): Buffer {
  const parts = secret.match(new RegExp(`.{1,${cut}}`, 'g')) ?? [];
  const rows = parts.map((part) => {
    const right = frame === '' ? '' : `${' '.repeat(Math.max(0, cut - part.length))} ${frame}`;
    return `${frame}${' '.repeat(indent)}${drawnAs(style, part, between)}${right}`;
  });
  const ends = style === 'joined' ? '' : '\r\n';
  return Buffer.from(ends + rows.join(style === 'joined' ? '\r\n' : ends) + ends);
}

function drawnAs(style: Plant['style'], part: string, between: string): string {
  switch (style) {
    case 'colours':
      return [...part].map((letter, at) => (at % 3 === 0 ? `\x1b[3${at % 8}m${letter}` : letter)).join('');
    case 'moves':
      return [...part].map((letter) => `${letter}\x1b[D\x1b[C`).join('');
    case 'overwritten':
      return `${'*'.repeat(part.length)}\x1b[${part.length}D${part}`;
    case 'marked':
      return [...part].join(between);
    case 'spaced':
      return [...part].join(' ');
    default:
      return part;
  }
}
