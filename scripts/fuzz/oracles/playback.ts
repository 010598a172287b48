import { Finding } from './finding.ts';

const CURSOR = String.raw`\x1b\[\d+;\d+H\x1b\[\?25[hl]`;
const ROW = String.raw`\x1b\[(\d+);1H\x1b\[2K([^\x00-\x1f\x7f-\x9f]*)`;
const START = '\x1b[0m\x1b[?7l\x1b[2J\x1b[H';
const DRAWING = new RegExp(`^(?:${ROW})*${CURSOR}$`);

/** Plays what a recording draws, and takes nothing but rows of text and a cursor. */
export class Playback {
  #rows: string[] = [];

  /** The rows as they stand after it. Throws a finding on any other sequence. */
  draw(drawing: string): readonly string[] {
    if (drawing === '') return this.#rows;
    const starts = drawing.startsWith(START);
    if (starts) this.#rows = [];
    const rest = starts ? drawing.slice(START.length) : drawing;
    if (!DRAWING.test(rest)) throw new Finding('a recording holds a sequence that is not its own');
    for (const [, row, text = ''] of rest.matchAll(new RegExp(ROW, 'g'))) this.#rows[Number(row) - 1] = text;
    return Array.from(this.#rows, (row) => row ?? '');
  }
}
