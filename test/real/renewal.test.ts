import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { Known } from '../../worker/programs/openclaw/replacement-plan.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';

/** A customer who connects again, on the real OpenClaw: three handshakes, a minute each. */
const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };

const { lab } = duringTests({ lab: startLab });

/** How a handshake has ended: what is connected, or the error's code. */
async function connect(box: Box, known: Known | undefined) {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho((link) => lab.anthropic.signIn(link));
  try {
    return await handshake(transport, customer, { signal: new AbortController().signal, known });
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) return thrown.error.code;
    throw thrown;
  }
}

/** Profiles that OpenClaw has, and whose token answers a turn as a chat makes it. */
async function stateOf(box: Box) {
  const words = ['models', 'status', '--json'];
  const { stdout } = await box.run(['openclaw', ...words], { timeoutMs: 2 * MINUTE });
  const labels = stdout.match(/"anthropic:[\w-]+=token:/g) ?? [];
  const turn = ['infer', 'model', 'run', '--local', '--json', '--prompt', 'hi'];
  await box.run(['openclaw', ...turn], { timeoutMs: 2 * MINUTE });
  const token = lab.anthropic.bearers.at(-1) ?? '';
  return {
    profiles: labels.map((label) => label.slice(1, label.indexOf('='))),
    answering: lab.anthropic.minted.indexOf(token),
  };
}

test(
  '2026.9.6: a token that is refused leaves the first one answering; a good one takes its place, alone',
  async () => {
    const box = await lab.freshBox(PROGRAMS);
    try {
      const first = await connect(box, { keep: [] });
      if (typeof first === 'string') throw new Error(first);
      expect(first.profile).toBe('anthropic:manual');
      const known = { replaces: { profile: first.profile, hint: first.hint }, keep: [] };

      lab.anthropic.messages.next(401);
      expect(await connect(box, known)).toBe('key_rejected');
      expect(await stateOf(box)).toEqual({ profiles: ['anthropic:manual'], answering: 0 });

      const again = await connect(box, known);
      if (typeof again === 'string') throw new Error(again);
      expect(again.profile).toBe('anthropic:keyferry');
      expect(await stateOf(box)).toEqual({ profiles: ['anthropic:keyferry'], answering: 2 });
    } finally {
      await box.stop();
    }
  },
  30 * MINUTE,
);
