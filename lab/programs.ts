import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { signalAll } from './signal-all.ts';

/** The programs of a box, by what they are called there, and npm for boxes that have another than this machine. */
export type ProgramName = 'claude' | 'openclaw' | 'node' | 'npm';

const PACKAGES: Record<ProgramName, { package: string; bin: string }> = {
  claude: { package: '@anthropic-ai/claude-code', bin: 'node_modules/.bin/claude' },
  openclaw: { package: 'openclaw', bin: 'node_modules/.bin/openclaw' },
  // The `node` package is Node itself; its .bin link goes here.
  node: { package: 'node', bin: 'node_modules/node/bin/node' },
  npm: { package: 'npm', bin: 'node_modules/npm/bin/npm-cli.js' },
};

/** The Node that programs run on: openclaw 2026.9.6 needs 24.16 or later. */
export const NODE_VERSION = '24';

/**
 * Makes sure of one version of a program in the cache and returns the path of its executable.
 * `version` is an exact one, a dist-tag (`latest`), or for node and npm a major version. Aborting ends npm.
 */
export async function installProgram(
  name: ProgramName,
  version: string,
  signal?: AbortSignal,
): Promise<string> {
  const bin = (directory: string) => join(directory, PACKAGES[name].bin);
  const exact =
    name === 'node' || name === 'npm' || /^\d+\.\d+\.\d+/.test(version)
      ? version
      : await resolveTag(name, version, signal);
  if (!/^[\w.+-]+$/.test(exact)) throw new Error(`${version} is not a version of ${name}.`);
  const final = join(cacheDirectory(), `${name}-${exact}`);
  if (!existsSync(final)) await install(name, exact, final, signal);
  if (!existsSync(bin(final))) throw new Error(`${PACKAGES[name].package}@${exact} brings no ${bin(final)}.`);
  return bin(final);
}

/** Where installed programs are kept. A box's own user reads them too, so not in root's home. */
function cacheDirectory(): string {
  const { KEYFERRY_LAB_CACHE, XDG_CACHE_HOME } = process.env;
  if (KEYFERRY_LAB_CACHE) return KEYFERRY_LAB_CACHE;
  if (process.getuid?.() === 0) return '/var/cache/keyferry-lab';
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'keyferry-lab');
}

/** The exact version behind a dist-tag, as the registry says now. */
export async function resolveTag(name: ProgramName, tag: string, signal?: AbortSignal): Promise<string> {
  if (!/^[a-z][\w.-]*$/i.test(tag)) throw new Error(`${tag} is neither a version nor a tag of ${name}.`);
  const said = await run(['npm', 'view', `${PACKAGES[name].package}@${tag}`, 'version'], process.cwd(), {
    signal,
  });
  const version = /^\d+\.\d+\.\d+\S*$/m.exec(said)?.[0];
  if (!version) throw new Error(`The registry knows no ${name} ${tag}.`);
  return version;
}

/**
 * Installs into a directory beside `final` and renames it, so that `final` is whole whenever it is there. flock
 * keeps a second process waiting instead of downloading the same, and lets go by itself when its holder dies.
 */
async function install(
  name: ProgramName,
  version: string,
  final: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cache = cacheDirectory();
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  const making = mkdtempSync(join(cache, `.${name}-${version}-`));
  try {
    const { package: dependency } = PACKAGES[name];
    writeFileSync(
      join(making, 'package.json'),
      JSON.stringify({
        private: true,
        dependencies: { [dependency]: version },
        overrides: overrides(name, version),
        // npm 12 runs no other install scripts, and `node` and `claude` come by theirs.
        allowScripts: { [dependency]: true },
      }),
    );
    // Programs that check the Node that installs them need the one that they will run on.
    const first =
      name === 'node' || name === 'npm'
        ? []
        : [join(await installProgram('node', NODE_VERSION, signal), '..')];
    const path = [...first, process.env.PATH].join(delimiter);
    await run(['flock', `${final}.lock`, 'sh', '-c', INSTALL, 'sh', making, final], making, {
      // Scripts that are not allowed are left out; that is no error for programs that boxes run.
      env: { PATH: path, npm_config_strict_allow_scripts: 'false' },
      signal,
    });
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** `$1` becomes `$2`, unless another process has made `$2` meanwhile. Readable by the users of boxes. */
const INSTALL = `umask 022; [ -e "$2" ] && exit 0
npm install --no-audit --no-fund --loglevel=error --no-package-lock >&2 && chmod 755 "$1" && mv -T "$1" "$2"`;

/**
 * Until 2026.4 a library of openclaw asks for a git dependency, and another for a release that not every registry
 * has; with these the rest of it installs and runs.
 */
function overrides(name: ProgramName, version: string): Record<string, string> {
  if (name !== 'openclaw' || !isOldOpenclaw(version)) return {};
  return { libsignal: '6.0.0', linkedom: '0.18.12', cssom: '0.5.0' };
}

/** True for versions before 2026.5, which need help here and there. Tags and scripts are not old. */
export function isOldOpenclaw(version: unknown): boolean {
  const [, year, month] = /^(\d+)\.(\d+)\./.exec(String(version)) ?? [];
  return year !== undefined && (Number(year) < 2026 || (Number(year) === 2026 && Number(month) < 5));
}

/** The versions of Node that an installed program needs, as its package says. */
export function enginesOf(name: ProgramName, version: string): string | undefined {
  const { package: dependency } = PACKAGES[name];
  const file = join(cacheDirectory(), `${name}-${version}`, 'node_modules', dependency, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).engines?.node : undefined;
}

/** Takes a version out of the cache, so that it is installed again. */
export function forgetProgram(name: ProgramName, version: string): void {
  rmSync(join(cacheDirectory(), `${name}-${version}`), { recursive: true, force: true });
}

/**
 * Runs a command to its end and returns what it printed; rejects with that when it fails, and with the signal's reason once
 * it aborts, which ends the command and all that it has started.
 */
function run(
  argv: readonly [string, ...string[]],
  cwd: string,
  { env = {}, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that it can be ended as a whole.
      detached: signal !== undefined,
    });
    const end = () => {
      if (child.pid !== undefined) signalAll([-child.pid], 'SIGTERM');
    };
    signal?.addEventListener('abort', end);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', end);
      if (code === 0) resolve(stdout);
      else if (signal?.aborted) reject(signal.reason);
      else reject(new Error(`${argv.join(' ')} ended with ${code}:\n${stderr.slice(-4_000)}`));
    });
  });
}
