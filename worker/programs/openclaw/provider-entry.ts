/**
 * A provider that OpenClaw is told of in its configuration: the platform's own (platform-fallback.ts), or an address of the
 * customer's (endpoint.ts). What stands there for it, and how all of it comes out again. Pure. Seen in 2026.4.15, 2026.7.1
 * and 2026.9.6: see docs/platform-fallback.md and docs/providers.md.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Change } from './box-config.ts';
import type { BoxModels, ModelSetting } from './box-models.ts';

export interface Plan {
  /** In this order; none: it is as it should be. */
  changes: Change[];
  /** What people should know, a sentence each. */
  notes: string[];
}

/** What stands at `models.providers.<name>`. */
export interface Entry {
  baseUrl: string;
  api: string;
  models: readonly { id: string; name: string }[];
  /** A reference to OpenClaw's store of secrets, never a key. */
  apiKey?: { source: string; provider: string; id: string };
  request?: { allowPrivateNetwork: boolean };
}

export const DEFAULTS = 'agents.defaults.model';
export const entryPath = (name: string) => `models.providers.${name}`;

/** The entry; a model without a name is called by its id. */
export function entryOf({
  models,
  ...entry
}: Omit<Entry, 'models'> & { models: readonly { id: string; name?: string | undefined }[] }): Entry {
  return { ...entry, models: models.map((model) => ({ ...model, name: model.name ?? model.id })) };
}

/** OpenClaw shows an entry with its own defaults filled in, and what has to do with secrets crossed out. */
export function isSameEntry(shown: unknown, wanted: Entry): boolean {
  if (!isObject(shown) || !Array.isArray(shown.models)) return false;
  const { models } = shown;
  const hasModels =
    models.length === wanted.models.length && wanted.models.every((model, at) => includes(models[at], model));
  const source = isObject(shown.apiKey) ? shown.apiKey.source : shown.apiKey;
  const { baseUrl, api } = wanted;
  return hasModels && source === wanted.apiKey?.source && includes(shown, { baseUrl, api });
}

/** Where only listed models may be chosen, these have to be listed; a fallback need not be. */
export function allow({ listed, isClosed }: BoxModels, models: readonly string[]): Change[] {
  const missing = isClosed ? models.filter((model) => !listed.includes(model)) : [];
  return missing.map((model) => ({ path: listedPath(model), value: {} }));
}

/** Everything of the provider's taken out, and nothing else. A default model of it goes back to OpenClaw's own. */
export function planRemoval(box: BoxModels, name: string): Plan {
  const places = [{ path: DEFAULTS, model: box.defaults }, ...box.agents];
  const kept = box.agents.filter(({ model }) => isOf(name, model.primary));
  const isDefault = isOf(name, box.defaults.primary);
  return {
    changes: [
      ...places.flatMap(({ path, model }) => without(path, model, name)),
      ...(isDefault ? [{ path: box.defaults.isText ? DEFAULTS : `${DEFAULTS}.primary` }] : []),
      ...box.listed.filter((model) => isOf(name, model)).map((model) => ({ path: listedPath(model) })),
      ...(box.entry === undefined ? [] : [{ path: entryPath(name) }]),
    ],
    notes: [
      ...(isDefault ? [`The default model was one of ${name}'s: OpenClaw's own counts again.`] : []),
      ...kept.map(({ id }) => `Agent ${id} has a model of ${name} of its own, which nothing answers now.`),
    ],
  };
}

/** Whatever named a model of the provider `gone` names `model` instead: default, fallbacks and agents. */
export function planMove(box: BoxModels, gone: string, model: string): Change[] {
  const places = [{ path: DEFAULTS, model: box.defaults }, ...box.agents];
  const moved = (name: string) => (isOf(gone, name) ? model : name);
  return places.flatMap(({ path, model: { primary, fallbacks = [], isText } }) => {
    const isPrimary = isOf(gone, primary);
    const isFallback = fallbacks.some((name) => isOf(gone, name));
    return [
      ...(isPrimary ? [{ path: isText ? path : `${path}.primary`, value: model }] : []),
      ...(isFallback ? [{ path: `${path}.fallbacks`, value: [...new Set(fallbacks.map(moved))] }] : []),
    ];
  });
}

/** Whether a model is the provider's. */
export const isOf = (name: string, model: string | undefined) => model?.startsWith(`${name}/`) === true;

function without(path: string, { fallbacks = [] }: ModelSetting, name: string): Change[] {
  const left = fallbacks.filter((model) => !isOf(name, model));
  if (left.length === fallbacks.length) return [];
  return [left.length > 0 ? { path: `${path}.fallbacks`, value: left } : { path: `${path}.fallbacks` }];
}

const listedPath = (model: string) => `agents.defaults.models["${model}"]`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an object has all of another one's values. */
const includes = (whole: unknown, part: object) =>
  isObject(whole) && Object.entries(part).every(([name, value]) => isDeepStrictEqual(whole[name], value));
