import { orderOnBox } from '../../connections/on-box.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { know } from '../../handshake/choice.ts';
import { listedProfiles } from '../../programs/openclaw/models-status.ts';
import { ProfileStore } from '../../programs/openclaw/profile-store.ts';
import { COMMAND_MS, listOf, type OnBox, type Repair } from './repair.ts';

/** Another profile was put before the customer's: theirs come first again, in the order that they have on record. */
export const orderBack: Repair = {
  name: 'order-back',
  asksCredential: false,
  moves: ['order'],

  // Earlier versions did not write it down.
  writes: (before) => {
    const wanted = listOf(before, 'wanted');
    return wanted && { order: wanted };
  },

  see: (on) => {
    const { transport, row, ...options } = on;
    return withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before } = await know(openclaw, within(COMMAND_MS));
      const store = new ProfileStore(openclaw.commands, row, openclaw.recipient.agent);
      const order = (await store.order(within(COMMAND_MS))) ?? null;
      const profiles = listedProfiles(before, row).map(({ id }) => id);
      const first = ofRecord(on).filter((id) => profiles.includes(id));
      const wanted = [...first, ...(order ?? []).filter((id) => !first.includes(id))];
      return { order, profiles, wanted };
    });
  },

  do: async (on, before) => {
    await orderAsOnRecord(on, listOf(before, 'profiles') ?? []);
  },

  undo: ({ transport, row, ...options }, before) =>
    withOpenClaw(transport, row, options, async (openclaw, within) => {
      const { before: status } = await know(openclaw, within(COMMAND_MS));
      const store = new ProfileStore(openclaw.commands, row, openclaw.recipient.agent);
      const there = listedProfiles(status, row).map(({ id }) => id);
      // An order takes none that is not there.
      const order = (listOf(before, 'order') ?? []).filter((id) => there.includes(id));
      await store.setOrder(order, within(COMMAND_MS));
    }),
};

/** `there`: the provider's profiles on the box; an order takes none that is not there. */
async function orderAsOnRecord(on: OnBox, there: readonly string[]): Promise<void> {
  const profiles = ofRecord(on).filter((id) => there.includes(id));
  await orderOnBox(on.transport, on.row, profiles, on);
}

/** Gives a credential that was put back, and so comes first, the place that it has on record among the customer's. */
export async function placeAsOnRecord(on: OnBox, profile: string): Promise<void> {
  const { row, record } = on;
  const here = on.here.map((one) => (one.id === record.id ? { ...one, profile } : one));
  if (row.endpoint || here.filter(({ provider }) => provider === record.provider).length < 2) return;
  const { profiles } = await orderBack.see(on);
  await orderAsOnRecord({ ...on, here }, Array.isArray(profiles) ? profiles : []);
}

function ofRecord({ here, record }: OnBox): string[] {
  return here
    .filter(({ provider }) => provider === record.provider)
    .sort((one, other) => one.position - other.position)
    .map(({ profile }) => profile);
}
