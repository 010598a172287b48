import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installProgram } from '../../lab/programs.ts';

const execute = promisify(execFile);

export interface BareInstall {
  program: string;
  /** Where the package lies. */
  installed: string;
  /** All that its user has: an empty home, Node and a shell. */
  env: { HOME: string; PATH: string };
  /** The names of what npm has put there. */
  packages: string[];
}

/**
 * Installs a packed command line with `npm install -g` under `directory`, as whoever has Node and nothing else does: install
 * scripts run if that npm (`major`) runs them, and find neither Python nor a compiler.
 */
export async function installBare(archive: string, major: string, directory: string): Promise<BareInstall> {
  const npm = await installProgram('npm', major);
  const [bin, home, prefix] = ['bin', 'home', 'prefix'].map((name) => join(directory, name));
  if (!bin || !home || !prefix) throw new Error('unreachable');
  // Some of npm's versions and settings read the prefix before they make it.
  for (const each of [bin, home, join(prefix, 'lib')]) mkdirSync(each, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  // .ci/run forbids install scripts that nobody has reviewed. That is this repository's rule, and no customer's.
  const { npm_config_strict_allow_scripts: _, ...ours } = process.env;
  const settings = {
    ...Object.fromEntries(
      Object.entries(ours).filter(([name]) => !/^(PYTHON|CC|CXX|npm_config_python)$/.test(name)),
    ),
    HOME: home,
    PATH: bin,
    // Whose registry is asked is the machine's business.
    npm_config_userconfig: join(homedir(), '.npmrc'),
    npm_config_cache: join(directory, 'npm'),
    npm_config_update_notifier: 'false',
  };
  const asked = (...words: string[]) =>
    execute(process.execPath, [npm, ...words, '--global', '--prefix', prefix], {
      cwd: directory,
      env: settings,
    });
  await asked('install', '--no-audit', '--no-fund', '--loglevel=error', archive);
  const { stdout } = await asked('ls', '--all', '--parseable');
  const names = stdout.split('\n').map((path) => path.split('node_modules/').at(-1) ?? '');
  return {
    program: join(prefix, 'bin/keyferry'),
    installed: join(prefix, 'lib/node_modules/keyferry'),
    env: { HOME: home, PATH: bin },
    packages: names.filter((name) => name !== '' && !name.startsWith('/')).sort(),
  };
}
