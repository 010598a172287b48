/**
 * Character widths for the emulator, in place of its own: the same for all that a sign-in shows, and
 * with an end to the marks that may be piled on one cell (the emulator itself would take millions).
 */
export const BOUNDED_UNICODE = 'keyferry';

const MARKS_PER_CELL = 3;

export class BoundedUnicode {
  readonly version = BOUNDED_UNICODE;

  wcwidth(codepoint: number): 0 | 1 | 2 {
    if (codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0)) return 0;
    if (codepoint < 0x300) return 1;
    if (isZeroWidth(codepoint)) return 0;
    return isWide(codepoint) ? 2 : 1;
  }

  /**
   * xterm's packing: bit 0 joins the cell before, bits 1–2 are the width, the rest is a state of ours
   * that comes back as `preceding`: how many marks the cell has.
   */
  charProperties(codepoint: number, preceding: number): number {
    const width = this.wcwidth(codepoint);
    const precedingWidth = (preceding >> 1) & 3;
    const marks = preceding >> 3;
    if (width > 0 || precedingWidth === 0) return width << 1;
    if (marks >= MARKS_PER_CELL) return 1 << 1;
    return ((marks + 1) << 3) | (precedingWidth << 1) | 1;
  }
}

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]$/u;
const cache = new Map<number, boolean>();

function isZeroWidth(codepoint: number): boolean {
  if (codepoint > 0x1ffff) return codepoint >= 0xe0000;
  const known = cache.get(codepoint);
  if (known !== undefined) return known;
  const zero = ZERO_WIDTH.test(String.fromCodePoint(codepoint));
  cache.set(codepoint, zero);
  return zero;
}

/** East Asian wide and fullwidth blocks, by their ranges. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3040, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

function isWide(codepoint: number): boolean {
  return WIDE.some(([first, last]) => codepoint >= first && codepoint <= last);
}
