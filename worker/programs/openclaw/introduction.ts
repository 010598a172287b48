/** How OpenClaw comes to know a provider that its version does not bring. */
import { knownTo, type ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { BoxConfig, type Change } from './box-config.ts';
import type { Commands } from './commands.ts';

const WANTS_RESTART =
  'A running gateway takes the provider up once it is restarted: `openclaw gateway restart` on the box.';

/**
 * What has to be written for it: its address, protocol and a few of its models. Where it comes as a plugin, that is
 * switched off: OpenClaw would try to install it from npm at the next turn, for minutes where there is no registry, and
 * needs it no more (seen in 2026.9.6 with Groq and Cohere). Pure.
 */
export function introductionOf(row: ProviderRow, version: string | undefined): Change[] {
  const how = version === undefined ? 'built-in' : knownTo(version, row);
  const { openclaw, baseUrl, api, models } = row;
  if (how === 'built-in' || baseUrl === undefined) return [];
  const listed = (models.declared ?? []).map((id) => ({ id, name: id }));
  const change = { path: `models.providers.${openclaw.id}`, value: { baseUrl, api, models: listed } };
  return how === 'config'
    ? [change]
    : [{ path: `plugins.entries.${openclaw.id}`, value: { enabled: false } }, change];
}

/**
 * Writes it, unless something stands there already, which is the customer's or an earlier attempt's. Returns what people
 * should know.
 */
export async function introduce(
  commands: Commands,
  row: ProviderRow,
  version: string | undefined,
  limits: CallLimits,
): Promise<string[]> {
  const changes = introductionOf(row, version);
  const last = changes.at(-1);
  if (!last) return [];
  const config = new BoxConfig(commands);
  if ((await config.value(last.path, limits)) !== undefined) return [];
  return (await config.apply(changes, limits)) ? [WANTS_RESTART] : [];
}
