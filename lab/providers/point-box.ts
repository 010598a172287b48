import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { knownTo, PROVIDERS } from '../../core/contract/providers.ts';
import type { Box } from '../box.ts';
import { isOldOpenclaw } from '../programs.ts';
import type { Providers } from './providers.ts';
import { STAND_IN_ROWS, type StandInProvider } from './rows.ts';

/** Those of which OpenClaw knows protocol and models at any address (2026.5.22 to 2026.9.6). */
const KNOWN_ANYWHERE: readonly StandInProvider[] = [
  'anthropic',
  'openai',
  'openrouter',
  'huggingface',
  'together',
  'xai',
];

/** The same of 2026.4.15, which reaches loopback only where it is told that it may. */
const OLD: readonly StandInProvider[] = ['anthropic', 'openai'];

/**
 * The smallest `models.providers.<id>` with which OpenClaw `version` sends a provider's turns to `baseUrl`, each seen
 * by running it: docs/lab.md has the table.
 */
function settings(provider: StandInProvider, baseUrl: string, version: string) {
  const { api } = PROVIDERS[provider];
  const models = STAND_IN_ROWS[provider].models.map((id) => ({ id, name: id }));
  if (isOldOpenclaw(version)) {
    const request = { allowPrivateNetwork: true };
    return OLD.includes(provider) ? { baseUrl, models: [], request } : { baseUrl, api, models, request };
  }
  return KNOWN_ANYWHERE.includes(provider) ? { baseUrl } : { baseUrl, api, models };
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
  // The home of a folder that is a box begins empty.
  const config = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  config.models ??= {};
  config.models.providers ??= {};
  for (const name of names) {
    config.models.providers[name] = settings(name, providers.baseUrl(name), version);
    // OpenClaw would rather install the plugin from npm, which takes minutes where there is no registry.
    if (!knownTo(version, PROVIDERS[name]).startsWith('@')) continue;
    config.plugins ??= {};
    config.plugins.entries = { ...config.plugins.entries, [name]: { enabled: false } };
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(config, null, 2));
}
