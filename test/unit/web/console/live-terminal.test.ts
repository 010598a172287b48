import { expect, test } from '@jest/globals';
import type { WatchMessage } from '../../../../core/contract/console-api.ts';
import { practiceRow } from '../../../../scripts/screenshots/console-fixtures.ts';
import type { Hear } from '../../../../web/client/line.ts';
import { LiveTerminal } from '../../../../web/console/client/live-terminal.ts';

/** A live view, and what the api says to it. */
function watched() {
  let wire: Hear | undefined;
  const watch = new LiveTerminal({
    openWire: (hear) => {
      wire = hear;
      return { close: () => undefined };
    },
    onFrame: () => undefined,
    onNoEntry: () => undefined,
  });
  watch.begin();
  return { watch, says: (message: WatchMessage) => wire?.message(JSON.stringify(message)) };
}

test('a live view says that a sign-in waits on its box alone, to whoever comes then and to whoever was there', () => {
  const { watch, says } = watched();
  const row = practiceRow('carol', 'waiting', 140);
  says({ type: 'row', row: { ...row, parked: true } });
  expect(watch.state).toBe('parked');
  says({ type: 'row', row: { ...row, attempt: 2 } });
  expect(watch.state).toBe('quiet');
  says({ type: 'row', row: { ...row, attempt: 2, parked: true } });
  expect(watch.state).toBe('parked');
  says({ type: 'row', row: { ...row, attempt: 3, phase: 'expired' } });
  expect(watch.state).toBe('ended');
  watch.end();
});
