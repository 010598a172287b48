import { describe, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import type { RepairName } from '../../../core/contract/repairs.ts';
import { REPAIR_STEPS } from '../../../worker/fleet/repairs/all.ts';
import type { OnBox } from '../../../worker/fleet/repairs/repair.ts';
import { isOurs, takeBack } from '../../../worker/fleet/repairs/take-back.ts';
import { transportTo } from '../../support/in-memory-transport.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';

/** A repair that is cut at one command or other, or whose proof fails: what it has moved is put back, or it is said that it is not. */
const [OURS, OTHER] = ['openai:keyferry', 'openai:other'];
const [MODEL, MOVED] = ['openai/gpt-5.4', 'anthropic/claude-opus-5'];

/** A box on which each of them has something to do. */
function boxFor(name: RepairName): OpenClawInMemory {
  const box = new OpenClawInMemory(() => 200, name === 'model-back' ? MOVED : MODEL);
  box.profiles.set(OTHER, `sk-other-${'o'.repeat(40)}`).set(OURS, `sk-ours-${'x'.repeat(40)}`);
  box.order = [OTHER, OURS];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own form
  if (name === 'config-key-out') box.entry = { auth: 'api-key', apiKey: '${OPENAI_API_KEY}' };
  return box;
}

function onBox(box: OpenClawInMemory): OnBox & { cut: AbortController; lost: AbortController } {
  const record = {
    id: 'one',
    provider: 'openai',
    method: 'api-key',
    profile: OURS,
    model: MODEL,
    position: 0,
  };
  const [cut, lost] = [new AbortController(), new AbortController()];
  return {
    record: record as unknown as ConnectionRecord,
    here: [record as unknown as ConnectionRecord],
    row: PROVIDERS.openai,
    transport: transportTo(box),
    agent: undefined,
    good: { model: MODEL, openclaw: '2026.9.6', order: null },
    openCopy: async () => {},
    putBack: async () => OURS,
    signal: AbortSignal.any([cut.signal, lost.signal]),
    givenUp: lost.signal,
    cut,
    lost,
  };
}

const stateOf = ({ order, defaultModel, entry }: OpenClawInMemory) => ({
  order: order && [...order],
  defaultModel,
  entry: entry && { ...entry },
});

/** How many commands it takes, where nothing comes between. */
async function commandsOf(name: RepairName): Promise<number> {
  const box = boxFor(name);
  const on = onBox(box);
  const before = await REPAIR_STEPS[name].see(on);
  const from = box.ran.length;
  await REPAIR_STEPS[name].do(on, before);
  expect(stateOf(box)).not.toEqual(stateOf(boxFor(name)));
  return box.ran.length - from;
}

/** `once`: that one command fails; `for good`: the box is away from then on; `abort`: the worker ends. */
const HOWS = ['once', 'for good', 'abort'] as const;
const NAMES = ['order-back', 'model-back', 'config-key-out'] as const;

describe.each(NAMES)('%s', (name) => {
  test.each(HOWS)('cut %s before or after any of its commands', async (how) => {
    const count = await commandsOf(name);
    const step = REPAIR_STEPS[name];
    for (let at = 1; at <= count; at += 1)
      for (const side of ['before', 'after'] as const) {
        const box = boxFor(name);
        const on = onBox(box);
        const first = stateOf(box);
        const before = await step.see(on);
        const from = box.ran.length;
        box.onCommand = (_, when) => {
          const now = box.ran.length - from;
          const isCut =
            how === 'for good'
              ? now > at || (now === at && (when === side || side === 'before'))
              : now === at && when === side;
          if (isCut && how === 'abort') on.cut.abort(new KeyferryError('worker_stopped'));
          else if (isCut) throw new KeyferryError('connection_lost');
        };
        const failed = await step.do(on, before).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (failed === undefined) continue;
        const { isLeft } = await takeBack(step, on, before);
        const where = `${how}, ${side} ${box.ran[from + at - 1]}`;
        // What cannot be seen may be as it was: it is said all the same.
        if (how === 'for good') expect([where, isLeft]).toEqual([where, true]);
        else expect([where, isLeft, stateOf(box)]).toEqual([where, false, first]);
      }
  });

  test('done, and its proof fails', async () => {
    const box = boxFor(name);
    const on = onBox(box);
    const first = stateOf(box);
    const before = await REPAIR_STEPS[name].see(on);
    await REPAIR_STEPS[name].do(on, before);
    const { after, isLeft } = await takeBack(REPAIR_STEPS[name], on, before);
    expect([after, isLeft, stateOf(box)]).toEqual([before, false, first]);
  });
});

test.each(NAMES)('%s: once somebody else may be on the box, nothing is put back', async (name) => {
  const count = await commandsOf(name);
  const step = REPAIR_STEPS[name];
  for (let at = 1; at <= count; at += 1) {
    const box = boxFor(name);
    const on = onBox(box);
    const before = await step.see(on);
    const from = box.ran.length;
    box.onCommand = (_, when) => {
      if (box.ran.length - from === at && when === 'after')
        on.lost.abort(new KeyferryError('worker_blocked'));
    };
    await step.do(on, before).catch(() => undefined);
    expect((await takeBack(step, on, before)).isLeft).toBe(true);
    expect(box.ran.length - from).toBe(at);
  }
});

test('what was proved before a repair failed stays, and what it is, is said', async () => {
  const box = boxFor('profile-back');
  const on = onBox(box);
  const back = await takeBack(REPAIR_STEPS['profile-back'], on, { profile: null, paused: null });
  expect(back).toEqual({ after: { profile: OURS, paused: null }, isLeft: false });
  expect(box.profiles.has(OURS)).toBe(true);
});

test('a cooldown that was to be cleared is not put back: what stands there is said', async () => {
  const box = boxFor('cooldown-clear');
  box.profiles.delete(OURS);
  const back = await takeBack(REPAIR_STEPS['cooldown-clear'], onBox(box), { profile: OURS, paused: null });
  expect(back).toEqual({ after: { profile: null, paused: null }, isLeft: false });
});

test('another word than api-key stays where a variable is named beside it', async () => {
  const box = boxFor('config-key-out');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own form
  box.entry = { auth: 'token', apiKey: '${OPENAI_API_KEY}' };
  const on = onBox(box);
  const step = REPAIR_STEPS['config-key-out'];
  await step.do(on, await step.see(on));
  expect(box.entry).toEqual({ auth: 'token' });
});

/** What somebody may do to a box after a repair, and whether the repair may still be undone then. */
const SINCE: Readonly<
  Record<(typeof NAMES)[number], Readonly<Record<string, (box: OpenClawInMemory) => void>>>
> = {
  'order-back': {
    'a key connected since comes first': (box) => {
      box.profiles.set('openai:newer', `sk-newer-${'n'.repeat(40)}`);
      box.order = ['openai:newer', OURS, OTHER];
    },
    'the other profile was removed': (box) => {
      box.profiles.delete(OTHER);
      box.order = [OURS];
    },
  },
  'model-back': {
    'another model was chosen': (box) => {
      box.defaultModel = 'openai/gpt-5.5';
    },
    'another order was set': (box) => {
      box.order = [OURS];
    },
  },
  'config-key-out': {
    'another variable is named': (box) => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own form
      box.entry = { apiKey: '${ANOTHER_KEY}' };
    },
    'a key of its own was put in': (box) => {
      box.entry = { apiKey: `sk-since-${'k'.repeat(40)}` };
    },
  },
};

describe.each(NAMES)('%s is undone only over what it has put there itself', (name) => {
  const step = REPAIR_STEPS[name];
  const repaired = async () => {
    const box = boxFor(name);
    const on = onBox(box);
    const first = stateOf(box);
    const before = await step.see(on);
    await step.do(on, before);
    return { box, on, first, before, after: await step.see(on) };
  };

  test('as it was left, or put back already; what its worker has seen last is not needed for that', async () => {
    const { box, on, first, before, after } = await repaired();
    expect(await isOurs(step, on, before, after)).toBe(true);
    expect(await isOurs(step, on, before, undefined)).toBe(true);
    await step.undo?.(on, before, after);
    expect(stateOf(box)).toEqual(first);
    expect(await isOurs(step, on, before, after)).toBe(true);
  });

  test.each(Object.entries(SINCE[name]))('%s', async (_, change) => {
    const { box, on, before, after } = await repaired();
    change(box);
    expect(await isOurs(step, on, before, after)).toBe(false);
    expect(await isOurs(step, on, before, undefined)).toBe(false);
  });
});

test('a credential that was put back goes by its hint: its undoing itself leaves another one', async () => {
  const box = boxFor('profile-back');
  const step = REPAIR_STEPS['profile-back'];
  expect(await isOurs(step, onBox(box), { profile: null, paused: null }, undefined)).toBe(true);
});

test('a profile that is gone is left out of the order that is put back', async () => {
  const box = boxFor('order-back');
  const on = onBox(box);
  const step = REPAIR_STEPS['order-back'];
  const before = await step.see(on);
  await step.do(on, before);
  // OpenClaw keeps its name in the order where its secret alone is gone.
  box.profiles.delete(OTHER);
  await step.undo?.(on, before, {});
  expect(box.order).toEqual([OURS]);
});
