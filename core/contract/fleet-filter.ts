/** Which boxes a run over the fleet is for: `customer=a-*,openclaw=<2026.9`. Pure. */
import { z } from 'zod';
import { ERROR_CODES } from './error-rows.ts';
import { FLEET_HEALTHS, type FleetHealth } from './fleet.ts';
import { compareVersions } from './versions.ts';

export const INVENTORIES = ['file', 'api', 'lightsail'] as const;
export type InventoryName = (typeof INVENTORIES)[number];

/** Values of one key, and customers of a list. */
const MOST_VALUES = 200;
export const MOST_LISTED = 50_000;

const globs = z
  .array(
    z
      .string()
      .regex(/^[\w.?-]*(?:\*[\w.?-]*){0,8}$/)
      .min(1)
      .max(80),
  )
  .max(MOST_VALUES);
const versions = z.array(z.string().regex(/^(?:unknown|(?:[<>]=?)?\d[\w.+-]{0,39})$/)).max(MOST_VALUES);
const codes = z.array(z.enum(ERROR_CODES)).max(MOST_VALUES);
/** Of each key one value has to fit; every key that is given has to. */
export const runFilterSchema = z.strictObject({
  customer: globs.optional(),
  box: globs.optional(),
  health: z.array(z.enum(FLEET_HEALTHS)).max(MOST_VALUES).optional(),
  provider: z
    .array(z.string().regex(/^[a-z0-9-]{1,60}$/))
    .max(MOST_VALUES)
    .optional(),
  /** What is wrong, or why nothing is known. */
  reason: codes.optional(),
  /** What the last look said, also where that has changed nothing yet. */
  look: codes.optional(),
  openclaw: versions.optional(),
  claude: versions.optional(),
  connected: z.boolean().optional(),
  inventory: z.array(z.enum(INVENTORIES)).max(MOST_VALUES).optional(),
  /** Only these customers, from a list; others of it are passed over. */
  of: z.array(z.string().max(63)).max(MOST_LISTED).optional(),
});
export type RunFilter = z.infer<typeof runFilterSchema>;

const KEYS = [
  'customer',
  'box',
  'health',
  'provider',
  'reason',
  'look',
  'openclaw',
  'claude',
  'connected',
  'inventory',
] as const;
type Key = (typeof KEYS)[number];

/** What is known of a box before anybody goes there. */
export interface BoxFacts {
  customer: string;
  /** Every name that it goes by. */
  names: readonly string[];
  inventory: InventoryName;
  /** Of its connections; empty: there is none. */
  healths: readonly FleetHealth[];
  providers: readonly string[];
  /** Codes of the catalogue: of its connections, and of the last look at each. */
  reasons: readonly string[];
  looks: readonly string[];
  /** As last seen by a handshake, the doctor or a look. */
  openclaw: string | null;
  claude: string | null;
}

/** Reads what `--filter` says, each of them comma separated; a string says what is wrong with it. */
export function parseRunFilter(texts: readonly string[]): RunFilter | string {
  const values = new Map<Key, string[]>();
  for (const text of texts) {
    let key: Key | undefined;
    for (const part of text.split(',').map((each) => each.trim())) {
      if (part === '') continue;
      // One more value of the key before it: `customer=alice,bob`, `openclaw=>=2026.4,<2026.9`.
      const isMore = key !== undefined && (/^[<>]/.test(part) || !part.includes('='));
      const named = isMore ? key : KEYS.find((each) => part.startsWith(`${each}=`));
      if (!named) return `'${part}' is no filter: write key=value, where key is one of ${KEYS.join(', ')}`;
      key = named;
      const value = isMore ? part : part.slice(named.length + 1);
      values.set(named, [...(values.get(named) ?? []), value]);
    }
  }
  const { connected, ...others } = Object.fromEntries(values) as Partial<Record<Key, string[]>>;
  const yes = connected?.at(-1);
  if (connected && (connected.length > 1 || (yes !== 'yes' && yes !== 'no')))
    return `connected is yes or no, not '${connected.join(',')}'`;
  const read = runFilterSchema.safeParse({ ...others, ...(yes && { connected: yes === 'yes' }) });
  if (read.success) return read.data;
  const [at, index] = read.error.issues[0]?.path ?? [];
  const value = others[at as keyof typeof others]?.[Number(index)] ?? '';
  return `'${value}' is no value of ${String(at)}${MEANT[at as Key] ?? ''}`;
}

const MEANT: Partial<Record<Key, string>> = {
  health: `: ${FLEET_HEALTHS.join(', ')}`,
  inventory: `: ${INVENTORIES.join(', ')}`,
  reason: ': a code of the catalogue such as model_moved',
  look: ': a code of the catalogue such as box_unreachable',
  openclaw: ': a version such as 2026.9 or 2026.9.6, or <2026.9, >=2026.4, unknown',
  claude: ': a version such as 2.1 or 2.1.330, or <2.1.330, >=2, unknown',
};

/** Says of each box whether it is one of those. */
export function matcherOf(filter: RunFilter): (box: BoxFacts) => boolean {
  const of = filter.of && new Set(filter.of);
  return (box) => (!of || of.has(box.customer)) && fitsAll(filter, box);
}

function fitsAll(filter: RunFilter, box: BoxFacts): boolean {
  const {
    customer,
    box: names,
    health,
    provider,
    reason,
    look,
    openclaw,
    claude,
    connected,
    inventory,
  } = filter;
  const healths = box.healths.length > 0 ? box.healths : (['none'] as const);
  const isConnected = box.healths.length > 0;
  return (
    (!customer || customer.some((glob) => fits(glob, box.customer))) &&
    (!names || names.some((glob) => box.names.some((name) => fits(glob, name)))) &&
    (!health || health.some((each) => healths.some((one) => one === each))) &&
    (!provider || provider.some((each) => box.providers.includes(each))) &&
    (!reason || reason.some((each) => box.reasons.includes(each))) &&
    (!look || look.some((each) => box.looks.includes(each))) &&
    (!openclaw || fitsVersion(openclaw, box.openclaw)) &&
    (!claude || fitsVersion(claude, box.claude)) &&
    (connected === undefined || connected === isConnected) &&
    (!inventory || inventory.includes(box.inventory))
  );
}

/** Goes back to the last star alone, so that no glob takes longer than its length times the text's. */
function fits(glob: string, text: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let read = 0; read < text.length; ) {
    if (glob[at] === '*') {
      star = at;
      from = read;
      at += 1;
    } else if (glob[at] === '?' || glob[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      at = star + 1;
      from += 1;
      read = from;
    } else return false;
  }
  return /^\**$/.test(glob.slice(at));
}

/** Every comparison has to hold, and one of the versions that are named. */
function fitsVersion(wanted: readonly string[], version: string | null): boolean {
  if (version === null) return wanted.includes('unknown');
  const isBound = (text: string) => /^[<>]/.test(text);
  const named = wanted.filter((text) => !isBound(text));
  const isNamed = named.some((text) => version === text || version.startsWith(`${text}.`));
  const bounds = wanted.filter(isBound);
  if (bounds.length === 0) return isNamed;
  const holds = bounds.every((bound) => isWithin(bound, version));
  return holds && (isNamed || named.every((text) => text === 'unknown'));
}

function isWithin(bound: string, version: string): boolean {
  const [, sign = '', than = ''] = /^([<>]=?)(.*)$/.exec(bound) ?? [];
  const order = compareVersions(version, than);
  if (order === 0) return sign.endsWith('=');
  return sign.startsWith('<') ? order < 0 : order > 0;
}

/** As somebody would write it. */
export function filterWords({ of, connected, ...filter }: RunFilter): string {
  const said = Object.entries(filter).map(([key, values]) => `${key}=${(values as string[]).join(',')}`);
  return [
    ...said,
    ...(connected === undefined ? [] : [`connected=${connected ? 'yes' : 'no'}`]),
    ...(of ? [`${of.length} customers of a list`] : []),
  ].join(' ');
}
