import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import type { RepairState } from '../../../core/contract/repairs.ts';
import { providerOff } from '../../../worker/fleet/holds/provider-off.ts';
import { transportTo } from '../../support/in-memory-transport.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';

/** What a limit takes out of use by an empty order, cut at one command or other, comes back as it was. */
const [OURS, OTHER] = ['openai:keyferry', 'openai:other'];
const step = providerOff(PROVIDERS.openai);

interface Orders {
  order: string[] | undefined;
  configured: string[] | undefined;
}

/** Where somebody has set an order, in OpenClaw's store, its configuration, both or neither. */
const BOXES: [string, Orders][] = [
  ['no order', { order: undefined, configured: undefined }],
  ['one in the store', { order: [OURS, OTHER], configured: undefined }],
  ['one in the configuration', { order: undefined, configured: [OTHER] }],
  ['one in both', { order: [OTHER, OURS], configured: [OURS] }],
];

function boxWith({ order, configured }: Orders): OpenClawInMemory {
  const box = new OpenClawInMemory(() => 200);
  box.profiles.set(OURS, `sk-ours-${'x'.repeat(40)}`).set(OTHER, `sk-other-${'o'.repeat(40)}`);
  box.order = order;
  box.configuredOrder = configured;
  return box;
}

function on(box: OpenClawInMemory) {
  const cut = new AbortController();
  const where = { customer: 'alice', transport: transportTo(box), agent: undefined, platform: undefined };
  return { ...where, signal: cut.signal, cut };
}

const ordersOf = ({ order, configuredOrder }: OpenClawInMemory): Orders => ({
  order,
  configured: configuredOrder,
});

/** As the worker does: what stands there is on record before anything is changed. */
async function hold(box: OpenClawInMemory, known: RepairState | undefined, where = on(box)) {
  const now = await step.see(where);
  const before = known ? step.merge(known, now) : now;
  return { before, taken: step.take(where) };
}

describe.each(BOXES)('a box with %s', (_, orders) => {
  test('answers by none of its credentials while they are out of use, and as before afterwards', async () => {
    const box = boxWith(orders);
    const answering = box.answering;
    const { before, taken } = await hold(box, undefined);
    await taken;
    expect(box.answering).toBeUndefined();
    expect([...box.profiles.keys()]).toEqual([OURS, OTHER]);
    await step.back(on(box), before);
    expect(ordersOf(box)).toEqual(orders);
    expect(box.answering).toBe(answering);
  });

  test('is as before in the end wherever a worker was killed, taking or putting back', async () => {
    const whole = boxWith(orders);
    const { before: known, taken } = await hold(whole, undefined);
    const seen = whole.ran.length;
    await taken;
    const took = whole.ran.length;
    await step.back(on(whole), known);
    const all = whole.ran.length;
    for (let killed = seen; killed < all; killed += 1)
      for (const when of ['before', 'after'] as const) {
        const box = boxWith(orders);
        const first = on(box);
        box.onCommand = (_name, at) => {
          if (box.ran.length - 1 === killed && at === when) first.cut.abort(new Error('killed'));
        };
        let { before, taken: work } = await hold(box, undefined, first);
        if (killed < took) await expect(work).rejects.toThrow();
        else {
          await work;
          await expect(step.back(first, before)).rejects.toThrow();
        }
        // The next one knows what was written down, and begins anew.
        box.onCommand = () => {};
        const again = await hold(box, before);
        before = again.before;
        await again.taken;
        expect(box.answering).toBeUndefined();
        await step.back(on(box), before);
        expect([killed, when, ordersOf(box)]).toEqual([killed, when, orders]);
      }
  });
});

test('an order that a handshake has set meanwhile goes out of use, too, and is the one that comes back', async () => {
  const box = boxWith({ order: [OTHER, OURS], configured: undefined });
  const first = await hold(box, undefined);
  await first.taken;
  box.order = [OURS, OTHER];
  expect(box.answering).toBeDefined();
  const second = await hold(box, first.before);
  await second.taken;
  expect(box.answering).toBeUndefined();
  await step.back(on(box), second.before);
  expect(ordersOf(box)).toEqual({ order: [OURS, OTHER], configured: undefined });
});

test('a key that is replaced meanwhile takes its place, and the rest of the order stays the customer’s', async () => {
  const NEW = 'openai:keyferry-2';
  const box = boxWith({ order: [OURS], configured: undefined });
  const first = await hold(box, undefined);
  await first.taken;
  box.profiles.delete(OURS);
  box.profiles.set(NEW, `sk-new-${'n'.repeat(40)}`);
  // As a replacement does that finds no order: what the customer has left out is in it.
  box.order = [NEW, OTHER];
  const second = await hold(box, first.before);
  await second.taken;
  await step.back(on(box), second.before);
  expect(ordersOf(box)).toEqual({ order: [NEW], configured: undefined });
});

test('a handshake that was cancelled meanwhile leaves no order of its own', async () => {
  const box = boxWith({ order: [OTHER], configured: undefined });
  const first = await hold(box, undefined);
  await first.taken;
  box.order = [OURS, OTHER];
  const second = await hold(box, first.before);
  await second.taken;
  expect(box.answering).toBeUndefined();
  await step.back(on(box), second.before);
  expect(ordersOf(box)).toEqual({ order: [OTHER], configured: undefined });
});

test('what somebody has set in its place is left, and so is a profile that is gone', async () => {
  const box = boxWith({ order: [OTHER, OURS], configured: undefined });
  const { before, taken } = await hold(box, undefined);
  await taken;
  box.configuredOrder = [OURS];
  box.profiles.delete(OTHER);
  await step.back(on(box), before);
  expect(ordersOf(box)).toEqual({ order: [OURS], configured: [OURS] });
});

test('a gateway before 2026.9 is told both ways, as it goes on by the order that it has read', async () => {
  const box = boxWith({ order: [OTHER], configured: undefined });
  Object.assign(box.survey, { hasGateway: true, openclaw: { path: '/opt/openclaw', version: '2026.7.1' } });
  const { before, taken } = await hold(box, undefined);
  await taken;
  await step.back(on(box), before);
  const told = box.ran.flatMap((name, at) => (name.startsWith('secrets reload') ? [at] : []));
  expect(told).toHaveLength(2);
  expect(box.ran.slice(told[1])).toHaveLength(1);
});
