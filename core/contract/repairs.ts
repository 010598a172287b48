/** What Keyferry can put right on a box by itself, and when it may. Pure. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import type { ErrorCode } from './errors.ts';
import { compareVersions } from './versions.ts';

export const REPAIR_NAMES = [
  'order-back',
  'model-back',
  'cooldown-clear',
  'config-key-out',
  'profile-back',
] as const;
export const repairNameSchema = z.enum(REPAIR_NAMES);
export type RepairName = z.infer<typeof repairNameSchema>;

/** What each one answers: what is wrong with a connection, by the look that is to say so no more. */
export const ANSWERS = {
  'order-back': 'other_credential_first',
  'model-back': 'model_moved',
  'cooldown-clear': 'credential_in_cooldown',
  'config-key-out': 'credential_overridden',
  'profile-back': 'credential_missing',
} as const satisfies Record<RepairName, ErrorCode>;

/** In a sentence: what is done. */
export const REPAIR_WORDS = {
  'order-back': 'The order in which OpenClaw uses the provider’s credentials is put back.',
  'model-back': 'The default model is put back.',
  'cooldown-clear': 'The credential is stored again from the vault, without its cooldown.',
  'config-key-out': 'The configuration no longer puts its own key in the place of the credential.',
  'profile-back': 'The credential is put back from the vault.',
} as const satisfies Record<RepairName, string>;

/** The one that answers what is wrong; undefined: nothing of Keyferry's does. */
export function repairFor(code: string | null): RepairName | undefined {
  return REPAIR_NAMES.find((name) => ANSWERS[name] === code);
}

/**
 * Whether `REPAIR=safe` does it without anybody's asking. Not what logs out of the credential first, and not where the box looks
 * the same after something that went wrong there and after what a customer did themself (see `isByUpdate` for what tells them apart).
 */
const IS_SAFE: Readonly<Record<RepairName, boolean>> = {
  'order-back': true,
  'model-back': false,
  'cooldown-clear': false,
  'config-key-out': true,
  'profile-back': false,
};

/** Outcomes of what may be done again: the end is bad, or is not known. */
export const OPEN_OUTCOMES: ReadonlySet<RepairOutcome> = new Set<RepairOutcome>(['told', 'tried', 'failed']);

/** Whether it can be taken back: a cooldown cannot be put back, and nobody wants it. */
export function canUndo(name: string): boolean {
  return name !== 'cooldown-clear' && REPAIR_NAMES.some((known) => known === name);
}

/** OpenClaw's name for one of its agents, as a box may give it. */
export const agentNameSchema = z.string().regex(/^[\w.-]{1,64}$/);

/** What looks tell of another agent than the default one. */
export const AGENT_FAULTS = [
  'credential_missing',
  'other_credential_first',
  'model_moved',
] as const satisfies readonly ErrorCode[];
export type AgentFault = (typeof AGENT_FAULTS)[number];

/** Other agents that looks ask about. */
export const MOST_AGENTS = 5;

/** Another agent, and what of it was so when the connection worked: that nobody is told of. */
export const agentStateSchema = z.strictObject({
  id: agentNameSchema,
  asIs: z.array(z.enum(AGENT_FAULTS)).max(AGENT_FAULTS.length),
});
export type AgentState = z.infer<typeof agentStateSchema>;

/** What a look has seen of OpenClaw; null where it was not asked or did not say. */
export const boxStateSchema = z.strictObject({
  model: z.string().max(300).nullable(),
  openclaw: z.string().max(40).nullable(),
  order: z.array(z.string().max(300)).max(50).nullable(),
  /** A gateway answered at its port. Absent: none is known to. */
  gateway: z.literal('answers').optional(),
  /** Agents beside the default one, those first that were asked about longest ago. Absent: none was. */
  agents: z.array(agentStateSchema).max(MOST_AGENTS).optional(),
});
export type BoxState = z.infer<typeof boxStateSchema>;

/**
 * Why what was done is not taken back; undefined: it can be. `isNewest`: none of its name has come since for its connection. What
 * an older one or one that has failed would take away now is what somebody works with.
 */
export function whyNotUndone(
  { name, outcome, before }: Pick<RepairRecord, 'name' | 'outcome' | 'before'>,
  isNewest: boolean,
): string | undefined {
  if (!canUndo(name) || !before || (outcome !== 'repaired' && outcome !== 'tried'))
    return 'There is nothing to take back.';
  return isNewest ? undefined : 'Another one has come since, and what it has put right would be taken away.';
}

/** What stood on the box before and after; nothing of it is secret. */
export const repairStateSchema = z
  .record(z.string().max(40), z.union([z.string().max(300), z.array(z.string().max(300)).max(50), z.null()]))
  .refine((state) => Object.keys(state).length <= 10);
export type RepairState = z.infer<typeof repairStateSchema>;

/**
 * `told`: it would apply, and was not done. `tried`: it was begun, and its worker has not said how it ended. `undone`: it was
 * done, and has been taken back.
 */
export const REPAIR_OUTCOMES = ['told', 'tried', 'repaired', 'failed', 'undone'] as const;
export type RepairOutcome = (typeof REPAIR_OUTCOMES)[number];

/** Repairs of a connection, the newest first, as far as they decide on another one. */
export interface PastRepair {
  name: string;
  outcome: RepairOutcome;
  /** Milliseconds since 1970. */
  at: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Tries that may fail in a row. */
const MOST_FAILED = 2;
/** What was put right and is wrong again so soon, somebody wants so. */
const LASTS_MS = 7 * DAY_MS;

/** Why Keyferry does not do it by itself now; undefined: it may. Somebody who asks is not asked this. */
export function whyNotNow(past: readonly PastRepair[], name: RepairName, at: number): string | undefined {
  const tries = past.filter((one) => one.name === name && one.outcome !== 'told');
  const [last] = tries;
  if (!last) return undefined;
  if (tries.some(({ outcome }) => outcome === 'undone')) return 'It was undone before.';
  if (last.outcome === 'repaired')
    return at - last.at < LASTS_MS ? 'It was done less than a week ago, and did not last.' : undefined;
  const since = tries.findIndex(({ outcome }) => outcome === 'repaired');
  const failed = since < 0 ? tries.length : since;
  if (failed >= MOST_FAILED) return 'It has failed twice.';
  return at - last.at < DAY_MS ? 'It has failed less than a day ago.' : undefined;
}

/** Whether the last thing that was done may have left the box without the credential: `cooldown-clear` logs out of it first. */
export function mayHaveRemoved([last]: readonly PastRepair[]): boolean {
  return last?.name === 'cooldown-clear' && (last.outcome === 'tried' || last.outcome === 'failed');
}

/** Why what could be done is only told with `REPAIR=tell`. */
export const ONLY_TOLD = 'Keyferry only says so here (REPAIR=tell).';

/** OpenClaw's versions at the last look that saw a connection work, and at the next one, which found the default model moved. */
export interface MovedIn {
  from: string;
  to: string;
}

/** What decides on a repair, beside what was done before. */
export interface RepairFacts {
  method: string;
  /** It is for an address of the customer's own. */
  isEndpoint: boolean;
  /** What a look saw when the connection last worked; undefined: none has. */
  good: BoxState | undefined;
  /** Undefined: nothing shows that OpenClaw was updated as its default model moved. */
  movedIn: MovedIn | undefined;
  /** Since it is out of order `model-back` was told, and not only because of `REPAIR=tell`. */
  wasModelTold: boolean;
  /** The vault has a copy of the credential. */
  hasCopy: boolean;
  /** A repair that has not come to its end may have removed the credential itself. */
  isOurDoing: boolean;
  /** Somebody has asked to have the connection removed, which may have failed so far. */
  isLeaving: boolean;
  /** A limit of usage keeps it out of use: what is to be put right would be put back into it. */
  isHeld: boolean;
}

/** `do`: Keyferry may by itself. `tell`: only if somebody asks, and why. `no`: it would not help. */
export type RepairVerdict = { verdict: 'do' } | { verdict: 'tell' | 'no'; why: string };

const DO: RepairVerdict = { verdict: 'do' };
const tell = (why: string): RepairVerdict => ({ verdict: 'tell', why });
const no = (why: string): RepairVerdict => ({ verdict: 'no', why });

/** Whether a repair would help, and whether it may be done without anybody's asking: never against what the customer did themself. */
export function decideRepair(name: RepairName, facts: RepairFacts): RepairVerdict {
  const useless = whyUseless(name, facts);
  if (useless !== undefined) return no(useless);
  if (facts.isLeaving) return tell('Somebody has asked to have the connection removed.');
  return IS_SAFE[name] || isByUpdate(name, facts) ? DO : tell(whyAsked(name, facts));
}

/**
 * OpenClaw was updated between the last look that saw the default model in its place and the next one: the update counts as what has
 * moved it. An update after that has not.
 */
function isByUpdate(name: RepairName, { good, movedIn, wasModelTold }: RepairFacts): boolean {
  if (name !== 'model-back' || wasModelTold || !movedIn || movedIn.from !== good?.openclaw) return false;
  return compareVersions(movedIn.to, movedIn.from) > 0;
}

function whyUseless(
  name: RepairName,
  { method, isEndpoint, good, hasCopy, isHeld }: RepairFacts,
): string | undefined {
  if (isHeld) return 'A limit of usage keeps it out of use until its day or month is over.';
  if (method === 'claude-login') return 'Claude Code keeps the login; OpenClaw has nothing to put back.';
  switch (name) {
    case 'order-back':
      return isEndpoint ? 'An address has a provider of its own, and no order.' : undefined;
    case 'config-key-out':
      return isEndpoint ? 'The key of an address stands in the configuration.' : undefined;
    case 'model-back':
      return good?.model ? undefined : 'No look has seen the default model while it worked.';
    case 'cooldown-clear':
      return hasCopy ? undefined : 'The vault has no copy to store again.';
    case 'profile-back':
      return hasCopy ? undefined : 'The vault has no copy to put back.';
  }
}

function whyAsked(name: RepairName, { isOurDoing }: RepairFacts): string {
  if (name === 'cooldown-clear') return 'It logs out of the credential before that is stored again.';
  if (name === 'model-back') return 'The customer may have moved it.';
  return isOurDoing ? 'Clearing its cooldown may have removed it.' : 'The customer may have removed it.';
}

/** Who has asked for it: `operator:<name>`, `platform`, `the command line`. */
export const askedBySchema = z.string().max(120);

/** Repairs on boxes: begun by a look, by somebody who asks for one that was told, or to take one back. */
export const REPAIRS = 'repairs';
export const repairJobSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('repair'),
    customer: customerSchema,
    box: boxNameSchema,
    connection: z.uuid(),
    name: repairNameSchema,
    /** Absent: a look. */
    askedBy: askedBySchema.optional(),
  }),
  z.strictObject({
    task: z.literal('undo'),
    customer: customerSchema,
    repair: z.uuid(),
    askedBy: askedBySchema,
  }),
]);
export type RepairJob = z.infer<typeof repairJobSchema>;

/** What a job has come to. `not_seen`: the look that it begins with did not say it; `told`: not done, and why. */
export const repairDoneSchema = z.strictObject({
  outcome: z.enum(['not_seen', 'told', 'repaired', 'failed', 'undone']),
  id: z.uuid().optional(),
  why: z.string().optional(),
  error: z.enum(ERROR_CODES).optional(),
});
export type RepairDone = z.infer<typeof repairDoneSchema>;

/** A repair as it is on record. */
export const repairRecordSchema = z
  .strictObject({
    id: z.uuid(),
    connection: z.uuid(),
    customer: customerSchema,
    box: boxNameSchema,
    name: z.string().meta({ description: 'There will be others', examples: [...REPAIR_NAMES] }),
    outcome: z.enum(REPAIR_OUTCOMES).meta({
      description:
        '`told`: it could be done, and was not; `tried`: it was begun, and how it ended is not known (yet); `repaired`: a look has shown that it helped; `failed`; `undone`: it was done, and has been taken back',
    }),
    why: z.string().nullable().meta({ description: 'Why it was not done' }),
    error: z.enum(ERROR_CODES).nullable().meta({
      description: 'What it failed with; of one that is `repaired`, what taking it back failed with',
    }),
    before: repairStateSchema
      .nullable()
      .meta({ description: 'What stood on the box before; nothing secret' }),
    after: repairStateSchema.nullable().meta({ description: 'And afterwards' }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    undoneAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Repair' });
export type RepairRecord = z.infer<typeof repairRecordSchema>;
