import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installProgram } from '../../lab/programs.ts';
import { installBare } from './bare-install.ts';
import { pack } from './packages.ts';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** What a platform's own project has beside ours, for its types and for React. */
const ITS_OWN = ['react', '@types/react', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);

/** All packages, packed. */
export interface PackedPackages {
  archives: Record<'seal' | 'connect' | 'server' | 'cli', string>;
  remove(): void;
}

export async function packAll(): Promise<PackedPackages> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-packed-'));
  const all = await Promise.all(
    (['seal', 'connect', 'server', 'cli'] as const).map(async (name) => {
      const { archive } = await pack(name, directory);
      return [name, archive] as const;
    }),
  );
  return {
    archives: Object.fromEntries(all) as PackedPackages['archives'],
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A project that was empty, into which an npm has installed all of them. */
export interface PackedProject {
  /** The version of that npm. */
  npm: string;
  /** Checks files of the project's as strictly as TypeScript can. Rejects with what tsc says. */
  check(files: Record<string, string>, resolution: 'node16' | 'bundler'): Promise<void>;
  /** Runs a module of the project's; what it prints. */
  run(source: string): Promise<string>;
  /** What a program says that npm has put into a prefix, or into the project. */
  says(where: 'project' | 'prefix', ...words: string[]): Promise<string>;
  remove(): void;
}

/** `major`: which npm, from the registry. It also installs the command line with `-g` where nothing can be compiled. */
export async function projectWith({ archives }: PackedPackages, major: string): Promise<PackedProject> {
  const npm = await installProgram('npm', major);
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-project-'));
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  // .ci/run forbids install scripts that nobody has reviewed. That is this repository's rule, and no platform's.
  const { npm_config_strict_allow_scripts: _, ...ours } = process.env;
  const env = {
    ...ours,
    // Whose registry is asked is the machine's business.
    npm_config_userconfig: join(homedir(), '.npmrc'),
    npm_config_cache: join(directory, 'npm'),
    npm_config_update_notifier: 'false',
  };
  const asked = async (...words: string[]) =>
    (await execute(process.execPath, [npm, ...words], { cwd: directory, env })).stdout.trim();
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await asked('install', ...quiet, ...Object.values(archives), ...ITS_OWN);
  const { program } = await installBare(archives.cli, major, join(directory, 'bare'));
  const programs = { project: join(directory, 'node_modules/.bin/keyferry'), prefix: program };
  return {
    npm: await asked('--version'),
    async check(files, resolution) {
      for (const [name, source] of Object.entries(files)) writeFileSync(join(directory, name), source);
      const flags = {
        module: resolution === 'bundler' ? 'esnext' : 'node16',
        moduleResolution: resolution,
        target: 'es2022',
        lib: 'es2022,dom,dom.iterable',
        types: 'node',
        jsx: 'react-jsx',
      };
      const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
      const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const all = [tsc, '--noEmit', ...strict, ...words, ...Object.keys(files)];
      await execute(process.execPath, all, { cwd: directory }).catch((thrown) => {
        throw new Error(thrown.stdout || thrown.message);
      });
    },
    async run(source) {
      writeFileSync(join(directory, 'run.mjs'), source);
      return (await execute(process.execPath, ['run.mjs'], { cwd: directory })).stdout.trim();
    },
    async says(where, ...words) {
      return (await execute(programs[where], words, { cwd: directory })).stdout.trim();
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
