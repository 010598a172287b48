import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import { isOfTurn } from '../../../core/contract/health.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { disconnect } from '../../disconnect/disconnect.ts';
import { know } from '../../handshake/choice.ts';
import { listedProfiles } from '../../programs/openclaw/models-status.ts';
import { placeAsOnRecord } from './order-back.ts';
import { COMMAND_MS, type OnBox, type Repair, textOf } from './repair.ts';

/** OpenClaw has lost the credential: the vault's copy is put back, and proved by a turn that only it can answer. */
export const profileBack: Repair = {
  name: 'profile-back',
  asksCredential: true,
  keeps: true,
  moves: ['profile'],
  goesByHint: true,

  see: seeProfile,

  do: async (on) => {
    await placeAsOnRecord(on, await on.putBack());
  },

  // What stood there afterwards is not on record where nobody could look.
  undo: (on, _before, after) => remove(on, textOf(after, 'profile') ?? on.record.profile),
};

/**
 * The credential is in a cooldown that outlasts its cause. No turn is made with it, and storing it again changes nothing (seen in
 * 2026.9.6): only logging out forgets it. So that is done, and then the vault's copy is put back.
 */
export const cooldownClear: Repair = {
  name: 'cooldown-clear',
  asksCredential: true,
  moves: ['profile'],

  see: seeProfile,

  do: async (on) => {
    await on.openCopy();
    await remove(on, on.record.profile);
    // Once more, as the box has none now; what the provider itself has said, it says again.
    const profile = await on.putBack().catch((thrown) => {
      if (on.signal.aborted || isOfTurn(toKeyferryError(thrown).code)) throw thrown;
      return on.putBack();
    });
    await placeAsOnRecord(on, profile);
  },

  // A cooldown cannot be put back, and nobody wants it.
  undo: undefined,
};

async function seeProfile({ transport, row, record, ...options }: OnBox) {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    const paused = before.auth.unusableProfiles.find(({ profileId }) => profileId === record.profile);
    const isThere = listedProfiles(before, row).some(({ id }) => id === record.profile);
    return {
      profile: isThere ? record.profile : null,
      paused: paused ? [paused.kind ?? '', paused.reason ?? ''] : null,
    };
  });
}

async function remove({ transport, row, record, agent, signal }: OnBox, profile: string) {
  const target = { provider: row, profile, hint: record.hint ?? undefined };
  const { outcome } = await disconnect(transport, target, { signal, agent });
  if (outcome === 'replaced')
    throw new KeyferryError('profile_not_removed', { detail: 'Another credential stands under its name.' });
}
