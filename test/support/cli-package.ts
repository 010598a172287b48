import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Installed } from './keyferry.ts';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface InstalledCli extends Installed {
  /** What npm installed beside it. */
  packages: string[];
  stop(): void;
}

/**
 * Builds and packs packages/cli, and installs it with `npm install -g` into a prefix of its own, for somebody whose home is
 * empty. What node-pty's install script makes in a minute is taken from the repository's own.
 */
export async function installCli(): Promise<InstalledCli> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-cli-package-'));
  const copy = join(directory, 'package');
  const isBuilt = (path: string) => path.endsWith('/dist');
  cpSync(join(ROOT, 'packages/cli'), copy, { recursive: true, filter: (path) => !isBuilt(path) });
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const build = [vite, 'build', 'packages/cli', '--outDir', join(copy, 'dist')];
  await execute(process.execPath, build, { cwd: ROOT });
  const home = join(directory, 'home');
  mkdirSync(home);
  // .ci/run forbids install scripts that nobody has reviewed. That is this repository's rule, and no customer's.
  const { npm_config_strict_allow_scripts: _, ...ours } = process.env;
  const environment = {
    ...ours,
    HOME: home,
    // Whose registry is asked is the machine's business.
    npm_config_userconfig: join(homedir(), '.npmrc'),
    npm_config_cache: join(directory, 'npm'),
    npm_config_update_notifier: 'false',
  };
  const packed = await execute('npm', ['pack', '--silent'], { cwd: copy, env: environment });
  const prefix = join(directory, 'prefix');
  // Some of npm's versions and settings read it before they make it.
  mkdirSync(join(prefix, 'lib'), { recursive: true });
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const install = ['install', '--global', '--prefix', prefix, ...quiet, `./${packed.stdout.trim()}`];
  await execute('npm', install, { cwd: copy, env: environment });
  const installed = join(prefix, 'lib/node_modules/keyferry');
  const pty = 'node_modules/node-pty/build';
  cpSync(join(ROOT, pty), join(installed, pty), { recursive: true });
  const { stdout } = await execute('npm', ['ls', '--global', '--prefix', prefix, '--all', '--parseable'], {
    env: environment,
  });
  const names = stdout.split('\n').map((path) => path.split('node_modules/').at(-1) ?? '');
  return {
    program: join(prefix, 'bin/keyferry'),
    // Nothing of the checkout's: neither its folder nor its settings.
    env: { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
    packages: names.filter((name) => name !== '' && !name.startsWith('/')).sort(),
    stop: () => rmSync(directory, { recursive: true, force: true }),
  };
}
