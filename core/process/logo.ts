import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/** A picture that the api serves. */
export interface Logo {
  type: string;
  /** The end of its file's name. */
  ending: string;
  bytes: Buffer;
}

/** The most bytes of a logo: every customer loads it. */
const MOST_BYTES = 64 * 1024;

/** How each kind of picture begins; what a file is called is not believed. */
const KINDS: readonly { ending: string; type: string; isOne(bytes: Buffer): boolean }[] = [
  {
    ending: 'png',
    type: 'image/png',
    isOne: (bytes) =>
      bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  },
  {
    ending: 'webp',
    type: 'image/webp',
    isOne: (bytes) =>
      bytes.subarray(0, 4).toString('latin1') === 'RIFF' &&
      bytes.subarray(8, 12).toString('latin1') === 'WEBP',
  },
  // Shown as a picture, in which no script runs and nothing else is loaded; opened alone, it is below our policy.
  {
    ending: 'svg',
    type: 'image/svg+xml',
    isOne: (bytes) =>
      /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<svg[\s>]/.test(bytes.toString('utf8')),
  },
];

/** The picture itself, so that a file that is missing or is none prevents the start. */
export const logoFile = z.string().transform((file, context): Logo => {
  try {
    if (statSync(file).size <= MOST_BYTES) {
      const bytes = readFileSync(file);
      const kind = KINDS.find(({ isOne }) => isOne(bytes));
      if (kind) return { type: kind.type, ending: kind.ending, bytes };
    }
  } catch {
    // Said below.
  }
  context.addIssue(
    `must name a file that can be read: an SVG, PNG or WebP picture of at most ${MOST_BYTES / 1024} KiB`,
  );
  return z.NEVER;
});
