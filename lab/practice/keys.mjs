const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** What a terminal answers to queries, and keys that a prompt has no use for: CSI, OSC, DCS. */
const SEQUENCE = /^\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|P[^\x1b]*\x1b\\|[@-Z\\^_a-z])/;

/**
 * Splits what comes on a terminal's input into strokes, one list per write that came: `{kind: 'text', text}`,
 * `{kind: 'paste', text}` (what stood between the markers, however many writes it took) and `{kind: 'key', key}`
 * for a control character by itself. Text with a control character in the same write stays one stroke of text:
 * the real programs read a write as one key press, which is how an Enter gets swallowed.
 */
export class Keys {
  #paste;

  read(written) {
    const strokes = [];
    let rest = written;
    while (rest !== '') {
      if (this.#paste !== undefined) {
        const end = rest.indexOf(PASTE_END);
        this.#paste += end < 0 ? rest : rest.slice(0, end);
        rest = end < 0 ? '' : rest.slice(end + PASTE_END.length);
        if (end < 0) break;
        strokes.push({ kind: 'paste', text: this.#paste });
        this.#paste = undefined;
      } else if (rest.startsWith(PASTE_START)) {
        this.#paste = '';
        rest = rest.slice(PASTE_START.length);
      } else if (SEQUENCE.test(rest)) {
        rest = rest.replace(SEQUENCE, '');
      } else {
        const next = rest.indexOf('\x1b', 1);
        const text = next < 0 ? rest : rest.slice(0, next);
        strokes.push(text.length === 1 && text < ' ' ? key(text) : text === '\x7f' ? key(text) : plain(text));
        rest = rest.slice(text.length);
      }
    }
    return strokes;
  }
}

const key = (character) => ({ kind: 'key', key: character });
const plain = (text) => ({ kind: 'text', text });
