import { modelNameSchema } from '../../../core/contract/model-choices.ts';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { holdsSecret, isModelOf, knownRow, nameRowOf } from '../../../core/contract/provider-names.ts';
import { say } from '../../messages/say.ts';

/** Whether a model of this one's provider can be named: an address of the customer's own has those that were said of it. */
export function takesModel({ provider }: Pick<OwnConnection, 'provider'>): boolean {
  const row = nameRowOf(provider);
  return row !== undefined && row.entry === undefined;
}

/** OpenClaw's name for a model that was typed, with or without its provider in front, or why it can be none. */
export function lookAtModel(
  typed: string,
  { provider }: Pick<OwnConnection, 'provider'>,
): { model: string; error?: never } | { model?: never; error: string } {
  const text = typed.trim();
  if (text === '') return { error: say('manage.model.missing') };
  if (holdsSecret(text)) return { error: say('manage.model.holdsKey') };
  const model = text.startsWith(`${provider}/`) ? text : `${provider}/${text}`;
  const row = nameRowOf(provider);
  const fits = row && isModelOf(knownRow(provider, row), model) && modelNameSchema.safeParse(model).success;
  return fits ? { model } : { error: say('manage.model.wrong') };
}
