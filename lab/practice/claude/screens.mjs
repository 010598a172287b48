import { BLUE, CLAY, cut, GREEN, GREY, masked, paint, place, RED, wrap, YELLOW } from './text.mjs';

/** What stands above it all. */
export function splash({ version, splash: kind, dots, eol }) {
  const label = `v${version} (simulated by Keyferry)`;
  const rows =
    kind === 'banner'
      ? [paint(CLAY, `✻ Welcome to Claude Code ${label}`), '', paint(CLAY, ' ██████ CLAUDE ██████'), '']
      : [
          `${paint(CLAY, 'Welcome to Claude Code')} ${paint(GREY, label)}`,
          dots.repeat(58),
          '',
          '     *                                       █████▓▓░',
          '            ░░░░░░                        ███▓░',
          `       ${paint(CLAY, '█████████')}                         *`,
          `      ${paint(CLAY, '██▄█████▄██')}`,
          `.......${paint(CLAY, '█ █   █ █')}${dots.repeat(42)}`,
          '',
        ];
  return rows.map((row) => row + eol).join('');
}

/** 2.1.330 says this between splash and link. */
export function guide(style, columns) {
  if (!style.box) return [];
  const words =
    'This will guide you through long-lived (1-year) auth token setup for your Claude account. Claude subscription required.';
  return [...wrap(words, columns - 2).map((row) => place(style, row)), ''];
}

/** The screen with the link and the prompt; says where the link's rows are, and where the cursor goes. */
export function asking(style, link, typed, columns) {
  const inviting = wrap(style.invite, columns - 2).map((row) => paint(GREY, place(style, row)));
  const links = linkRows(style, link, columns);
  const above = [...inviting, '', ...links, ''];
  const linkFrom = inviting.length + 1;
  if (style.box) return { ...boxedPrompt(style, above, typed, columns), linkFrom, linkCount: links.length };
  const [first = '', ...more] = promptRows(masked(style, typed), columns - 32);
  const column = style.words === 'columns' ? '\x1b[32G' : ' '.repeat(31);
  const prompt = `${place(style, 'Paste code here if prompted >')}${first === '' ? '' : ` ${first}`}`;
  const rows = [...above, '', prompt, ...more.map((row) => column + row)];
  return { rows, cursor: undefined, linkFrom, linkCount: links.length, promptFrom: above.length + 1 };
}

function linkRows(style, link, columns) {
  if (!style.cutsRows) return [style.splash === 'banner' ? `\x1b[2m${link}\x1b[22m` : paint(GREY, link)];
  const open = style.hyperlinks ? `\x1b]8;id=keyferry;${link}\x07` : '';
  const close = style.hyperlinks ? '\x1b]8;;\x07' : '';
  return cut(link, columns).map((row) => open + paint(GREY, row) + close);
}

function promptRows(text, width) {
  return text.split('\n').flatMap((line) => cut(line, Math.max(1, width)));
}

function boxedPrompt(style, above, typed, columns) {
  const inner = columns - 3;
  const lines = promptRows(masked(style, typed), inner - 3);
  const side = paint(BLUE, '│');
  const text = lines.map((line, index) => {
    const shown = index === lines.length - 1 ? `${line}\x1b[7m \x1b[27m` : line;
    return `\x1b[2G${side}\x1b[4G${shown}\x1b[${columns}G${side}`;
  });
  const rows = [
    ...above,
    place(style, 'Paste code here if prompted'),
    `\x1b[2G${paint(BLUE, `╭${'─'.repeat(inner)}╮`)}`,
    ...text,
    `\x1b[2G${paint(BLUE, `╰${'─'.repeat(inner)}╯`)}`,
  ];
  return { rows, cursor: { up: 2, column: 3 + lines.at(-1).length } };
}

/** What 2.1.330 says below its prompt to a code that lacks a half. */
export function notWhole(style) {
  return [
    paint(RED, place(style, "✘ That doesn't look like the full code.")),
    paint(GREY, place(style, 'Copy all of it, including the # in the middle.', 3)),
  ];
}

/** An error that Enter leads away from. */
export function failed(style, status, columns) {
  const enter = paint(BLUE, `Press \x1b[1mEnter\x1b[22m to retry${style.box ? '' : '.'}`);
  if (!style.box) {
    const words = status ? `Request failed with status code ${status}` : INVALID;
    const rows = wrap(`OAuth error: ${words}`, columns - 2);
    return [...rows.map((row) => ` ${paint(RED, row)}`), '', '', ` ${enter}`];
  }
  const words = `OAuth error: ${status === 400 ? NOT_ACCEPTED : `Request failed with status code ${status}`}`;
  const [first, ...more] = wrap(words, columns - 4);
  const rest = more.map((row) => `   ${paint(RED, row)}`);
  return [` ${paint(RED, `✘\x1b[4G${first}`)}`, ...rest, '', ` ${enter}`];
}

/** What ends it after the code: an account on hold, an organization that refuses. */
export function stated(style, words, columns) {
  return wrap(`⚠ ${words}`, columns - 4).map((row) => place(style, row));
}

const INVALID = 'Invalid code. Please make sure the full code was copied';
const NOT_ACCEPTED =
  "That code wasn't accepted. It may be incomplete, expired, already used, or from an earlier sign-in attempt. Sign in again to get a new code.";

/** The token, and what to do with it. */
export function succeeded(style, token, columns) {
  const indent = style.successIndent;
  const say = (text, colour) =>
    colour ? paint(colour, place(style, text, indent)) : place(style, text, indent);
  const tokenRows = style.cutsRows ? cut(token, columns - indent) : [token];
  return [
    '',
    say(style.success, GREEN),
    '',
    say('Your OAuth token (valid for 1 year):'),
    '',
    ...tokenRows.map((row) => ' '.repeat(indent) + paint(YELLOW, row)),
    '',
    say("Store this token securely. You won't be able to see it again.", GREY),
    '',
    say('Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>', GREY),
    ...(style.box
      ? ['', say('You can revoke it later at https://claude.ai/settings/claude-code', GREY)]
      : []),
    '',
  ];
}
