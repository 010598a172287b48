/**
 * How a box's configuration has to change for the platform's own provider to answer when nothing of the customer's does, and
 * for nothing of it to be left. Pure. Seen in 2026.4.15, 2026.7.1 and 2026.9.6: see docs/platform-fallback.md.
 */
import { isDeepStrictEqual } from 'node:util';
import { type PlatformProvider, platformModel } from '../../../core/process/platform-provider.ts';
import type { Change } from './box-config.ts';
import type { BoxModels, ModelSetting } from './box-models.ts';

export interface Plan {
  /** In this order; none: it is as it should be. */
  changes: Change[];
  /** What people should know, a sentence each. */
  notes: string[];
}

/** Where the key lies on the box: OpenClaw's store of secrets, or its store of credentials. */
export type KeyPlace = 'secret' | 'profile';

/** The names under which it lies there; the first has the form that OpenClaw wants. */
export const secretName = (name: string) => `KEYFERRY_${name.toUpperCase().replaceAll('-', '_')}_API_KEY`;
export const profileName = (name: string) => `${name}:keyferry`;

const DEFAULTS = 'agents.defaults.model';
const MOST_NAMED = 10;

/**
 * The provider's entry; its model last among the fallbacks of the default model, and of every agent with fallbacks of its
 * own. `isDefault`: nothing else can answer, so its model becomes the default one.
 */
export function planFallback(
  box: BoxModels,
  platform: PlatformProvider,
  { key, isDefault }: { key: KeyPlace; isDefault: boolean },
): Plan {
  const { name } = platform;
  const ours = platformModel(platform);
  const entry = entryOf(platform, key);
  const isThere = isSameEntry(box.entry, entry);
  const strict = box.agents.filter(({ model }) => model.primary !== undefined && isStrict(model, name));
  return {
    changes: [
      ...(isThere ? [] : [{ path: `models.providers.${name}`, value: entry }]),
      ...(isDefault ? allow(box, ours) : []),
      ...last(DEFAULTS, box.defaults, name, ours, isDefault),
      ...box.agents
        .filter(({ model }) => (model.fallbacks?.length ?? 0) > 0)
        .flatMap(({ path, model }) => last(path, model, name, ours, false)),
    ],
    notes: strict.length > 0 ? [strictNote(strict.map(({ id }) => id))] : [],
  };
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
      ...(box.entry === undefined ? [] : [{ path: `models.providers.${name}` }]),
    ],
    notes: [
      ...(isDefault ? ["The default model was the platform's: OpenClaw's own counts again."] : []),
      ...kept.map(({ id }) => `Agent ${id} has a model of ${name} of its own, which nothing answers now.`),
    ],
  };
}

/**
 * The platform's model as the default one, and as that of every agent whose own was of the provider `gone`, for which there is
 * no credential any more.
 */
export function planDefault(box: BoxModels, platform: PlatformProvider, gone: string): Change[] {
  const ours = platformModel(platform);
  const isGone = ({ primary }: ModelSetting) => isOf(gone, primary);
  const ofAgents = box.agents
    .filter(({ model }) => isGone(model))
    .map(({ path, model }) => ({ path: model.isText ? path : `${path}.primary`, value: ours }));
  // Where none was set, OpenClaw's own counts: the status said that it is of this provider.
  const isOfAll = isGone(box.defaults) || box.defaults.primary === undefined;
  const ofAll = isOfAll ? last(DEFAULTS, box.defaults, platform.name, ours, true) : [];
  return [...allow(box, ours), ...ofAll, ...ofAgents];
}

/** What `models.providers.<name>` is to be. */
function entryOf({ name, baseUrl, api, models }: PlatformProvider, key: KeyPlace) {
  const apiKey = { source: 'store', provider: 'default', id: secretName(name) };
  return {
    baseUrl,
    api,
    ...(key === 'secret' ? { apiKey } : {}),
    models: models.map((model) => ({ ...model, name: model.name ?? model.id })),
  };
}

/** OpenClaw shows an entry with its own defaults filled in, and what has to do with secrets crossed out. */
function isSameEntry(shown: unknown, wanted: ReturnType<typeof entryOf>): boolean {
  if (!isObject(shown) || !Array.isArray(shown.models)) return false;
  const { models } = shown;
  const hasModels =
    models.length === wanted.models.length && wanted.models.every((model, at) => includes(models[at], model));
  const source = isObject(shown.apiKey) ? shown.apiKey.source : shown.apiKey;
  const { baseUrl, api } = wanted;
  return hasModels && source === wanted.apiKey?.source && includes(shown, { baseUrl, api });
}

/** Ours at the end of the fallbacks, once; `isDefault`: and as the model itself. */
function last(path: string, model: ModelSetting, name: string, ours: string, isDefault: boolean): Change[] {
  const fallbacks = [...(model.fallbacks ?? []).filter((other) => !isOf(name, other)), ours];
  const primary = isDefault ? ours : model.primary;
  if (model.isText) return [{ path, value: { ...(primary === undefined ? {} : { primary }), fallbacks } }];
  return [
    ...(primary === model.primary ? [] : [{ path: `${path}.primary`, value: primary }]),
    ...(isDeepStrictEqual(model.fallbacks, fallbacks)
      ? []
      : [{ path: `${path}.fallbacks`, value: fallbacks }]),
  ];
}

function without(path: string, { fallbacks = [] }: ModelSetting, name: string): Change[] {
  const left = fallbacks.filter((model) => !isOf(name, model));
  if (left.length === fallbacks.length) return [];
  return [left.length > 0 ? { path: `${path}.fallbacks`, value: left } : { path: `${path}.fallbacks` }];
}

/** Where only listed models may be chosen, ours has to be listed to be the default; a fallback need not be. */
function allow({ listed, isClosed }: BoxModels, ours: string): Change[] {
  return isClosed && !listed.includes(ours) ? [{ path: listedPath(ours), value: {} }] : [];
}

const listedPath = (model: string) => `agents.defaults.models["${model}"]`;

/** A model of its own without fallbacks: OpenClaw then answers with that one or not at all. */
const isStrict = ({ primary, fallbacks = [] }: ModelSetting, name: string) =>
  fallbacks.length === 0 && !isOf(name, primary);

function strictNote(ids: readonly string[]): string {
  const some = ids.slice(0, MOST_NAMED).join(', ');
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} others` : '';
  return `These agents have a model of their own without fallbacks, so the platform's does not answer for them: ${some}${more}.`;
}

const isOf = (name: string, model: string | undefined) => model?.startsWith(`${name}/`) === true;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an object has all of another one's values. */
const includes = (whole: unknown, part: object) =>
  isObject(whole) && Object.entries(part).every(([key, value]) => isDeepStrictEqual(whole[key], value));
