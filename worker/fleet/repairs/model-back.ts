import { isDeepStrictEqual } from 'node:util';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { useModelOnBox } from '../../connections/models-on-box.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { know } from '../../handshake/choice.ts';
import { inOrder } from '../../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../../programs/openclaw/openclaw.ts';
import { ProfileStore } from '../../programs/openclaw/profile-store.ts';
import { COMMAND_MS, listOf, type OnBox, type Repair, textOf } from './repair.ts';

/** An update has moved the default model: the one of before is put back, once the credential has answered a turn with it. */
export const modelBack: Repair = {
  name: 'model-back',
  asksCredential: false,
  moves: ['model', 'order'],

  // Earlier versions did not write it down.
  writes: (before) => {
    const [model, order] = [textOf(before, 'wanted'), listOf(before, 'wantedOrder')];
    return model === undefined ? undefined : { model, ...(order && { order }) };
  },

  see: ({ transport, row, record, good, ...options }) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before } = await know(openclaw, within(COMMAND_MS));
      const model = before.resolvedDefault;
      const wanted = good?.model ?? null;
      const store = storeOf(openclaw, { row, record });
      if (!store) return { model, wanted };
      const order = (await store.order(within(COMMAND_MS))) ?? null;
      const used = order ?? inOrder(before, row);
      const wantedOrder =
        used[0] === record.profile ? order : [record.profile, ...used.filter((id) => id !== record.profile)];
      return { model, order, wanted, wantedOrder };
    }),

  do: async ({ transport, row, record, good, ...options }) => {
    if (!good?.model) throw new KeyferryError('model_not_offered', { detail: 'No look has seen one.' });
    const verdict = await useModelOnBox(transport, row, record, good.model, options);
    if (verdict !== undefined) throw new KeyferryError(verdict);
  },

  undo: ({ transport, row, record, ...options }, state) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before } = await know(openclaw, within(COMMAND_MS));
      const model = textOf(state, 'model');
      if (model && model !== before.resolvedDefault)
        await openclaw.setDefaultModel(model, before.allowed, within(COMMAND_MS));
      // Repairs of earlier versions have no order on record.
      const store = 'order' in state ? storeOf(openclaw, { row, record }) : undefined;
      const order = listOf(state, 'order') ?? [];
      if (store && !isDeepStrictEqual((await store.order(within(COMMAND_MS))) ?? [], order))
        await store.setOrder(order, within(COMMAND_MS));
    }),
};

/** The credential comes first with its model; an address and Claude Code's own login have no order. */
function storeOf(
  { commands, recipient }: OpenClaw,
  { row, record }: Pick<OnBox, 'row' | 'record'>,
): ProfileStore | undefined {
  return row.endpoint || record.method === 'claude-login'
    ? undefined
    : new ProfileStore(commands, row, recipient.agent);
}
