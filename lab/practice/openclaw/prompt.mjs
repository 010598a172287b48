import { Keys } from '../keys.mjs';

const { stdin, stdout } = process;
const colour = (code, text) => `\x1b[${code}m${text}\x1b[39m`;

/**
 * A prompt as clack draws it, in clear or masked. It does not turn bracketed paste on and takes one all the same.
 * `check` returns what is wrong with a text, or undefined. Resolves with the text, or undefined when cancelled.
 */
export function ask({ title, mask, caret, check }) {
  return new Promise((resolve) => {
    const keys = new Keys();
    let typed = '';
    let complaint;
    let drawn = 0;

    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.on('data', take);
    stdout.write(`\x1b[?25l${colour(90, '│')}\r\n`);
    draw('◆', 36);

    function take(written) {
      for (const stroke of keys.read(written)) {
        if (stroke.kind === 'paste') insert(stroke.text);
        else if (stroke.kind === 'text') insert(stroke.text);
        else if (stroke.key === '\r' || stroke.key === '\n') {
          if (submit()) return;
        } else if (stroke.key === '\x03') return finish('■', 31, undefined);
        else if (stroke.key === '\x15') typed = '';
        else if (stroke.key === '\x7f' || stroke.key === '\b') typed = typed.slice(0, -1);
      }
      draw(complaint === undefined ? '◆' : '▲', complaint === undefined ? 36 : 33);
    }

    /** readline takes every Enter as one, also among text; a line break in a paste ends the prompt too. */
    function insert(text) {
      complaint = undefined;
      typed += text.replaceAll(/[\r\n]/g, '');
    }

    function submit() {
      complaint = check(typed);
      if (complaint !== undefined) return false;
      finish('◇', 32, typed);
      return true;
    }

    function finish(sign, code, answer) {
      draw(sign, code, true);
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.write('\x1b[?25h');
      resolve(answer);
    }

    function draw(sign, code, done = false) {
      const bar = colour(done ? 90 : code, '│');
      const shown = mask === 'clear' ? typed : mask.repeat(typed.length);
      const rows = rowsOf(done ? shown : shown + caret, shown.length, stdout.columns);
      const top = [
        `${colour(code, sign)}  ${colour('38;5;209', title)}`,
        `${bar}  ${rows[0]}`,
        ...rows.slice(1),
      ];
      const foot = complaint === undefined ? '' : `  ${colour(33, complaint)}`;
      const all = done ? top : [...top, `${colour(code, '└')}${foot}`];
      const up = drawn > 0 ? `\x1b[999D\x1b[${drawn}A\x1b[J` : '';
      stdout.write(up + all.map((row) => `${row}\r\n`).join(''));
      drawn = all.length;
      if (complaint !== undefined && !done) complaint = undefined;
    }
  });
}

/** The first row stands behind the bar, the others at the edge. */
function rowsOf(shown, length, columns) {
  const first = columns - 3;
  if (length < first) return [shown];
  const rest = shown.slice(first);
  return [shown.slice(0, first), ...(rest.match(new RegExp(`.{1,${columns - 1}}(\\x1b\\[.*)?`, 'g')) ?? [])];
}
