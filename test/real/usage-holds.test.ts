import { describe, expect, test } from '@jest/globals';
import { seenWhileHeld } from '../../core/contract/health.ts';
import { rowOf } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { providerOff } from '../../worker/fleet/holds/provider-off.ts';
import { lookAtBox } from '../../worker/fleet/look.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';

/** That an empty order takes a provider's credentials out of use, and that they are back as they were: docs/limits.md. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startLab });

/** Whether a turn as a chat makes it asks the provider with the token that was minted last. */
async function isPaid(box: Box): Promise<boolean> {
  const before = lab.anthropic.bearers.length;
  const turn = ['infer', 'model', 'run', '--local', '--json', '--prompt', 'hi'];
  await box.run(['openclaw', ...turn], { timeoutMs: 5 * MINUTE });
  return lab.anthropic.bearers.slice(before).includes(lab.anthropic.minted.at(-1) ?? '');
}

const orderOf = async (box: Box) => {
  const words = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--json'];
  const { stdout } = await box.run(['openclaw', ...words], { timeoutMs: 5 * MINUTE });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))).order ?? null;
};

describe.each(['2026.9.6', '2026.7.1', '2026.4.15'])('OpenClaw %s', (version) => {
  test.each([[false], [true]])(
    'without an order takes no credential, and afterwards the same one again (an order was set: %p)',
    async (hasOrder) => {
      const box = await lab.freshBox({ claude: '2.1.330', openclaw: version });
      try {
        const { host, port, user, identityFile, knownHostsFile } = box;
        const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
        const { signal } = new AbortController();
        const customer = customerWho((link) => lab.anthropic.signIn(link));
        const { profile, model } = await handshake(transport, customer, { signal });
        if (hasOrder) {
          const words = ['models', 'auth', 'order', 'set', '--provider', 'anthropic', profile];
          await box.run(['openclaw', ...words], { timeoutMs: 5 * MINUTE });
        }
        expect(await isPaid(box)).toBe(true);
        const row = rowOf('anthropic');
        if (!row) throw new Error('Anthropic has no row.');
        const step = providerOff(row);
        const on = { customer: 'alice', transport, agent: undefined, platform: undefined, signal };
        const before = await step.see(on);
        expect(before).toEqual({ order: hasOrder ? [profile] : null, configured: null });
        await step.take(on);
        expect(await isPaid(box)).toBe(false);
        // What a look sees then is what the record takes for a limit's doing.
        const record = {
          id: 'one',
          ...{ provider: 'anthropic', method: 'setup-token', profile, hint: null },
        } as const;
        const more = { model, position: 0, connectedAt: new Date().toISOString() };
        const { seen } = await lookAtBox(transport, [{ ...record, ...more }], { signal, agent: undefined });
        const saw = seen.get('one') ?? { outcome: 'working' };
        expect([saw, seenWhileHeld(saw)]).toEqual([saw, { outcome: 'inconclusive', code: 'usage_capped' }]);
        // The same again changes nothing.
        await step.take(on);
        await step.back(on, before);
        expect(await orderOf(box)).toEqual(before.order);
        expect(await isPaid(box)).toBe(true);
      } finally {
        await box.stop();
      }
    },
    40 * MINUTE,
  );
});
