import { setTimeout as sleep } from 'node:timers/promises';
import { Keys } from '../keys.mjs';
import { Frame } from './frame.mjs';
import { asking, failed, guide, notWhole, splash, stated, succeeded } from './screens.mjs';
import { codeIn, SignIn } from './sign-in.mjs';
import { place } from './text.mjs';

const { stdin, stdout } = process;
/** What is said to a code instead of exchanging it. */
const STATES = process.env.KEYFERRY_PRACTICE_STATES;
const DELAY_MS = Number(process.env.KEYFERRY_PRACTICE_DELAY_MS ?? 30);

/** Runs until a token is out, or the terminal goes away. */
export async function setupToken(style) {
  const signIn = new SignIn(style);
  const frame = new Frame(style);
  const keys = new Keys();
  let typed = '';
  let stage = 'opening';
  let shown;
  let blanked = false;
  let complaint = [];

  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', (written) => read(keys.read(written)));
  stdout.write(`\x1b[?25l\x1b[?2004h\x1b[?1004h${splash(style)}${style.queries.before}`);
  const guiding = guide(style, stdout.columns);
  if (guiding.length > 0) stdout.write(guiding.map((row) => row + style.eol).join(''));
  if (!style.box) frame.draw([place(style, '✢ Opening browser to sign in…')]);
  await sleep(DELAY_MS);
  ask();
  stdout.write(style.queries.after);

  function ask() {
    stage = 'asking';
    typed = '';
    blanked = false;
    if (style.keepsLinkAbove) showLinkAbove();
    drawPrompt();
  }

  /** 1.0.64 writes the link once and draws only the prompt again. */
  function showLinkAbove() {
    const { rows, promptFrom } = asking(style, signIn.link, '', stdout.columns);
    frame.draw([]);
    stdout.write(
      rows
        .slice(0, promptFrom)
        .map((row) => row + style.eol)
        .join(''),
    );
  }

  function drawPrompt() {
    shown = asking(style, signIn.link, typed, stdout.columns);
    const { rows, cursor } = shown;
    if (style.keepsLinkAbove) {
      frame.draw(rows.slice(shown.promptFrom));
      return;
    }
    const below = { ...cursor, up: (cursor?.up ?? 0) + complaint.length };
    frame.draw([...rows, ...complaint], cursor && below);
  }

  function edit(next) {
    typed = next;
    complaint = [];
    const first = style.blanksFirstColumn && !blanked;
    // Before the draw: rows that stay as they are are not written again, so the blanks stay too.
    if (first) frame.blankFirstColumn(shown.linkFrom, shown.linkCount);
    blanked = true;
    drawPrompt();
  }

  function read(strokes) {
    for (const stroke of strokes) {
      if (stage === 'failed') {
        if (stroke.kind === 'key' && stroke.key === '\r' && style.retry === 'works') retry();
        else if (stroke.kind === 'key' && stroke.key === '\x03') leave(0);
      } else if (stage === 'asking') take(stroke);
    }
  }

  function take(stroke) {
    if (stroke.kind === 'paste') paste(stroke.text.replaceAll(/[\r\n]/g, ''));
    else if (stroke.kind === 'text') type(stroke.text);
    else if (stroke.key === '\r') submit();
    else if (stroke.key === '\x7f' || stroke.key === '\b') edit(typed.slice(0, -1));
    else if (stroke.key === '\x15') edit(typed.slice(0, typed.lastIndexOf('\n') + 1));
    else if (stroke.key === '\x03' && typed !== '') edit('');
    else if (stroke.key === '\x03' && !style.box) leave(0);
  }

  /** Text in one write is text, also where an Enter is in it. */
  function type(text) {
    const kept = text.replaceAll('\r', '\n');
    edit(typed + (style.enterInText === 'kept' ? kept : kept.replaceAll('\n', '')));
  }

  function paste(text) {
    if (style.pasteTakesMs === 0) edit(typed + text);
    else setTimeout(() => stage === 'asking' && edit(typed + text), style.pasteTakesMs);
  }

  async function submit() {
    const code = codeIn(typed);
    if (!code && style.box) {
      if (typed === '') return;
      typed = '';
      complaint = notWhole(style);
      drawPrompt();
      return;
    }
    if (!code) return fail(undefined);
    stage = 'exchanging';
    if (style.box) frame.draw([place(style, '✶ Finishing sign-in…')]);
    if (STATES) return state(STATES);
    const { token, status } = await signIn.exchange(code);
    if (!token) return fail(status);
    stage = 'done';
    frame.draw(succeeded(style, token, stdout.columns));
    await sleep(DELAY_MS);
    leave(0);
  }

  /** As 2.1.332 does: half a second, no offer to retry, and 1. */
  async function state(words) {
    stage = 'failed';
    frame.draw(stated(style, words, stdout.columns));
    await sleep(DELAY_MS);
    leave(1);
  }

  function fail(status) {
    stage = 'failed';
    frame.draw(failed(style, status, stdout.columns));
  }

  async function retry() {
    stage = 'opening';
    frame.draw([place(style, style.box ? '✶ Retrying sign-in…' : 'Retrying…')]);
    await sleep(DELAY_MS);
    if (style.keepsLinkAbove) {
      frame.draw([]);
      stdout.write(`\x1b[2J\x1b[3J\x1b[H${splash(style)}`);
    }
    ask();
  }

  function leave(code) {
    stdin.setRawMode(false);
    stdout.write('\x1b[?25h\x1b[?1004l\x1b[?2004l\x1b[?25h', () => process.exit(code));
  }
}
