import { randomBytes } from 'node:crypto';
import stripAnsi from 'strip-ansi';
import { KeyferryError } from '../../core/contract/errors.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import { Bytes } from './bytes.ts';

/** What nobody prints but to be answered: `Load it?`, `Load it? [y/N]`, `(yes/no):`, `Password for x:`. */
const QUESTIONS = [
  /\?(?: ?[[(][^\])]{1,40}[\])])?[:>]?$/,
  /[[(](?:y|yes|n|no)\/[^\])]{1,40}[\])][:>]?$/i,
  /(?:password|passphrase|passcode|verification code)\b[^:]{0,200}:$/i,
];
/** What a question may end in, and as well a line that is finished later: `Starting agent: `, `[1/3]`, `Key (RSA)`. */
const UNFINISHED = /[:>\])]$/;
/** Milliseconds that a question stands before it is one that waits. */
const STANDS_MS = 3_000;
/**
 * The same of an unfinished line. A start-up file that looks something up before it goes on is silent for as long as a
 * resolver without an answer (5 s, twice), and so is `curl -m 10`; longer than this hardly any works. A program that
 * is opened has 45 s, so that a question is still told long before.
 */
const UNFINISHED_STANDS_MS = 15_000;
/** Bytes at the end that are looked at, the window's title among them, and characters of the last line. */
const LAST_BYTES = 4_096;
const LINE_MAX = 400;
/** A title, or another string for the terminal, whose end has not come. */
const OPEN_STRING = /\x1b[\]PX^_k][^\x07\x1b]*\x1b?$/;

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

  /** What has been printed instead of the mark, as an error's screen: redacted, its last rows. */
  words(): string | undefined {
    const stdout = Buffer.from(this.#before.all.subarray(-4_096)).toString('utf8');
    return lastWords({ stdout, stderr: '' }, new Redactor(), 400) || undefined;
  }

  /** What the line is behind which the cursor stands. */
  get stands(): 'question' | 'unfinished' | undefined {
    const last = Buffer.from(this.#before.all.subarray(-LAST_BYTES)).toString('utf8');
    const shown = stripAnsi(last).replace(OPEN_STRING, '');
    const from = Math.max(shown.lastIndexOf('\n'), shown.lastIndexOf('\r')) + 1;
    const line = plainText(shown.slice(from)).trimEnd().slice(-LINE_MAX);
    if (QUESTIONS.some((question) => question.test(line))) return 'question';
    return UNFINISHED.test(line) ? 'unfinished' : undefined;
  }
}

/** A mark to wait for, and what to call once it is there. */
export interface Ready {
  mark: string;
  seen: () => void;
}

/** Calls `stuck` once a question has stood for a while in place of the mark; call `look` after every chunk. */
export function watchForQuestion(mark: ReadyMark, stuck: (error: KeyferryError) => void) {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);
  const tell = (detail: string) => stuck(new KeyferryError('box_unusable', { detail, ...screenOf(mark) }));
  const look = () => {
    stop();
    timer = setTimeout(() => {
      if (mark.stands === 'question') tell(ASKS);
      if (mark.stands !== 'unfinished') return;
      timer = setTimeout(() => tell(STOPPED), UNFINISHED_STANDS_MS - STANDS_MS);
    }, STANDS_MS);
  };
  return { look, stop };
}

const ASKS = 'A start-up file of its login shell asks something, and waits for an answer.';
const STOPPED =
  'A start-up file of its login shell printed a line that it did not finish, and nothing for a while after it, as if it waited for an answer.';

/** For a terminal whose mark has not come in time. */
export function lateMark(mark: ReadyMark, late: KeyferryError): KeyferryError {
  const { screen } = screenOf(mark);
  if (screen === undefined) return late;
  return new KeyferryError('box_unusable', {
    detail: `${late.detail ?? ''} Until then its login shell had only printed this.`.trim(),
    screen,
  });
}

function screenOf(mark: ReadyMark): { screen?: string } {
  const screen = mark.words();
  return screen === undefined ? {} : { screen };
}

/** For a login shell whose start-up files do nothing but print. */
export function endlessNoise(): KeyferryError {
  return new KeyferryError('box_unusable', { detail: 'Its login shell prints without end.' });
}
