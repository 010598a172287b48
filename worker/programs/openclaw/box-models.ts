/** What a box's configuration says of models, read from `config get … --json`. Seen in 2026.4.15, 2026.7.1 and 2026.9.6. */
import { z } from 'zod';
import { listOf } from './models-status.ts';

/** Agents and models that are examined. */
const MOST_AGENTS = 100;
const MOST_LISTED = 2_000;
const AGENT = /^[\w.-]{1,64}$/;

/** A `model` of the configuration: text, or a model with fallbacks. */
export interface ModelSetting {
  primary: string | undefined;
  /** Undefined: none were set. */
  fallbacks: readonly string[] | undefined;
  /** It is text, which has no place for fallbacks. */
  isText: boolean;
}

export interface BoxModels {
  /** `models.providers.<name>` as OpenClaw shows it; undefined if it is not there. */
  entry: unknown;
  /** `agents.defaults.model`. */
  defaults: ModelSetting;
  /** `agents.defaults.models`, with what OpenClaw itself shows there. */
  listed: readonly string[];
  /** Only listed models may be chosen. */
  isClosed: boolean;
  /** Agents with a `model` of their own, and the path at which it stands. */
  agents: readonly { id: string; path: string; model: ModelSetting }[];
}

const Model = z.union([
  z.string(),
  z.object({ primary: z.string().optional(), fallbacks: listOf(z.string()).optional() }),
]);
const Agent = z.object({ model: Model.optional() });
const AgentsSchema = z.object({
  defaults: z
    .object({ model: Model.optional(), models: z.record(z.string(), z.unknown()).optional() })
    .optional(),
  /** By name from 2026.9 on, before that a list. */
  entries: z.record(z.string(), Agent).optional(),
  list: listOf(Agent.extend({ id: z.string() }), MOST_AGENTS).optional(),
});

/**
 * From `config get agents`, `config get models.providers.<name>` (undefined: not set) and the status's list of the models
 * that may be chosen, empty for all.
 */
export function readBoxModels(agents: unknown, entry: unknown, allowed: readonly string[]): BoxModels {
  const { defaults, entries = {}, list = [] } = AgentsSchema.parse(agents ?? {});
  const named = Object.entries(entries).slice(0, MOST_AGENTS);
  const all = [
    ...named.map(([id, { model }]) => ({ id, path: `agents.entries${step(id)}.model`, model })),
    ...list.map(({ id, model }, at) => ({ id, path: `agents.list[${at}].model`, model })),
  ];
  return {
    entry,
    defaults: settingOf(defaults?.model),
    listed: Object.keys(defaults?.models ?? {}).slice(0, MOST_LISTED),
    isClosed: allowed.length > 0,
    agents: all.flatMap(({ id, path, model }) =>
      model !== undefined && AGENT.test(id) ? [{ id, path, model: settingOf(model) }] : [],
    ),
  };
}

function settingOf(model: z.infer<typeof Model> | undefined): ModelSetting {
  if (typeof model === 'string') return { primary: model, fallbacks: undefined, isText: true };
  return { primary: model?.primary, fallbacks: model?.fallbacks, isText: false };
}

/** A dot in a name would begin the next step of a path. */
const step = (id: string) => (id.includes('.') ? `["${id}"]` : `.${id}`);
