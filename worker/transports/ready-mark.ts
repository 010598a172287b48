import { randomBytes } from 'node:crypto';
import { KeyferryError } from '../../core/errors.ts';

/** What is kept of what a login shell's start-up files print before our line runs, in bytes. */
const NOISE_MAX = 256 * 1024;

/**
 * The mark that the box prints right before a program starts. What comes before it is of the login shell's
 * start-up files, and is kept only in case the mark never comes: then it says why.
 */
export class ReadyMark {
  readonly text: string;
  /** True once more came before the mark than any start-up file has to say. */
  endless = false;
  #before: Uint8Array = new Uint8Array();

  constructor(text = `keyferry-ready-${randomBytes(8).toString('hex')}`) {
    this.text = text;
  }

  /** What follows the mark in the output so far, once: from then on the output is the program's own. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const seen = Buffer.concat([this.#before, chunk]);
    const at = seen.indexOf(this.text);
    if (at >= 0) {
      this.#before = new Uint8Array();
      return seen.subarray(at + this.text.length);
    }
    this.endless ||= seen.length > NOISE_MAX;
    this.#before = seen.length > NOISE_MAX ? seen.subarray(-NOISE_MAX / 2) : seen;
    return undefined;
  }

  /** What came while there was no mark. */
  before(): Uint8Array {
    return this.#before;
  }
}

/** A mark to wait for, and what to call once it is there. */
export interface Ready {
  mark: string;
  seen: () => void;
}

/** For a login shell whose start-up files do nothing but print. */
export function endlessNoise(): KeyferryError {
  return new KeyferryError('box_unusable', { detail: 'Its login shell prints without end.' });
}
