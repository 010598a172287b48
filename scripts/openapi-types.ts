import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PLATFORM_YAML } from './openapi.ts';

/** The types of the platform's API, for packages/server. */
const PLATFORM_TYPES = new URL('../packages/server/api.ts', import.meta.url);

const BY = 'openapi-typescript@7.13.0';

/** openapi-typescript works with the API of TypeScript 5, so it is not among our own packages. */
const GENERATOR = ['--yes', `--package=${BY}`, '--package=typescript@5.9.3', 'openapi-typescript'];

/** The first line of the types: of which document they are, made by what, and that nobody has edited them. */
export function headOf(document: Buffer, types: string): string {
  return `// Made by \`npm run openapi\` (${BY}) from docs/platform-openapi.yaml, SHA-256 ${sha256(document)}. What follows has ${sha256(types)}.`;
}

const sha256 = (text: Buffer | string) => createHash('sha256').update(text).digest('hex');

if (import.meta.main) {
  const document = readFileSync(PLATFORM_YAML);
  const [head, types] = readTypes();
  if (head !== headOf(document, types)) {
    const made = execFileSync('npx', [...GENERATOR, fileURLToPath(PLATFORM_YAML)], {
      // Elsewhere: it would take redocly.yaml for its own configuration.
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    writeFileSync(PLATFORM_TYPES, `${headOf(document, made)}\n${made}`);
  }
}

/** The first line of the file, and all that follows; nothing of one that there is not. */
export function readTypes(): [head: string, types: string] {
  const text = existsSync(PLATFORM_TYPES) ? readFileSync(PLATFORM_TYPES, 'utf8') : '';
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}
