import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect, keyferry } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const PROFILE = 'anthropic:manual';
const { lab } = duringTests({ lab: startLab });

function disconnect(box: Box) {
  const identity = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
  return keyferry(['disconnect', box.target, '--profile', PROFILE, ...identity, '--json']);
}

/** What the real OpenClaw says of its credentials. */
async function status(box: Box): Promise<string> {
  const { code, stdout } = await box.run(['openclaw', 'models', 'status', '--json'], {
    timeoutMs: 4 * MINUTE,
  });
  expect(code).toBe(0);
  return stdout;
}

test.each(rowsOf(['2026.4.15', '2026.5.22', '2026.9.6'], 1))(
  'what a handshake stored in OpenClaw %s is removed, OpenClaw says so, and there is nothing left to remove',
  async (openclaw) => {
    const box = await lab.freshBox({ claude: '2.1.330', openclaw });
    try {
      const connected = await connect(box, (link) => lab.anthropic.signIn(link), ['--no-live-proof']);
      expect(connected.lines.at(-1)).toMatchObject({ type: 'connected', profile: PROFILE });
      expect(await status(box)).toContain(PROFILE);
      const removed = await disconnect(box);
      expect(removed.lines.at(-1)).toMatchObject({ type: 'disconnected', outcome: 'removed' });
      expect(await status(box)).not.toContain(PROFILE);
      const again = await disconnect(box);
      expect(again.lines.at(-1)).toMatchObject({ type: 'disconnected', outcome: 'absent' });
      const printed = [removed, again].map((ran) => ran.printed + ran.commandLines).join('\n');
      expect(leaks(lab.anthropic.secrets, { printed })).toEqual([]);
    } finally {
      await box.stop();
    }
  },
  25 * MINUTE,
);
