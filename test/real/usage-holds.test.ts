import { expect, test } from '@jest/globals';
import { seenWhileHeld } from '../../core/contract/health.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { providerOff } from '../../worker/fleet/holds/provider-off.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';
import { WatchedBox } from '../support/watched-box.ts';

/** That an empty order takes a provider's credentials out of use, and that they are back as they were: docs/limits.md. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startLab });
const { signal } = new AbortController();

const CAPPED = { outcome: 'inconclusive', code: 'usage_capped' };

/** Whether a chat asks the provider with the token that was minted last: a fallback there is none. */
async function isPaid({ box }: WatchedBox, hasGateway: boolean): Promise<boolean> {
  const before = lab.anthropic.bearers.length;
  const way = hasGateway ? [] : ['--local'];
  const words = ['openclaw', 'agent', ...way, '--agent', 'main', '--message', 'hi', '--json'];
  await box.run(words, { timeoutMs: 5 * MINUTE });
  return lab.anthropic.bearers.slice(before).includes(lab.anthropic.minted.at(-1) ?? '');
}

async function orderOf(on: WatchedBox): Promise<string[] | null> {
  const said = await on.openclaw('models', 'auth', 'order', 'get', '--provider', 'anthropic', '--json');
  return JSON.parse(said.slice(said.indexOf('{'))).order ?? null;
}

const ROWS = [
  ['2026.9.6', 'a gateway that runs', true, true],
  ['2026.9.6', 'no gateway', false, false],
  ['2026.7.1', 'a gateway that runs', true, false],
  ['2026.4.15', 'no gateway', false, true],
] as const;

test.each(ROWS)(
  'OpenClaw %s beside %s uses no credential of a provider whose order is empty, takes another sign-in, and uses them again afterwards',
  async (version, _, hasGateway, hasOrder) => {
    const on = await WatchedBox.connect(lab, version);
    try {
      const { profile } = on.record;
      if (hasOrder) await on.openclaw('models', 'auth', 'order', 'set', '--provider', 'anthropic', profile);
      if (hasGateway) await startGateway(on.box);
      expect(await isPaid(on, hasGateway)).toBe(true);
      const row = rowOf('anthropic');
      if (!row) throw new Error('Anthropic has no row.');
      const step = providerOff(row);
      const box = {
        customer: 'alice',
        transport: on.transport,
        agent: undefined,
        platform: undefined,
        signal,
      };
      const before = await step.see(box);
      const order = await orderOf(on);
      expect(before).toEqual({ order, configured: null, there: [profile] });
      await step.take(box);
      expect(await isPaid(on, hasGateway)).toBe(false);
      // What a look sees then is what the record takes for a limit's doing.
      const seen = await on.look(hasGateway);
      expect([seen, seen && seenWhileHeld(seen)]).toEqual([seen, CAPPED]);
      // A cap is no reason not to connect; it is taken out of use again.
      await handshake(
        on.transport,
        customerWho((link) => lab.anthropic.signIn(link)),
        { signal },
      );
      const again = step.merge(before, await step.see(box));
      await step.take(box);
      expect(await isPaid(on, hasGateway)).toBe(false);
      await step.back(box, again);
      expect(await orderOf(on)).toEqual(again.order);
      expect(await isPaid(on, hasGateway)).toBe(true);
    } finally {
      await on.box.stop();
    }
  },
  60 * MINUTE,
);
