export const paint = (colour, text) => `\x1b[38;5;${colour}m${text}\x1b[39m`;
export const GREY = 246;
export const CLAY = 174;
export const BLUE = 153;
export const RED = 211;
export const GREEN = 114;
export const YELLOW = 220;

/** Cuts text without spaces into rows of `width`. */
export function cut(text, width) {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
}

/** Wraps words into rows of `width`. */
export function wrap(text, width) {
  const rows = [''];
  for (const word of text.split(' ')) {
    const row = rows.at(-1);
    if (row !== '' && row.length + 1 + word.length > width) rows.push(word);
    else rows[rows.length - 1] = row === '' ? word : `${row} ${word}`;
  }
  return rows;
}

/** One row of words from `indent` on, placed as the style places them. */
export function place(style, text, indent = 1) {
  if (style.words === 'spaces') return ' '.repeat(indent) + text;
  if (style.words === 'moves') return `\x1b[${indent}C${text.replaceAll(' ', '\x1b[1C')}`;
  let column = indent + 1;
  return text
    .split(' ')
    .map((word) => {
      const placed = `\x1b[${column}G${word}`;
      column += word.length + 1;
      return placed;
    })
    .join('');
}

/** What a prompt shows of what is in it. */
export function masked(style, text) {
  if (style.mask === 'clear') return text;
  return text.replace(/[^\n](?=[^\n]{6})/g, '*');
}

/** Columns that a row takes once drawn; only for rows made of text and colours. */
export function widthOf(row) {
  return row.replaceAll(/\x1b\]8;[^\x07]*\x07|\x1b\[[\d;]*m/g, '').length;
}
