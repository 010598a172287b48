import { Terminal } from '@xterm/xterm';
import type { Frame } from '../client/watch.ts';

/** Pixels of the type: as large as the width allows, and never too small to read; then it is scrolled. */
const LARGEST_PX = 15;
const SMALLEST_PX = 8;
/** Puts everything back as it was at the start. */
const RESET = '\x1bc';

/** The terminal's colours: the same by day and by night, because programs choose theirs for a dark ground. */
const THEME = {
  background: '#14161a',
  foreground: '#e4e3de',
  cursor: '#e4e3de',
  selectionBackground: '#46505f',
};

/** A terminal that is only looked at. */
export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #box: HTMLElement;
  readonly #frame: HTMLElement;
  readonly #observer: ResizeObserver;

  /** `frame` holds the terminal, `box` is what it has to fit into. */
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
    // Seen when something stands on it, in its final size.
    frame.style.visibility = 'hidden';
    this.#terminal.open(frame);
    // Nothing is typed here, so nothing of it takes the focus.
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
    // In one write, so that nobody sees it empty.
    this.#terminal.write(whole ? RESET + data : data, () => {
      this.#fit();
      this.#frame.style.visibility = '';
    });
  }

  /** What stands on it, for whoever cannot see it. */
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

  /** Scales the type to the box around the frame; the box scrolls where that would be too small to read. */
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
