import { describe, expect, test } from '@jest/globals';
import { shownFrameSchema } from '../../../core/contract/live-view.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { type LiveFrame, LiveView } from '../../../worker/terminal/live-view.ts';
import { Recording } from '../../../worker/terminal/recording.ts';
import { everyTracker } from '../../../worker/terminal/track.ts';
import { dense, readCast, rowsAfter } from '../../support/frames.ts';
import { recordedStarts } from '../../support/recordings.ts';
import { attach, drawn, soon } from './fake-pty.ts';

const TOKEN = `sk-ant-oat01-${'pEaZk8vYtQ0LrM3nXw7Bs9T4uHc2JdFqGi6V'.repeat(3).slice(0, 95)}`;
const CODE = 'Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0Lz-Vb_Nm3#Mn7Bv6Cx5Zl4Kj3Hg2Fd1Sa0Po9Iu8Yt7Re6';
/** Longer than frames are held together. */
const NEXT_FRAME_MS = 70;
const nextFrame = () => new Promise((resolve) => setTimeout(resolve, NEXT_FRAME_MS));

function recorder(columns: number, rows = 24) {
  let text = '';
  const write = (line: string) => {
    text += line;
  };
  const recording = new Recording({ write, flush: () => {}, close: () => {} }, { columns, rows });
  return { recording, cast: () => readCast(text) };
}

function view() {
  const shown: LiveFrame[] = [];
  const live = new LiveView(async (frame) => void shown.push(frame));
  return { live, shown };
}

describe('a live view', () => {
  test('draws nothing while nobody watches; who comes gets the whole screen, then what changes', async () => {
    const { live, shown } = view();
    const { pty, terminal } = attach({ columns: 60, rows: 6, tracker: live });
    pty.print('before\r\n');
    await drawn();
    await nextFrame();
    expect(shown).toEqual([]);
    live.watch(true);
    await nextFrame();
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ columns: 60, rows: 6, whole: true });
    pty.print('after');
    await nextFrame();
    expect(shown.map(({ whole }) => whole)).toEqual([true, false]);
    expect(shown[1]?.data).not.toContain('before');
    const rows = await rowsAfter(
      shown.map(({ data }) => data),
      { columns: 60, rows: 6 },
    );
    expect(rows.slice(0, 2)).toEqual(['before', 'after']);
    live.watch(false);
    await nextFrame();
    expect(shown).toHaveLength(2);
    live.watch(true);
    await nextFrame();
    expect(shown.at(-1)?.whole).toBe(true);
    expect(shown.at(-1)?.data).toContain('before');
    await terminal.close();
  });

  test('keeps to the terminal that is needed: one opened ahead is shown once something is typed into it', async () => {
    const { live, shown } = view();
    live.watch(true);
    const needed = attach({ columns: 60, rows: 6, tracker: live });
    needed.pty.print('the sign-in');
    await nextFrame();
    const ahead = attach({ columns: 60, rows: 6, tracker: live, isAhead: true });
    ahead.pty.print('the next prompt');
    await nextFrame();
    live.watch(true);
    await nextFrame();
    expect(shown.map(({ data }) => data).join('\n')).not.toContain('the next prompt');
    expect(shown.at(-1)?.data).toContain('the sign-in');
    ahead.terminal.press('Enter');
    ahead.pty.print('!');
    await nextFrame();
    expect(shown.at(-1)).toMatchObject({ whole: true, data: expect.stringContaining('the next prompt!') });
    await Promise.all([needed.terminal.close(), ahead.terminal.close()]);
  });

  test('shows how one that was opened ahead has ended by itself, but not that it was closed', async () => {
    const { live, shown } = view();
    live.watch(true);
    const closed = attach({ tracker: live, isAhead: true });
    closed.pty.print('closed');
    await drawn();
    await closed.terminal.close();
    const crashed = attach({ tracker: live, isAhead: true });
    crashed.pty.print('crashed');
    await drawn();
    crashed.pty.end(1);
    await crashed.terminal.ended;
    await nextFrame();
    const all = shown.map(({ data }) => data).join('\n');
    expect(all).toContain('crashed');
    expect(all).not.toContain('closed');
  });

  test('wakes no emulator to show what stands there', async () => {
    const { live, shown } = view();
    const { pty, terminal } = attach({ tracker: live, restAfterMs: 5 });
    pty.print('at rest');
    await nextFrame();
    live.watch(true);
    await nextFrame();
    expect(shown[0]?.data).toContain('at rest');
    await terminal.close();
  });

  test('shows of two terminals the one that draws, and not the one that ends beside it', async () => {
    const { live, shown } = view();
    const first = attach({ columns: 40, rows: 5, tracker: live });
    const second = attach({ columns: 80, rows: 6, tracker: live });
    live.watch(true);
    first.pty.print('first');
    await nextFrame();
    second.pty.print('second');
    await nextFrame();
    first.pty.end();
    await first.terminal.ended;
    await nextFrame();
    expect(shown.map(({ columns, whole }) => [columns, whole])).toEqual([
      [40, true],
      [80, true],
    ]);
    await second.terminal.close();
  });

  test('leaves frames out where they are not taken, and gives all of it when they are', async () => {
    const takes: (() => void)[] = [];
    const shown: LiveFrame[] = [];
    const live = new LiveView((frame) => {
      shown.push(frame);
      return new Promise((resolve) => takes.push(resolve));
    });
    const { pty, terminal } = attach({ tracker: live });
    live.watch(true);
    for (let line = 0; line < 12; line += 1) {
      pty.print(`line ${line}\r\n`);
      await nextFrame();
    }
    expect(shown).toHaveLength(4);
    for (const take of takes.splice(0)) take();
    await nextFrame();
    expect(shown).toHaveLength(5);
    expect(shown[4]?.whole).toBe(true);
    expect(shown[4]?.data).toContain('line 11');
    await terminal.close();
  });

  test('is at most twenty frames a second, no matter what is drawn', async () => {
    const { live, shown } = view();
    const { pty, terminal } = attach({ tracker: live });
    live.watch(true);
    const began = performance.now();
    for (let line = 0; line < 100; line += 1) {
      pty.print(`\x1b[Hline ${line}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const most = (performance.now() - began) / 50 + 2;
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.length).toBeLessThanOrEqual(most);
    await terminal.close();
  });
});

test('phases are marks on the time line, after what was drawn before them', async () => {
  const { recording, cast } = recorder(80);
  const { pty, terminal } = attach({ tracker: recording });
  recording.mark('opening');
  pty.print('first');
  await drawn();
  pty.print(' second');
  await terminal.waitFor('it', ({ text }) => text.includes('first second') || undefined, soon());
  recording.mark('waiting');
  await terminal.close();
  recording.mark('failed');
  recording.close();
  const { events, marks } = cast();
  expect(marks).toEqual(['opening', 'waiting', 'failed']);
  const order = events.map(([, kind, data]) => (kind === 'm' ? data : kind));
  expect(order.indexOf('waiting')).toBeGreaterThan(order.lastIndexOf('o', order.indexOf('waiting')));
  const before = events.slice(0, order.indexOf('waiting')).filter(([, kind]) => kind === 'o');
  expect(
    (
      await rowsAfter(
        before.map(([, , data]) => data),
        { columns: 80, rows: 24 },
      )
    )[0],
  ).toBe('first second');
});

describe('a token and a code that a program shows in clear', () => {
  const widths = [20, 40, 60, 100, 120, 200];
  const starts = recordedStarts.filter(({ version, columns }) => version === '2.1.330' && columns === 40);

  test.each(widths)('are in no frame that is shown or recorded, %d columns wide', async (columns) => {
    for (const { bytes } of starts) {
      const { recording, cast } = recorder(columns, 40);
      const { live, shown } = view();
      const redactor = new Redactor();
      redactor.add(new Secret(CODE));
      const tracker = everyTracker([live, recording]);
      const { pty, terminal } = attach({ columns, rows: 40, redactor, tracker });
      live.watch(true);
      pty.print(bytes);
      await nextFrame();
      pty.print(`\x1b[2J\x1b[HPaste code here: ${CODE}\r\n`);
      await nextFrame();
      // Bit by bit, as a slow program does, wrapped by the terminal.
      const said = `\r\nYour OAuth token (valid for 1 year):\r\n\r\n${TOKEN}\r\n\r\nStore this token securely.\r\n`;
      for (let at = 0; at < said.length; at += 17) {
        pty.print(said.slice(at, at + 17));
        await nextFrame();
      }
      await nextFrame();
      // Somebody who comes while it stands there.
      live.watch(true);
      await nextFrame();
      const raw = await terminal.waitFor('it', ({ text }) => text, {
        signal: new AbortController().signal,
        timeoutMs: 5_000,
      });
      expect(raw).toContain(TOKEN);
      await terminal.close();
      recording.close();
      const { drawn: recorded } = cast();
      for (const drawings of [recorded, shown.map(({ data }) => data)]) {
        const seen = dense(drawings);
        expect(seen).toContain('███');
        expect(seen).toContain('Storethistokensecurely.');
        for (const secret of [TOKEN.slice(7), CODE])
          for (let at = 0; at + 8 <= secret.length; at += 1)
            expect(seen).not.toContain(secret.slice(at, at + 8));
      }
      for (const frame of shown) shownFrameSchema.parse({ ...frame, handshake: 'handshake-1', attempt: 1 });
    }
  });
});
