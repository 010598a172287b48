import { z } from 'zod';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { RepairState } from '../../../core/contract/repairs.ts';
import { testOnBox } from '../../connections/on-box.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { BoxConfig, type Change } from '../../programs/openclaw/box-config.ts';
import { entryPath } from '../../programs/openclaw/provider-entry.ts';
import { COMMAND_MS, type OnBox, type Repair, textOf } from './repair.ts';

/** Milliseconds to put back what was taken out. */
const BACK_MS = 2 * COMMAND_MS;

const EntrySchema = z.looseObject({ auth: z.string().max(40).optional() });

/**
 * The configuration has its own key answer in the place of the stored credential (`auth: "api-key"` in the provider's entry; a
 * variable does so by being named there). That one word is taken out: the key, and the variable, stay where they are and are
 * used by nothing, so that nothing secret is read, moved or copied to undo it.
 */
export const configKeyOut: Repair = {
  name: 'config-key-out',
  asksCredential: true,

  see: ({ transport, row, ...options }) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { id } = row.openclaw;
      const entry = await new BoxConfig(openclaw.commands).value(entryPath(id), within(COMMAND_MS));
      return { auth: EntrySchema.safeParse(entry).data?.auth ?? null };
    }),

  do: async (on, before) => {
    const verdict = await apply(on, { path: authPath(on) })
      .then(() => testOnBox(on.transport, on.row, on.record, on))
      .catch((thrown) => toKeyferryError(thrown));
    if (verdict === undefined) return;
    // What answered before answers again, also where this was ended in the middle.
    await putBack({ ...on, signal: AbortSignal.timeout(BACK_MS) }, before);
    throw verdict instanceof KeyferryError ? verdict : new KeyferryError(verdict);
  },

  undo: putBack,
};

async function putBack(on: OnBox, before: RepairState): Promise<void> {
  const value = textOf(before, 'auth');
  if (value !== undefined) await apply(on, { path: authPath(on), value });
}

const authPath = ({ row }: OnBox) => `${entryPath(row.openclaw.id)}.auth`;

async function apply({ transport, row, ...options }: OnBox, change: Change): Promise<void> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const wantsRestart = await new BoxConfig(openclaw.commands).apply([change], within(COMMAND_MS));
    // 2026.4.15 says so; the versions since take it up by themselves. Without a service there is none to restart.
    if (wantsRestart) await openclaw.commands.anyEnd(['gateway', 'restart'], within(COMMAND_MS));
  });
}
