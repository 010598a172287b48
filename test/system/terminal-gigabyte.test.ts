import { afterEach, describe, expect, test } from '@jest/globals';
import { closeTerminals, run, soon } from '../support/local-terminal.ts';

afterEach(closeTerminals);

describe('a gigabyte', () => {
  test.each([
    ['of lines', 'yes | head -c 1000000000'],
    ['without a line end', 'head -c 1000000000 /dev/zero | tr "\\0" x'],
    ['in one control string', 'printf "\\033]8;;https://"; head -c 1000000000 /dev/zero | tr "\\0" x'],
  ] as [string, string][])(
    '%s moves memory by less than 150 MB and ends in box_flooded',
    async (_what, script) => {
      const before = process.memoryUsage.rss();
      let highest = before;
      const watch = setInterval(() => {
        highest = Math.max(highest, process.memoryUsage.rss());
      }, 5);
      const terminal = run(['sh', '-c', script], { columns: 400, rows: 50 });
      await expect(terminal.waitFor('anything', () => undefined, soon)).rejects.toMatchObject({
        code: 'box_flooded',
      });
      await terminal.ended;
      clearInterval(watch);
      // Garbage included, in a process that other tests have used: 60 MB were seen on Node 24.
      expect(highest - before).toBeLessThan(150 * 1000 * 1000);
    },
  );
});
