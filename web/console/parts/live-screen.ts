import { Terminal } from '@xterm/xterm';
import type { Frame } from '../client/live-terminal.ts';

/** Font size in pixels: as large as the width allows, but never too small to read; below that it scrolls. */
const LARGEST_PX = 15;
const SMALLEST_PX = 8;
/** Resets everything to its initial state. */
const RESET = '\x1bc';

/** The terminal's colours: the same by day and by night, because programs choose theirs for a dark ground. */
const THEME = {
  background: '#14161a',
  foreground: '#e4e3de',
  cursor: '#e4e3de',
  selectionBackground: '#46505f',
};

/** A terminal for viewing only. */
export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #box: HTMLElement;
  readonly #frame: HTMLElement;
  readonly #observer: ResizeObserver;

  /** `frame` holds the terminal, which has to fit into `box`. */
  constructor(box: HTMLElement, frame: HTMLElement) {
    this.#box = box;
    this.#frame = frame;
    this.#terminal = new Terminal({
      cols: 120,
      rows: 30,
      disableStdin: true,
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      scrollback: 0,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: LARGEST_PX,
      theme: THEME,
    });
    // Shown once it has content, in its final size.
    frame.style.visibility = 'hidden';
    this.#terminal.open(frame);
    // Nothing is typed here, so no part of it takes the focus.
    if (this.#terminal.textarea) {
      this.#terminal.textarea.disabled = true;
      this.#terminal.textarea.tabIndex = -1;
    }
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(box);
  }

  draw({ columns, rows, whole, data }: Frame): void {
    if (columns !== this.#terminal.cols || rows !== this.#terminal.rows) {
      this.#terminal.resize(columns, rows);
      this.#fit();
    }
    // In one write, so that it is never seen empty.
    this.#terminal.write(whole ? RESET + data : data, () => {
      this.#fit();
      this.#frame.style.visibility = '';
    });
  }

  /** Its text, for people who cannot see it. */
  text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: this.#terminal.rows }, (_, row) =>
      active.getLine(active.viewportY + row)?.translateToString(true),
    );
    return lines.join('\n').trim();
  }

  close(): void {
    this.#observer.disconnect();
    this.#terminal.dispose();
  }

  /** Scales the font to the box around the frame; the box scrolls if that would be too small to read. */
  #fit(): void {
    const drawn = this.#frame.querySelector<HTMLElement>('.xterm-screen')?.offsetWidth;
    const { fontSize = LARGEST_PX } = this.#terminal.options;
    if (!drawn) return;
    const fitting = Math.floor(((fontSize * this.#roomPx()) / drawn) * 2) / 2;
    const size = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, fitting));
    if (size !== fontSize) this.#terminal.options.fontSize = size;
    this.#frame.style.minWidth = `${Math.ceil((drawn * size) / fontSize)}px`;
  }

  #roomPx(): number {
    const { paddingLeft, paddingRight } = getComputedStyle(this.#box);
    return this.#box.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  }
}
