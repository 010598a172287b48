import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { RepairState } from '../../../core/contract/repairs.ts';
import { testOnBox } from '../../connections/on-box.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { OwnKey } from '../../programs/openclaw/own-key.ts';
import { COMMAND_MS, inTimeOfItsOwn, type OnBox, type Repair, textOf } from './repair.ts';

/** Milliseconds to put back what was taken out. */
const BACK_MS = 2 * COMMAND_MS;

/** The configuration has its own key answer in the place of the stored credential: see `OwnKey`. */
export const configKeyOut: Repair = {
  name: 'config-key-out',
  asksCredential: true,
  proves: true,
  moves: ['auth', 'apiKey'],
  writes: () => ({ auth: null }),
  // The name of a variable would go in the place of a key.
  wouldLose: ({ apiKey }, { key }) => apiKey !== undefined && key !== undefined,

  see: (on) =>
    withOwnKey(on, async (ownKey, within) => {
      const { auth = null, apiKey, hasKey } = await ownKey.state(within(COMMAND_MS));
      return {
        auth,
        ...(apiKey !== undefined && { apiKey }),
        ...(hasKey && { key: 'in the configuration' }),
      };
    }),

  do: async (on, before) => {
    const verdict = await withOwnKey(on, (ownKey, within) =>
      ownKey.takeOut(stateOf(before), within(COMMAND_MS)),
    )
      .then(() => testOnBox(on.transport, on.row, on.record, on))
      .catch((thrown) => toKeyferryError(thrown));
    if (verdict === undefined) return;
    // What answered before answers again, also where this was ended in the middle.
    await putBack(inTimeOfItsOwn(on, BACK_MS), before);
    throw verdict instanceof KeyferryError ? verdict : new KeyferryError(verdict);
  },

  undo: putBack,
};

async function putBack(on: OnBox, before: RepairState): Promise<void> {
  await withOwnKey(on, (ownKey, within) => ownKey.putBack(stateOf(before), within(COMMAND_MS)));
}

const stateOf = (state: RepairState) => ({ auth: textOf(state, 'auth'), apiKey: textOf(state, 'apiKey') });

function withOwnKey<T>(
  { transport, row, ...options }: OnBox,
  work: (ownKey: OwnKey, within: Parameters<Parameters<typeof withOpenClaw>[3]>[1]) => Promise<T>,
): Promise<T> {
  return withOpenClaw(transport, row, options, (openclaw, within) =>
    work(new OwnKey(openclaw.commands, row), within),
  );
}
