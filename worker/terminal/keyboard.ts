import { inspect } from 'node:util';

/** A defect in the caller: it would have typed something twice, or something that is not text. */
export class TypingRefused extends Error {
  override readonly name = 'TypingRefused';
}

export interface KeyboardPort {
  write(text: string): void;
  /** Revision of the screen now. */
  revision(): number;
  note(action: string): void;
}

type State =
  | { kind: 'ready' }
  /** Text has been sent and stands, or will stand, in a prompt. */
  | { kind: 'pasted'; receipt: Pasted; revision: number }
  /** Enter has been sent: whatever was in that prompt may have been taken. */
  | { kind: 'entered'; revision: number };

/** What a paste gives: the right to enter it, once. */
export class Pasted {
  readonly length: number;
  #enter: (() => void) | undefined;

  constructor(length: number, enter: () => void) {
    this.length = length;
    this.#enter = enter;
  }

  /** Presses Enter separately. Throws the second time: the first Enter may have been accepted. */
  enter(): void {
    const enter = this.#enter;
    if (!enter) throw new TypingRefused('This paste has already been entered.');
    this.#enter = undefined;
    enter();
  }

  [inspect.custom](): string {
    return `Pasted { ${this.length} characters }`;
  }
}

/**
 * Types into one terminal, and never the same thing twice: after a paste only its Enter can follow, and
 * after Enter nothing, until the caller says which new prompt it has seen (`newPrompt`).
 */
export class Keyboard {
  readonly #port: KeyboardPort;
  #state: State = { kind: 'ready' };

  constructor(port: KeyboardPort) {
    this.#port = port;
  }

  /** Throws what `send` would throw, and sends nothing. */
  check(text: string): void {
    if (text === '') throw new TypingRefused('There is nothing to paste.');
    if (/\p{Cc}|[\u2028\u2029]/u.test(text))
      throw new TypingRefused('The text to paste holds control characters.');
    if (this.#state.kind === 'pasted')
      throw new TypingRefused('Text was already pasted into this prompt and has not been entered.');
    if (this.#state.kind === 'entered')
      throw new TypingRefused('Enter was pressed; nothing more is typed before a new prompt is seen.');
  }

  /** Sends text without Enter. */
  send(text: string, bracketed: boolean): Pasted {
    this.check(text);
    const receipt: Pasted = new Pasted(text.length, () => {
      if (this.#state.kind !== 'pasted' || this.#state.receipt !== receipt)
        throw new TypingRefused('This paste belongs to an earlier prompt.');
      this.#enter();
    });
    this.#state = { kind: 'pasted', receipt, revision: this.#port.revision() };
    this.#port.note(`pasted ${text.length} characters${bracketed ? ' (bracketed)' : ''}`);
    this.#port.write(bracketed ? `\x1b[200~${text}\x1b[201~` : text);
    return receipt;
  }

  /** Enter: for the text that was pasted, or alone on a prompt that needs nothing else. */
  press(key: 'Enter'): void {
    if (this.#state.kind === 'pasted') this.#state.receipt.enter();
    else if (this.#state.kind === 'ready') this.#enter();
    else throw new TypingRefused(`${key} was pressed; nothing more is typed before a new prompt is seen.`);
  }

  /**
   * The caller has recognised a new prompt on a screen drawn after the last key, so typing is allowed
   * again. Throws when nothing was drawn since.
   */
  newPrompt(name: string): void {
    if (this.#state.kind !== 'ready' && this.#port.revision() <= this.#state.revision)
      throw new TypingRefused(`Nothing was drawn since the last key, so “${name}” is not a new prompt.`);
    this.#state = { kind: 'ready' };
    this.#port.note(`saw a new prompt: ${name}`);
  }

  #enter(): void {
    this.#state = { kind: 'entered', revision: this.#port.revision() };
    this.#port.note('pressed Enter');
    this.#port.write('\r');
  }
}
