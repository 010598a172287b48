import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../box.ts';
import { isOldOpenclaw } from '../programs.ts';
import type { Providers } from './providers.ts';
import { STAND_IN_ROWS, type StandInProvider } from './rows.ts';

/** Providers with a plugin of their own in OpenClaw's package, by the version from which on that is so. */
const BUNDLED: Readonly<Record<string, readonly StandInProvider[]>> = {
  '2026.7.1': ['anthropic', 'openai', 'openrouter', 'huggingface', 'together', 'xai', 'cohere', 'mistral'],
  '2026.9.6': ['anthropic', 'openai', 'openrouter', 'huggingface', 'together', 'xai'],
};

/** Those for which 2026.9.6 would rather install a plugin from npm: minutes where there is no registry. */
const OTHERWISE_INSTALLED: readonly StandInProvider[] = ['cohere', 'groq', 'mistral', 'deepseek'];

/**
 * The smallest `models.providers.<id>` with which OpenClaw `version` sends a provider's turns to `baseUrl`, each seen
 * by running it; docs/lab.md has the table.
 */
function settings(provider: StandInProvider, baseUrl: string, version: string) {
  const { api, models } = STAND_IN_ROWS[provider];
  if (isOldOpenclaw(version)) return { baseUrl, models: [] };
  if (BUNDLED[version]?.includes(provider)) return { baseUrl };
  return { baseUrl, api, models: models.map((id) => ({ id, name: id })) };
}

/**
 * Leads the turns of a box's OpenClaw `version` for these providers to the stand-in. Written as `openclaw config
 * patch` would write it, but a quarter of a minute faster: before a gateway runs.
 */
export function pointBox(
  { home }: Pick<Box, 'home'>,
  providers: Providers,
  names: readonly StandInProvider[],
  version = '2026.9.6',
): void {
  const file = join(home, '.openclaw', 'openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of names) {
    config.models.providers[name] = settings(name, providers.baseUrl(name), version);
    if (version !== '2026.9.6' || !OTHERWISE_INSTALLED.includes(name)) continue;
    config.plugins ??= {};
    config.plugins.entries = { ...config.plugins.entries, [name]: { enabled: false } };
  }
  writeFileSync(file, JSON.stringify(config, null, 2));
}
