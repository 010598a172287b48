/**
 * What is out of use on a box because a limit of usage is reached: which of it has to be taken out now, and what is to be put
 * back. Pure: the record says what is reached and what stands there.
 */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import type { ErrorCode } from './errors.ts';
import type { LimitAction } from './limit-kinds.ts';
import { PROVIDERS, rowAs, rowOf } from './providers.ts';
import { repairStateSchema } from './repairs.ts';

/** The platform's own models. All else that is held is a provider, by OpenClaw's name: none has a star. */
export const HELD_FALLBACK = '*fallback';

/**
 * `holding`: it was begun, and its worker has not said how it ended; `failed`: it could not be done, or was undone by something
 * else, and is tried again; `over`: it is as it was before.
 */
export const HOLD_STATES = ['holding', 'held', 'failed', 'over'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

/** A limit that is reached. Times are milliseconds since 1970. */
export interface Reached {
  /** As OpenClaw names it; '' is all of them together. */
  provider: string;
  action: LimitAction;
  endsAt: number;
}

/** A connection on the box. */
export interface HeldConnection {
  provider: string;
  profile: string;
  connectedAt: number;
}

/** OpenClaw's names of the provider whose credential it is; none where only a newer version knows it. */
export function namesOf({ provider, profile }: Pick<HeldConnection, 'provider' | 'profile'>): string[] {
  const row = rowOf(provider);
  if (!row) return [];
  const { id, listedAs } = rowAs(row, profile).openclaw;
  return [id, ...listedAs];
}

/**
 * Whether it goes by no order of OpenClaw's, and cannot be taken out of use by one: Claude Code has its login itself, and the key of
 * an address of the customer's own stands in the configuration.
 */
export function isBeyondOrders({ provider, method }: { provider: string; method: string }): boolean {
  return method === 'claude-login' || rowOf(provider)?.endpoint !== undefined;
}

/** The names under which OpenClaw counts what a limit is of: Anthropic's models by Claude Code have one of their own. */
export function countedAs(name: string): string[] {
  const row = Object.values(PROVIDERS).find(({ openclaw, endpoint }) => openclaw.id === name && !endpoint);
  return [name, ...(row?.openclaw.listedAs ?? [])];
}

/** What has to be out of use on a box, and until when. `platform`: OpenClaw's name of the platform's own provider, if there is one. */
export function wantedHolds(
  reached: readonly Reached[],
  connections: readonly HeldConnection[],
  platform: string | undefined,
): Map<string, number> {
  const wanted = new Map<string, number>();
  const want = (what: string, until: number) => wanted.set(what, Math.max(until, wanted.get(what) ?? 0));
  for (const { provider, action, endsAt } of reached) {
    if (action === 'tell') continue;
    const isOfAll = provider === '';
    const isOfPlatform = action === 'stop-fallback' || isOfAll || provider === platform;
    if (isOfPlatform && platform !== undefined) want(HELD_FALLBACK, endsAt);
    if (action === 'stop-fallback') continue;
    for (const connection of connections) {
      const names = namesOf(connection);
      if (names[0] !== undefined && (isOfAll || names.includes(provider))) want(names[0], endsAt);
    }
  }
  return wanted;
}

/** What is held on a box, as it is on record. */
export interface Hold {
  what: string;
  state: HoldState;
  until: number;
  triedAt: number;
  /** In a row that have failed. */
  tries: number;
  heldAt: number | null;
}

/** A handshake that has ended. */
export interface EndedHandshake {
  provider: string;
  endedAt: number;
}

/** What is to be done on a box now. */
export interface HoldsDue {
  take: { what: string; until: number }[];
  /** The customer's own before the platform's models, which stand behind them. */
  back: string[];
  /** What is out of use for longer, or less long, than is on record. */
  moved: { what: string; until: number }[];
}

const MINUTE_MS = 60_000;
/**
 * Between two tries, doubled with each that fails; and for which one that was begun is left to its worker, which has the customer's
 * turn for as long as it lives: another one would not get it sooner.
 */
const AGAIN_MS = 5 * MINUTE_MS;
const MOST_DOUBLED = 3;
const BEGUN_MS = MINUTE_MS;

/** Another has the customer's boxes just then, so that nothing was begun: it is no failure, and due again at the next question. */
const NOT_NOW: readonly ErrorCode[] = ['handshake_under_way', 'disconnect_under_way'];
export const isNotNow = (code: ErrorCode) => NOT_NOW.includes(code);

/**
 * What is wanted and not held, and what is held and not wanted any more. What somebody has connected since it was held, or a
 * handshake that came to nothing, may have undone it, so it is done again: a cap is the customer's, not a key's.
 */
export function holdsDue(
  wanted: ReadonlyMap<string, number>,
  holds: readonly Hold[],
  connections: readonly HeldConnection[],
  at: number,
  ended: readonly EndedHandshake[] = [],
): HoldsDue {
  const known = new Map(holds.map((hold) => [hold.what, hold]));
  const isRested = ({ state, tries, triedAt }: Hold) =>
    at - triedAt >=
    (state === 'holding' ? BEGUN_MS : tries > 0 ? AGAIN_MS * 2 ** Math.min(tries - 1, MOST_DOUBLED) : 0);
  const isOf = (what: string, one: Pick<HeldConnection, 'provider' | 'profile'>) =>
    what === HELD_FALLBACK || namesOf(one).includes(what);
  const newest = (what: string) =>
    Math.max(
      0,
      ...connections.filter((one) => isOf(what, one)).map(({ connectedAt }) => connectedAt),
      // One that was cancelled may have put an order there before it stored anything.
      ...ended.filter(({ provider }) => isOf(what, { provider, profile: '' })).map(({ endedAt }) => endedAt),
    );
  const take = [...wanted].flatMap(([what, until]) => {
    const hold = known.get(what);
    const isHeld = hold?.state === 'held' && newest(what) <= (hold.heldAt ?? 0);
    return !hold || hold.state === 'over' || (!isHeld && isRested(hold)) ? [{ what, until }] : [];
  });
  const back = holds
    .filter((hold) => hold.state !== 'over' && !wanted.has(hold.what) && isRested(hold))
    .map(({ what }) => what)
    .sort((one, other) => Number(one === HELD_FALLBACK) - Number(other === HELD_FALLBACK));
  const moved = holds.flatMap(({ what, state, until }) => {
    const now = wanted.get(what);
    return now !== undefined && state !== 'over' && now !== until ? [{ what, until: now }] : [];
  });
  return { take, back, moved };
}

/** Taking things out of use on boxes, and putting them back. */
export const USAGE_HOLDS = 'usage-holds';
/** What a box is to be gone through for is decided by the record as the job begins. */
export const usageHoldJobSchema = z.strictObject({ customer: customerSchema, box: boxNameSchema });
export type UsageHoldJob = z.infer<typeof usageHoldJobSchema>;

/** How it ended. */
export const heldSchema = z.strictObject({
  customer: customerSchema,
  box: boxNameSchema,
  what: z.string().min(1).max(120),
  at: z.iso.datetime(),
  /** What was to be done: taking it out of use, or putting it back. */
  work: z.enum(['take', 'back']),
  /** Why it could not be; absent: it is done. */
  error: z.enum(ERROR_CODES).optional(),
  /** Until when it is out of use. */
  until: z.iso.datetime(),
});
export type Held = z.output<typeof heldSchema>;

/** What stood on the box before. */
export const holdBeforeSchema = repairStateSchema;
