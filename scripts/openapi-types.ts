import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PLATFORM_YAML } from './openapi.ts';

/** The types of the platform's API, for packages/server. */
export const PLATFORM_TYPES = new URL('../packages/server/api.ts', import.meta.url);

/** openapi-typescript works with the API of TypeScript 5, so it is not among our own packages. */
const GENERATOR = [
  '--yes',
  '--package=openapi-typescript@7.13.0',
  '--package=typescript@5.9.3',
  'openapi-typescript',
];

/** The first line of the types: of which document they are. */
export function headOf(document: Buffer): string {
  const digest = createHash('sha256').update(document).digest('hex');
  return `// Made by \`npm run openapi\` from docs/platform-openapi.yaml, SHA-256 ${digest}.`;
}

if (import.meta.main) {
  const head = headOf(readFileSync(PLATFORM_YAML));
  if (readTypes()?.startsWith(`${head}\n`) !== true) {
    const types = execFileSync('npx', [...GENERATOR, fileURLToPath(PLATFORM_YAML)], {
      // Elsewhere: it would take redocly.yaml for its own configuration.
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    writeFileSync(PLATFORM_TYPES, `${head}\n${types}`);
  }
}

function readTypes(): string | undefined {
  try {
    return readFileSync(PLATFORM_TYPES, 'utf8');
  } catch {
    return undefined;
  }
}
