import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BareInstall, installBare } from './bare-install.ts';
import { pack } from './packages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface InstalledCli extends BareInstall {
  /** What npm makes of node-pty where there is a compiler is taken from the repository's own. */
  bringTerminals(): void;
  stop(): void;
}

/** packages/cli, built, packed and installed by npm 11 (which runs install scripts) where nothing can be compiled. */
export async function installCli(): Promise<InstalledCli> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-cli-package-'));
  const { archive } = await pack('cli', directory);
  const bare = await installBare(archive, '11', directory);
  const pty = 'node_modules/node-pty';
  return {
    ...bare,
    bringTerminals: () => cpSync(join(ROOT, pty), join(bare.installed, pty), { recursive: true }),
    stop: () => rmSync(directory, { recursive: true, force: true }),
  };
}
