import { randomBytes } from 'node:crypto';
import { KeyferryError } from '../../core/errors.ts';
import { Bytes } from './bytes.ts';

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
  readonly #before = new Bytes();

  constructor(text = `keyferry-ready-${randomBytes(8).toString('hex')}`) {
    this.text = text;
  }

  /** What follows the mark in the output so far, once: from then on the output is the program's own. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    // Not looked through again: of what came before, the mark's own length less one can be its beginning.
    const from = Math.max(0, this.#before.length - this.text.length + 1);
    this.#before.add(chunk);
    const at = this.#before.all.indexOf(this.text, from);
    if (at >= 0) {
      const rest = Uint8Array.from(this.#before.all.subarray(at + this.text.length));
      this.#before.keepLast(0);
      return rest;
    }
    if (this.#before.length <= NOISE_MAX) return undefined;
    this.endless = true;
    this.#before.keepLast(NOISE_MAX / 2);
    return undefined;
  }

  /** What came while there was no mark. */
  before(): Uint8Array {
    return Uint8Array.from(this.#before.all);
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
