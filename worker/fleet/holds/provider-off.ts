import { isDeepStrictEqual } from 'node:util';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { RepairState } from '../../../core/contract/repairs.ts';
import { withOpenClaw } from '../../connections/with-openclaw.ts';
import { know } from '../../handshake/choice.ts';
import { BoxConfig, type Change } from '../../programs/openclaw/box-config.ts';
import { type Commands, succeeded } from '../../programs/openclaw/commands.ts';
import { listedProfiles } from '../../programs/openclaw/models-status.ts';
import { ProfileStore } from '../../programs/openclaw/profile-store.ts';
import { keepsOrders } from '../../programs/openclaw/versions.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { listOf } from '../repairs/repair.ts';
import { COMMAND_MS, type HoldStep, type OnHeldBox } from './hold.ts';

/**
 * A provider's stored credentials are taken out of use, all of them: the order of its profiles in OpenClaw's configuration
 * (`auth.order.<provider>`) becomes an empty one, and the one in OpenClaw's store, which would come before it, is cleared. The
 * credentials stay where they are, nothing is logged out of, and no copy in a vault is needed. By the code of 2026.4.15,
 * 2026.7.1 and 2026.9.6 (`resolveAuthProfileOrder`) no profile is used then but one that a session has pinned.
 */
export function providerOff(row: ProviderRow): HoldStep {
  const path = `auth.order.${row.openclaw.id}`;
  const none: Change[] = [{ path, value: [] }];

  const see = (on: OnHeldBox) =>
    onProvider(on, row, async (at) => ({
      ...(await stateAt(at, path)),
      there: at.there.slice(0, MOST_THERE),
    }));
  return {
    see,

    merge: (held, now) => ({
      order: orderOf(held, now) ?? null,
      there: now.there ?? held.there ?? null,
      configured: isNone(now) ? (held.configured ?? null) : (now.configured ?? null),
    }),

    take: (on) =>
      onProvider(on, row, async (at) => {
        const { commands, store, limits } = at;
        const now = await stateAt(at, path);
        // What the store has comes before the configuration: the other way round all would be used in between.
        if (!isNone(now)) await apply(commands, none, limits());
        if (now.order !== null) await store.setOrder([], limits());
        // Also where there was nothing to do: whoever did it may have been killed before this.
        await tellGateway(commands, limits());
        const after = await stateAt(at, path);
        if (!isNone(after) || after.order !== null) throw notSo(path);
      }),

    back: (on, before) =>
      onProvider(on, row, async (at) => {
        const { commands, store, there, limits } = at;
        const now = await stateAt(at, path);
        const order = (listOf(before, 'order') ?? []).filter((id) => there.includes(id));
        if (now.order === null && order.length > 0) await store.setOrder(order, limits());
        if (!isNone(now)) return tellGateway(commands, limits());
        const value = listOf(before, 'configured');
        await apply(commands, [value === undefined ? { path } : { path, value }], limits());
        if (!isDeepStrictEqual((await stateAt(at, path)).configured, value ?? null)) throw notSo(path);
        await tellGateway(commands, limits());
      }),
  };
}

interface At {
  commands: Commands;
  store: ProfileStore;
  /** The provider's profiles on the box: an order takes none that is not there. */
  there: readonly string[];
  limits(): CallLimits;
}

function onProvider<T>(
  { transport, ...options }: OnHeldBox,
  row: ProviderRow,
  work: (at: At) => Promise<T>,
): Promise<T> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    const { commands, recipient } = openclaw;
    const store = new ProfileStore(commands, row, recipient.agent);
    const there = listedProfiles(before, row).map(({ id }) => id);
    return work({ commands, store, there, limits: () => within(COMMAND_MS) });
  });
}

/** `order`: that of the store; `configured`: that of the configuration. Null: none was set. */
async function stateAt({ commands, store, limits }: At, path: string): Promise<RepairState> {
  const order = (await store.order(limits())) ?? null;
  const value = await new BoxConfig(commands).value(path, limits());
  return { order, configured: Array.isArray(value) ? value.map(String) : null };
}

/** Profiles whose names are kept. */
const MOST_THERE = 50;

/**
 * The order that comes back. A handshake that finds none, as it is out of use, makes one of all that is stored: of that one only
 * what it has brought is taken, which comes first, and the rest is as it was. Any other that was set since is wanted so.
 */
function orderOf(held: RepairState, now: RepairState): string[] | undefined {
  const [was, is, known, there] = [
    listOf(held, 'order'),
    listOf(now, 'order'),
    listOf(held, 'there'),
    listOf(now, 'there'),
  ];
  if (!was || !known || !there) return is ?? was;
  const brought = (is ?? there).filter((id) => !known.includes(id));
  const stays = was.filter((id) => there.includes(id));
  const isWanted = is !== undefined && brought.length === 0 && is.every((id) => was.includes(id));
  return isWanted ? is : [...brought, ...stays];
}

const isNone = ({ configured }: RepairState) => Array.isArray(configured) && configured.length === 0;

/** 2026.4.15 says that it has to be restarted; the versions since take it up by themselves. Without a service there is none to restart. */
async function apply(commands: Commands, changes: readonly Change[], limits: CallLimits): Promise<void> {
  const wantsRestart = await new BoxConfig(commands).apply(changes, limits);
  if (wantsRestart) await commands.anyEnd(['gateway', 'restart'], limits);
}

/**
 * A gateway before 2026.9 goes on by the order that stood in the store when it last read its secrets (seen in 2026.7.1, after a
 * sign-in beside it). Throws where it does not confirm that it has read them.
 */
async function tellGateway(commands: Commands, limits: CallLimits): Promise<void> {
  if (!commands.hasGateway || !keepsOrders(commands.version)) return;
  const args = ['secrets', 'reload', '--json'];
  const told = await commands.anyEnd(args, limits);
  if (!succeeded(told)) throw commands.failed(args, told);
}

const notSo = (path: string) =>
  new KeyferryError('openclaw_failed', { detail: `${path} is not as it was set.` });
