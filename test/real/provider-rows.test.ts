import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  isVariableOf,
  knownTo,
  PROVIDERS,
  type ProviderRow,
  preferredModel,
} from '../../core/contract/providers.ts';
import { installProgram } from '../../lab/programs.ts';
import { rowsOf } from '../support/real-rows.ts';

/** A plugin's manifest, as much of it as says what it provides. Seen in 2026.4.15 to 2026.9.6. */
interface Manifest {
  providers?: string[];
  providerAuthEnvVars?: Record<string, string[]>;
  setup?: { providers?: { id: string; envVars?: string[] }[] };
  modelCatalog?: {
    providers?: Record<string, { baseUrl?: string; api?: string; models?: { id: string }[] }>;
  };
}

/** What one version of OpenClaw brings: its manifests, and everything else that it says, for names of packages. */
interface Brought {
  manifests: readonly Manifest[];
  /** Names of packages that the version itself offers to install. */
  offers: (name: string) => boolean;
}

const VERSIONS = ['2026.4.15', '2026.5.22', '2026.7.1', '2026.9.6'] as const;

async function broughtBy(version: string): Promise<Brought> {
  const root = join(dirname(await installProgram('openclaw', version)), '..');
  const dist = join(root, 'openclaw', 'dist');
  const manifests = readdirSync(join(dist, 'extensions')).flatMap((name): Manifest[] => {
    const read = readable(join(dist, 'extensions', name, 'openclaw.plugin.json'));
    return read === undefined ? [] : [JSON.parse(read)];
  });
  // 2026.4.15 has the catalogue of a library.
  const library = readable(join(root, '@mariozechner/pi-ai/dist/models.generated.js')) ?? '';
  const providers = [...library.matchAll(/^ {4}"?([a-z-]+)"?: \{$/gm)].map(([, id = '']) => id);
  const texts = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => /official-external.*catalog.*\.js$/.test(name))
    .map((name) => readFileSync(join(dist, name), 'utf8'));
  return {
    manifests: [...manifests, { providers }],
    offers: (name) => texts.some((text) => text.includes(`"${name}"`)),
  };
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const rows: readonly ProviderRow[] = Object.values(PROVIDERS).filter(({ id }) => id !== 'custom');

describe.each(rowsOf(VERSIONS, 1))('the rows say what OpenClaw %s does:', (version) => {
  const brought = broughtBy(version);

  test.each(rows.map((row) => [row.id, row] as const))('how it comes to know %s', async (id, row) => {
    const { manifests, offers } = await brought;
    const isThere = manifests.some(({ providers = [] }) => providers.includes(id));
    const how = knownTo(version, row);
    expect({ isThere }).toEqual({ isThere: how === 'built-in' });
    if (how.startsWith('@')) expect(offers(how)).toBe(true);
  });

  test.each(rows.map((row) => [row.id, row] as const))(
    'variables, address and models of %s',
    async (id, row) => {
      for (const { providerAuthEnvVars, setup, modelCatalog } of (await brought).manifests) {
        const named = setup?.providers?.find((provider) => provider.id === id)?.envVars ?? [];
        for (const name of [...named, ...(providerAuthEnvVars?.[id] ?? [])])
          expect({ name, is: isVariableOf(row, name) }).toEqual({ name, is: true });
        const { baseUrl, api, models = [] } = modelCatalog?.providers?.[id] ?? {};
        if (baseUrl !== undefined) expect({ baseUrl, api }).toEqual({ baseUrl: row.baseUrl, api: row.api });
        const offered = models.map((model) => `${id}/${model.id}`);
        for (const use of offered.length > 0 ? (['best', 'small'] as const) : []) {
          const chosen = preferredModel(row, offered, use)?.slice(id.length + 1) ?? '';
          expect(`${use}: ${chosen} ${row.models[use].some((pattern) => pattern.test(chosen))}`).toBe(
            `${use}: ${chosen} true`,
          );
        }
      }
    },
  );
});
