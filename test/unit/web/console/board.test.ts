import { describe, expect, test } from '@jest/globals';
import type { ConsoleMessage, Row } from '../../../../core/contract/console-api.ts';
import { CLOSE } from '../../../../core/contract/live-messages.ts';
import { practiceRow } from '../../../../scripts/screenshots/console-fixtures.ts';
import type { Hear } from '../../../../web/client/line.ts';
import { Board } from '../../../../web/console/client/board.ts';

/** A board whose wires and whose next drawing are held by the test. */
function startBoard() {
  const wires: Hear[] = [];
  const soon: (() => void)[] = [];
  const heard: string[] = [];
  const board = new Board({
    openWire: (hear) => {
      wires.push(hear);
      return { close: () => undefined };
    },
    soon: (act) => soon.push(act),
    onNoEntry: () => heard.push('no entry'),
    onStuck: (rows) => heard.push(...rows.map(({ customer }) => `stuck: ${customer}`)),
  });
  let drawings = 0;
  board.listen(() => {
    drawings += 1;
  });
  board.begin();
  return {
    board,
    heard,
    say: (message: ConsoleMessage) => wires.at(-1)?.message(JSON.stringify(message)),
    close: (code: number) => wires.at(-1)?.closed(code),
    draw: () => soon.splice(0).forEach((act) => void act()),
    waiting: () => soon.length,
    drawings: () => drawings,
  };
}

const rowsOf = (rows: Row[], first = false): ConsoleMessage => ({ type: 'rows', first, rows });

describe('the board', () => {
  test('takes a burst of messages in at once', () => {
    const { board, say, draw, waiting, drawings } = startBoard();
    say(rowsOf([], true));
    const before = drawings();
    for (let i = 0; i < 200; i += 1) say(rowsOf([practiceRow(`customer-${i}`, 'waiting', i)]));
    expect(waiting()).toBe(1);
    expect(board.rows.size).toBe(0);
    draw();
    expect(board.rows.size).toBe(200);
    expect(drawings() - before).toBe(1);
    board.end();
  });

  test('reports what has come to need attention, once, but not what already did when it was opened', () => {
    const { board, say, draw, heard } = startBoard();
    const old = practiceRow('old', 'failed', 9, { stuck: 'failed-on-page' });
    const bob = practiceRow('bob', 'opening', 9);
    say(rowsOf([old, bob], true));
    draw();
    expect(heard).toEqual([]);
    say(rowsOf([{ ...bob, stuck: 'slow' }]));
    draw();
    say(rowsOf([{ ...bob, stuck: 'slow', onPage: true }]));
    draw();
    expect(heard).toEqual(['stuck: bob']);
    board.end();
  });

  test('knows when its line is lost, when Redis or the database is away, and when nobody is signed in any more', () => {
    const { board, say, close, draw, heard } = startBoard();
    say(rowsOf([], true));
    draw();
    expect(board.state).toEqual({
      isLoaded: true,
      isLineLost: false,
      isServiceLost: false,
      isRecordLost: false,
    });
    say({ type: 'record', available: false });
    expect(board.state.isRecordLost).toBe(true);
    say({ type: 'record', available: true });
    expect(board.state.isRecordLost).toBe(false);
    say({ type: 'service', available: false });
    expect(board.state.isServiceLost).toBe(true);
    close(1006);
    expect(board.state.isLineLost).toBe(true);
    close(CLOSE.signedOut);
    board.end();
    const signedOut = startBoard();
    signedOut.say(rowsOf([], true));
    signedOut.close(CLOSE.signedOut);
    expect(signedOut.heard).toEqual(['no entry']);
    signedOut.board.end();
    expect(heard).toEqual([]);
  });
});
