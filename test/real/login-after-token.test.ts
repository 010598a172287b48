import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { HandshakeOptions } from '../../worker/handshake/options.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { chat } from '../support/box-gateway.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';

/** A customer with a setup-token who moves to claude-login, on the real programs with a gateway that runs. */
const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };

const { lab } = duringTests({ lab: startLab });

/** How a handshake has ended: what is connected, or the error's code. */
async function connect(box: Box, options: Pick<HandshakeOptions, 'method' | 'known'>) {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho((link) => lab.anthropic.signIn(link));
  try {
    return await handshake(transport, customer, { signal: new AbortController().signal, ...options });
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) return thrown.error.code;
    throw thrown;
  }
}

const defaultsOf = (box: Box) =>
  JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8')).agents.defaults;

const leftovers = (box: Box) =>
  readdirSync(join(box.home, '.openclaw')).filter((name) => name.startsWith('keyferry-proof'));

/** A customer who chats through the gateway all the time: what answered each turn, until `end` is called. */
function chatAlways(box: Box, by: (bearer: string) => string) {
  const turns: string[] = [];
  let isOver = false;
  const chatting = (async () => {
    while (!isOver) turns.push((await answered(box)) ? 'answered' : 'nothing');
  })();
  return {
    end: async () => {
      isOver = true;
      await chatting;
      return { turns: [...new Set(turns)], last: by(lab.anthropic.bearers.at(-1) ?? '') };
    },
  };
}

const answered = (box: Box) =>
  chat(box, true).then(
    () => true,
    () => false,
  );

test(
  '2026.9.6: a login that is refused leaves the token answering; a good one takes its place, and every chat in between is answered',
  async () => {
    const box = await lab.freshBox(PROGRAMS);
    try {
      const first = await connect(box, { known: { keep: [] } });
      if (typeof first === 'string') throw new Error(first);
      const token = lab.anthropic.minted.at(-1);
      const by = (bearer: string) => (bearer === token ? 'token' : 'login');
      const known = { replaces: { profile: first.profile, hint: first.hint }, keep: [] };
      await startGateway(box);
      const before = defaultsOf(box);

      lab.anthropic.messages.mode = 401;
      expect(await connect(box, { method: 'claude-login', known })).toBe('turn_failed');
      lab.anthropic.messages.mode = 'ok';
      expect([defaultsOf(box), leftovers(box)]).toEqual([before, []]);
      expect([await answered(box), by(lab.anthropic.bearers.at(-1) ?? '')]).toEqual([true, 'token']);

      const customer = chatAlways(box, by);
      const moved = await connect(box, { method: 'claude-login', known });
      expect((await customer.end()).turns).toEqual(['answered']);
      expect(moved).toMatchObject({ profile: 'anthropic:claude-cli', model: first.model });
      expect(leftovers(box)).toEqual([]);
      expect([await answered(box), by(lab.anthropic.bearers.at(-1) ?? '')]).toEqual([true, 'login']);
    } finally {
      await box.stop();
    }
  },
  30 * MINUTE,
);
