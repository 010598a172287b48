import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { SOMEBODY_ELSE } from '../../lab/anthropic/accounts.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { chat } from '../support/box-gateway.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';

/** A customer who renews a claude-login, on the real programs with a gateway that runs. */
const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };

const { lab } = duringTests({ lab: startLab });

/** How a handshake has ended: what is connected, or the error's code. */
async function connect(box: Box, account?: typeof SOMEBODY_ELSE) {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho((link) => lab.anthropic.signIn(link, account));
  const options = { method: 'claude-login', known: { keep: [] } } as const;
  try {
    return await handshake(transport, customer, { signal: new AbortController().signal, ...options });
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) return thrown.error.code;
    throw thrown;
  }
}

const minted = () => lab.anthropic.minted.at(-1);
const hasBeside = (box: Box) => existsSync(join(box.home, '.claude/.keyferry'));

async function signedInAs(box: Box): Promise<string> {
  return JSON.parse((await box.run(['claude', 'auth', 'status', '--json'])).stdout).email;
}

/** From now on: the tokens that turns are asked with, of which `old` is one. */
function asking(old: string | undefined) {
  const [turns, signIns] = [lab.anthropic.bearers.length, lab.anthropic.minted.length];
  return () => {
    const fresh = new Set(lab.anthropic.minted.slice(signIns));
    const whose = (token: string) => (token === old ? 'old' : fresh.has(token) ? 'new' : 'another');
    return [...new Set(lab.anthropic.bearers.slice(turns).map(whose))];
  };
}

/** Whose token answers a chat through the gateway. */
async function answering(box: Box): Promise<string | undefined> {
  await chat(box, true);
  return lab.anthropic.bearers.at(-1);
}

test(
  '2026.9.6: a new login is proved beside the old one, which answers until then; one that is refused, beside it or in its place, leaves the old one',
  async () => {
    const box = await lab.freshBox(PROGRAMS);
    try {
      const first = await connect(box);
      if (typeof first === 'string') throw new Error(first);
      const old = minted();
      await startGateway(box);
      expect(await answering(box)).toBe(old);

      lab.anthropic.messages.mode = 401;
      const refused = asking(old);
      expect(await connect(box, SOMEBODY_ELSE)).toBe('turn_failed');
      expect(refused()).toEqual(['new']);
      lab.anthropic.messages.mode = 'ok';
      expect([hasBeside(box), await signedInAs(box)]).toEqual([false, 'customer@example.com']);
      expect(await answering(box)).toBe(old);

      // It answers beside the old one, and no more once it is in its place.
      const proved = asking(old);
      const failing = connect(box, SOMEBODY_ELSE);
      const isOver = failing.then(() => true);
      while (!existsSync(join(box.home, '.claude/.keyferry/moved')))
        if (await Promise.race([isOver, sleep(20)])) throw new Error(`It was never moved: ${await failing}`);
      expect(proved()).toEqual(['new']);
      lab.anthropic.messages.mode = 401;
      expect(await failing).toBe('turn_failed');
      lab.anthropic.messages.mode = 'ok';
      expect([hasBeside(box), await signedInAs(box)]).toEqual([false, 'customer@example.com']);
      expect(await answering(box)).toBe(old);

      const renewed = await connect(box, SOMEBODY_ELSE);
      if (typeof renewed === 'string') throw new Error(renewed);
      expect(renewed).toMatchObject({ profile: 'anthropic:claude-cli', model: first.model });
      expect([hasBeside(box), await signedInAs(box)]).toEqual([false, SOMEBODY_ELSE.email]);
      expect(await answering(box)).toBe(minted());
    } finally {
      await box.stop();
    }
  },
  40 * MINUTE,
);
