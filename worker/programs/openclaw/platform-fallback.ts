/**
 * How a box's configuration has to change for the platform's own provider to answer when nothing of the customer's does, and
 * for nothing of it to be left. Pure. Seen in 2026.4.15, 2026.7.1 and 2026.9.6: see docs/platform-fallback.md.
 */
import { isDeepStrictEqual } from 'node:util';
import { type PlatformProvider, platformModel } from '../../../core/process/platform-provider.ts';
import type { Change } from './box-config.ts';
import type { BoxModels, ModelSetting } from './box-models.ts';
import { allow, DEFAULTS, type Entry, entryOf, isOf, isSameEntry, type Plan } from './provider-entry.ts';

/** Where the key lies on the box: OpenClaw's store of secrets, or its store of credentials. */
export type KeyPlace = 'secret' | 'profile';

/** The names under which it lies there; the first has the form that OpenClaw wants. */
export const secretName = (name: string) => `KEYFERRY_${name.toUpperCase().replaceAll('-', '_')}_API_KEY`;
export const profileName = (name: string) => `${name}:keyferry`;

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
  const entry = platformEntry(platform, key);
  const isThere = isSameEntry(box.entry, entry);
  const strict = box.agents.filter(({ model }) => model.primary !== undefined && isStrict(model, name));
  return {
    changes: [
      ...(isThere ? [] : [{ path: `models.providers.${name}`, value: entry }]),
      ...(isDefault ? allow(box, [ours]) : []),
      ...last(DEFAULTS, box.defaults, name, ours, isDefault),
      ...box.agents
        .filter(({ model }) => (model.fallbacks?.length ?? 0) > 0)
        .flatMap(({ path, model }) => last(path, model, name, ours, false)),
    ],
    notes: strict.length > 0 ? [strictNote(strict.map(({ id }) => id))] : [],
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
  return [...allow(box, [ours]), ...ofAll, ...ofAgents];
}

/** What `models.providers.<name>` is to be. */
function platformEntry({ name, baseUrl, api, models }: PlatformProvider, key: KeyPlace): Entry {
  const apiKey = { source: 'store', provider: 'default', id: secretName(name) };
  return entryOf({ baseUrl, api, models, ...(key === 'secret' ? { apiKey } : {}) });
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

/** A model of its own without fallbacks: OpenClaw then answers with that one or not at all. */
const isStrict = ({ primary, fallbacks = [] }: ModelSetting, name: string) =>
  fallbacks.length === 0 && !isOf(name, primary);

function strictNote(ids: readonly string[]): string {
  const some = ids.slice(0, MOST_NAMED).join(', ');
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} others` : '';
  return `These agents have a model of their own without fallbacks, so the platform's does not answer for them: ${some}${more}.`;
}
