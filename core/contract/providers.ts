/**
 * What Keyferry knows about each provider of models, one row per provider, which everything else reads. A row is made
 * of what the first load of the customer's page needs (provider-names.ts), the rest (provider-rows.ts), and the guide to
 * its keys (provider-guides.ts). The page imports the first of them alone until somebody brings a key.
 */
import type { Endpoint } from './endpoint.ts';
import { knownRow, type Method, NAMES, type NameRow, namesOf, type Provider } from './provider-names.ts';
import { DETAILS, METHODS } from './provider-rows.ts';
import type { Known, MethodRow, ProviderDetails, ProviderRow } from './provider-types.ts';
import { compareVersions, type Program, type Versions } from './versions.ts';

export {
  FIRST,
  holdsSecret,
  isIdOf,
  isModelOf,
  isProfileOf,
  methodSchema,
  type Provider,
  providerSchema,
} from './provider-names.ts';
export { METHODS } from './provider-rows.ts';
export type { HostRow, Known, ProviderRow } from './provider-types.ts';

/** A whole row: `id` is ours and OpenClaw's, `methods` only an API key if nothing else is said. */
export function providerRow(id: string, known: NameRow, details: ProviderDetails): ProviderRow {
  const { name, icon, revokeAt, starts = [], methods = ['api-key'] } = known;
  const { openclaw, model } = knownRow(id, known);
  return {
    ...details,
    id,
    name,
    icon,
    revokeAt,
    starts,
    model,
    methods: Object.fromEntries(methods.map((method): [Method, MethodRow] => [method, METHODS[method]])),
    openclaw: { ...openclaw, listedAs: details.listedAs ?? [] },
  };
}

const IDS = Object.keys(NAMES) as Provider[];

export const PROVIDERS = Object.fromEntries(
  IDS.map((id) => [id, providerRow(id, NAMES[id], DETAILS[id])]),
) as Readonly<Record<Provider, ProviderRow>>;

/** The row of a provider; undefined for one that only a newer version knows. */
export function rowOf(provider: string): ProviderRow | undefined {
  return Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider as Provider] : undefined;
}

/**
 * The row by which OpenClaw knows one of several entries: of an address of the customer's own by the entry's name, as a
 * profile or a model begins with it. Every other provider has one name.
 */
export function rowAs(row: ProviderRow, name: string): ProviderRow {
  if (!row.endpoint) return row;
  const id = name.split(/[:/]/, 1)[0] as string;
  return { ...row, openclaw: { ...namesOf(id), listedAs: [] } };
}

/** What a customer is asked for. */
export function asksOf({ key, endpoint }: Pick<ProviderRow, 'key' | 'endpoint'>): ('endpoint' | 'key')[] {
  return [...(endpoint ? (['endpoint'] as const) : []), ...(key ? (['key'] as const) : [])];
}

/** Whether what the customer says is whole: the address, in a protocol that is the provider's, where it asks for one. */
export function fitsEndpoint({ endpoint: apis }: ProviderRow, said: Endpoint | undefined): boolean {
  return said === undefined ? apis === undefined : apis?.includes(said.api) === true;
}

/** How a version of OpenClaw (`2026.9.6`) comes to know this provider. */
export function knownTo(version: string, { comes = [] }: Pick<ProviderRow, 'comes'>): Known {
  return comes.find(([since]) => compareVersions(version, since) >= 0)?.[1] ?? 'built-in';
}

/** A program with which a method cannot be had, and the first version with which it can; undefined: none is known. */
export interface Unfit {
  program: Program;
  version: string;
  first: string | undefined;
}

/** The program of a box that is too old for a provider's method; undefined if none is, as far as versions are known. */
export function unfitFor(
  { methods, comes = [], keysSince }: Pick<ProviderRow, 'methods' | 'comes' | 'keysSince'>,
  method: Method,
  versions: Versions,
): Unfit | undefined {
  const { openclaw: version } = versions;
  if (version !== undefined && knownTo(version, { comes }) === 'none') {
    const first = comes
      .filter(([since, how]) => how !== 'none' && compareVersions(version, since) < 0)
      .at(-1)?.[0];
    return { program: 'openclaw', version, first };
  }
  const isEarly = keysSince !== undefined && version !== undefined && compareVersions(version, keysSince) < 0;
  if (method === 'api-key' && isEarly) return { program: 'openclaw', version, first: keysSince };
  for (const [name, first] of Object.entries(methods[method]?.needs ?? {})) {
    const program = name as Program;
    const version = versions[program];
    if (version !== undefined && compareVersions(version, first) < 0) return { program, version, first };
  }
  return undefined;
}

/** Whether an environment variable is one of which a provider's credential or address would be taken. */
export function isVariableOf({ variables }: Pick<ProviderRow, 'variables'>, name: string): boolean {
  return variables.some((variable) =>
    variable.endsWith('*') ? name.startsWith(variable.slice(0, -1)) : name === variable,
  );
}

/**
 * The model to take of those on offer (`<id>/<model>`), for good or for a proof: the first pattern of the row that any
 * matches, and of these the one with the highest numbers. Without a match it is the first on offer; undefined: none is.
 */
export function preferredModel(
  { openclaw, models }: ProviderRow,
  offered: readonly string[],
  use: 'best' | 'small',
): string | undefined {
  const start = openclaw.id.length + 1;
  for (const pattern of models[use]) {
    const found = offered.flatMap((name) => {
      const match = pattern.exec(name.slice(start));
      return match ? { name, rank: match.slice(1).map((number) => Number(number ?? 0)) } : [];
    });
    if (found.length > 0) return found.reduce((a, b) => (isHigher(b.rank, a.rank) ? b : a)).name;
  }
  return offered[0];
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index >= 0 && (a[index] as number) > (b[index] as number);
}
