import { plainText } from '../../../core/contract/plain-text.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { dumpScreen } from '../../../worker/terminal/dump.ts';
import { Emulator, SCROLLBACK_ROWS } from '../../../worker/terminal/emulator.ts';
import { Frames } from '../../../worker/terminal/frames.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';
import type { Meter } from '../meter.ts';
import { must, mustNotSteer } from '../oracles/finding.ts';
import { Playback } from '../oracles/playback.ts';
import { mustCoverByShape, Runs } from '../oracles/secrets.ts';
import { target } from '../target.ts';
import { linkOf, readAll } from './readers.ts';
import { chunksOf, describe, isInnocent, type Session, session } from './session.ts';

/** What a terminal takes before it gives a program up (`worker/terminal/output.ts`). */
const FLOOD = 8 * 1024 * 1024;

/** Rows in which the whole of a recording stands. */
const ROOM = 40;

/** One screen that is drawn on, looked at, read, redacted and recorded. */
class Subject {
  cost = 0;
  looks = 0;
  readonly #session: Session;
  readonly #emulator: Emulator;
  readonly #redactor = new Redactor();
  readonly #known: Runs;
  readonly #frames: Frames;
  readonly #playback = new Playback();
  #before: Screen | undefined;

  constructor(given: Session) {
    this.#session = given;
    const { columns, rows, secrets } = given;
    this.#emulator = new Emulator({ columns, rows, onCost: (bytes) => this.charge(bytes) });
    for (const known of [secrets.token, secrets.code]) this.#redactor.add(new Secret(known));
    this.#known = new Runs([secrets.token, secrets.code]);
    this.#frames = new Frames(this.#redactor);
  }

  charge(bytes: number): void {
    this.cost += bytes;
    if (this.cost > FLOOD) this.#emulator.freeze();
  }

  write(bytes: Uint8Array): void {
    this.charge(bytes.length);
    this.#emulator.write(bytes, () => {});
  }

  /** The screen with all that was written on it. */
  async screen(ended = false): Promise<Screen> {
    await new Promise<void>((resolve) => this.#emulator.write(new Uint8Array(), resolve));
    this.looks += 1;
    return this.#emulator.screen(this.looks, ended ? { kind: 'exited', code: 0 } : undefined);
  }

  look(screen: Screen, meter: Meter): void {
    meter.looks += 1;
    const { columns, rows, secrets } = this.#session;
    const lines = screen.rows.map(({ text }) => text);
    must(screen.columns === columns, 'a program changed the width');
    must(lines.length <= rows + SCROLLBACK_ROWS, 'the screen has no end');
    must(!lines.some((text) => text.length > columns * 8), 'a row has no end');
    must(screen.hyperlinks.length <= 32, 'hyperlinks have no end');
    for (const words of readAll(screen, this.#before, secrets, meter))
      this.#known.mustNotStandIn([this.#redactor.text(plainText(words))], 'an error');
    this.#before ??= screen;
    mustCoverByShape(lines, this.#redactor.rows(lines), {
      token: secrets.strayToken,
      code: secrets.strayCode,
    });
    const dump = dumpScreen(screen, this.#redactor);
    mustNotSteer(dump, 'a dump');
    // Without rulers and row numbers.
    this.#safe(
      dump
        .split('\n')
        .slice(1, -2)
        .map((row) => row.slice(5)),
      'a dump',
    );
    this.#safe(this.#playback.draw(this.#frames.next(screen)), 'a recording');
  }

  dispose(): void {
    this.#emulator.dispose();
  }

  #safe(rows: readonly string[], where: string): void {
    this.#known.mustNotStandIn(rows, where);
  }
}

async function run(given: Session, meter: Meter): Promise<number> {
  const chunks = chunksOf(given);
  const subject = new Subject(given);
  let fed = 0;
  try {
    for (const chunk of chunks) {
      if (subject.cost > FLOOD) {
        meter.meet('a flood');
        break;
      }
      subject.write(chunk);
      fed += 1;
      if (fed % given.stride > 0 && fed < chunks.length) continue;
      const screen = await subject.screen();
      subject.look(screen, meter);
    }
    const last = await subject.screen(true);
    subject.look(last, meter);
    if (isInnocent(given) || given.stride === 1) await mustBeAsWhole(given, chunks.slice(0, fed), last);
  } finally {
    subject.dispose();
  }
  return fed;
}

/** However bytes are cut into chunks, they draw the same screen, and it gives the same link. */
async function mustBeAsWhole(given: Session, chunks: readonly Buffer[], last: Screen): Promise<void> {
  const whole = new Subject(given);
  try {
    whole.write(Buffer.concat(chunks));
    const screen = await whole.screen(true);
    if (whole.cost > FLOOD) return;
    must(screen.text === last.text, 'another cut into chunks gives another screen');
    must(
      screen.hyperlinks.join() === last.hyperlinks.join(),
      'another cut into chunks gives other hyperlinks',
    );
    const link = linkOf(screen);
    must(link === linkOf(last), 'another cut into chunks gives another link');
    if (isInnocent(given) && given.columns === given.base.columns && given.rows >= ROOM)
      must(link !== undefined, 'the link of a recording is not read');
  } finally {
    whole.dispose();
  }
}

/** Terminal, link finder, screen readers, redaction and recording, chunk by chunk. */
export const screenTarget = target({
  name: 'screen',
  what: 'emulator, link finder, screen readers, redaction, dump, frames',
  share: 1,
  cases: session,
  run,
  describe,
});
