import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** The packages that platforms install, by the names of their folders. */
export type PackageName = 'seal' | 'connect' | 'server';

/** Somebody else's project, with packages of ours in it as npm would install them. */
export interface Consumer {
  /** Files in the first package, as npm packs it. */
  files: string[];
  /** Where the first one is installed. */
  installed: string;
  directory: string;
  /** Runs a script of the project's in a Node of its own; `input`: its standard input. Rejects if it fails. */
  run(
    script: string,
    options?: { args?: string[]; env?: Record<string, string>; input?: string },
  ): Promise<string>;
  /** Checks a file of the project's against the packages' types. Rejects with what tsc says. */
  check(source: string, lib?: string, types?: string): Promise<void>;
  /** A module of the project's and all that it imports as a page has them, but for what is `external`: one file, minified. */
  bundle(source: string, external?: string[]): Promise<string>;
  remove(): void;
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

interface Installed {
  files: string[];
  path: string;
}

/** Builds packages of ours, packs them, and installs what is in them. */
export async function installPackages(...names: [PackageName, ...PackageName[]]): Promise<Consumer> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-packages-'));
  mkdirSync(join(directory, 'node_modules/@keyferry'), { recursive: true });
  const [first] = await Promise.all(names.map((name) => install(name, directory)));
  if (!first) throw new Error('Nothing was installed.');
  const { files, path: installed } = first;
  const vite = join(MODULES, 'vite/bin/vite.js');
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  return {
    files,
    installed,
    directory,
    async run(script, { args = [], env = {}, input = '' } = {}) {
      const path = join(directory, 'script.mjs');
      writeFileSync(path, script);
      const running = execute(process.execPath, [path, ...args], { env: { PATH: process.env.PATH, ...env } });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    async check(source, lib = 'es2022', types = '') {
      writeFileSync(join(directory, 'typed.ts'), source);
      const tsc = join(MODULES, 'typescript/bin/tsc');
      const flags = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--lib',
        lib,
        '--types',
        types,
      ];
      await execute(process.execPath, [tsc, ...flags, 'typed.ts'], { cwd: directory }).catch((thrown) => {
        throw new Error(thrown.stdout);
      });
    },
    async bundle(source, external = []) {
      writeFileSync(join(directory, 'bundled.mjs'), source);
      const config = join(directory, 'vite.config.mjs');
      const rolldownOptions = {
        input: join(directory, 'bundled.mjs'),
        external,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'bundled.js' },
      };
      writeFileSync(config, `export default ${JSON.stringify({ build: { rolldownOptions } })};\n`);
      await execute(process.execPath, [vite, 'build', directory, '--config', config]);
      return readFileSync(join(directory, 'dist/bundled.js'), 'utf8');
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A package as npm packs it: the archive, and the files in it. */
export interface PackedPackage {
  archive: string;
  files: string[];
}

/** Builds and packs one, in `directory`. */
export async function pack(name: PackageName | 'cli', directory: string): Promise<PackedPackage> {
  // Of its own, so that nobody else's build is in the way.
  const copy = join(directory, `packed-${name}`);
  const isBuilt = (path: string) => path.endsWith('/dist');
  cpSync(join(ROOT, 'packages', name), copy, { recursive: true, filter: (path) => !isBuilt(path) });
  const vite = join(MODULES, 'vite/bin/vite.js');
  const built = join(copy, 'dist');
  await execute(process.execPath, [vite, 'build', `packages/${name}`, '--outDir', built], { cwd: ROOT });
  const environment = {
    ...process.env,
    npm_config_cache: join(directory, `npm-${name}`),
    npm_config_update_notifier: 'false',
  };
  const { stdout } = await execute('npm', ['pack', '--json'], { cwd: copy, env: environment });
  // An object by name since npm 12.
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (!packed) throw new Error('Nothing was packed.');
  return { archive: join(copy, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/** Installs one as npm would: what it depends on is the repository's own. */
async function install(name: PackageName, directory: string): Promise<Installed> {
  const { archive, files } = await pack(name, directory);
  const path = join(directory, 'node_modules/@keyferry', name);
  mkdirSync(path, { recursive: true });
  await execute('tar', ['-xzf', archive, '-C', path, '--strip-components=1']);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const needed = Object.keys({ ...dependencies, ...peerDependencies });
  // A server's project has them.
  need('node', directory);
  // Who has React has this, too.
  for (const one of needed.flatMap((one) => (one === 'react' ? [one, 'react-dom'] : one)))
    need(one, directory);
  return { files, path };
}

/** What a package says that it needs, from where the repository has it; its types, too. */
function need(name: string, directory: string): void {
  for (const one of [name, `@types/${name}`]) {
    const link = join(directory, 'node_modules', one);
    if (!existsSync(join(MODULES, one)) || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(MODULES, one), link);
  }
}

/** The complete example in the README of @keyferry/seal. */
export function exampleOfReadme(): string {
  const text = readFileSync(join(ROOT, 'packages/seal/README.md'), 'utf8');
  const [, example] = /^```js\n([\s\S]+?)^```$/m.exec(text) ?? [];
  if (!example) throw new Error('There is no example.');
  return example;
}
