import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds that the formatter may take. */
const FORMAT_MS = 60_000;

/**
 * YAML as this repository's formatter wants it, so that what the canary writes can be committed as it is. Throws what the
 * formatter said.
 */
export function formattedYaml(text: string): string {
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
  // By its name alone it is known what it is; a file of that name there need not be.
  const args = [biome, 'format', '--stdin-file-path=lab/canary/written.yaml'];
  const how = { cwd: ROOT, input: text, encoding: 'utf8', timeout: FORMAT_MS, stdio: 'pipe' } as const;
  return execFileSync(process.execPath, args, how);
}
