import { KeyferryError } from '../../../core/contract/errors.ts';
import { useModelOnBox } from '../../connections/models-on-box.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { know } from '../../handshake/choice.ts';
import { COMMAND_MS, type Repair, textOf } from './repair.ts';

/** An update has moved the default model: the one of before is put back, once the credential has answered a turn with it. */
export const modelBack: Repair = {
  name: 'model-back',
  asksCredential: false,

  see: ({ transport, row, ...options }) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before } = await know(openclaw, within(COMMAND_MS));
      return { model: before.resolvedDefault };
    }),

  do: async ({ transport, row, record, good, ...options }) => {
    if (!good?.model) throw new KeyferryError('model_not_offered', { detail: 'No look has seen one.' });
    const verdict = await useModelOnBox(transport, row, record, good.model, options);
    if (verdict !== undefined) throw new KeyferryError(verdict);
  },

  undo: ({ transport, row, ...options }, state) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before } = await know(openclaw, within(COMMAND_MS));
      const model = textOf(state, 'model');
      if (model) await openclaw.setDefaultModel(model, before.allowed, within(COMMAND_MS));
    }),
};
