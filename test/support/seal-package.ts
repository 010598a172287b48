import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** Somebody else's project, with @keyferry/seal in it as npm would install it. */
export interface Consumer {
  /** Files in the package, as npm packs it. */
  files: string[];
  /** Where it is installed. */
  installed: string;
  directory: string;
  /** Runs a script of the project's in a Node of its own; `input`: its standard input. Rejects if it fails. */
  run(
    script: string,
    options?: { args?: string[]; env?: Record<string, string>; input?: string },
  ): Promise<string>;
  /** Checks a file of the project's against the package's types. Rejects with what tsc says. */
  check(source: string): Promise<void>;
  /** The package and what it needs as a page has them: one file, minified. */
  bundled(): Promise<string>;
  remove(): void;
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** Builds @keyferry/seal, packs it, and installs what is in the package. */
export async function installSealPackage(): Promise<Consumer> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-seal-package-'));
  // Of its own, so that nobody else's build is in the way.
  const copy = join(directory, 'package');
  cpSync(join(ROOT, 'packages/seal'), copy, { recursive: true, filter: (path) => !path.endsWith('/dist') });
  const vite = join(MODULES, 'vite/bin/vite.js');
  await execute(process.execPath, [vite, 'build', 'packages/seal', '--outDir', join(copy, 'dist')], {
    cwd: ROOT,
  });
  const environment = {
    ...process.env,
    npm_config_cache: join(directory, 'npm'),
    npm_config_update_notifier: 'false',
  };
  const { stdout } = await execute('npm', ['pack', '--json'], { cwd: copy, env: environment });
  // An object by name since npm 12.
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (!packed) throw new Error('Nothing was packed.');
  const installed = join(directory, 'node_modules/@keyferry/seal');
  mkdirSync(installed, { recursive: true });
  await execute('tar', ['-xzf', join(copy, packed.filename), '-C', installed, '--strip-components=1']);
  symlinkSync(join(MODULES, '@hpke'), join(directory, 'node_modules/@hpke'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  return {
    files: packed.files.map(({ path }) => path).sort(),
    installed,
    directory,
    async run(script, { args = [], env = {}, input = '' } = {}) {
      const path = join(directory, 'script.mjs');
      writeFileSync(path, script);
      const running = execute(process.execPath, [path, ...args], { env: { PATH: process.env.PATH, ...env } });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    async check(source) {
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
        'es2022',
        '--types',
        '',
      ];
      await execute(process.execPath, [tsc, ...flags, 'typed.ts'], { cwd: directory }).catch((thrown) => {
        throw new Error(thrown.stdout);
      });
    },
    async bundled() {
      const config = join(directory, 'vite.config.mjs');
      const rolldownOptions = {
        input: join(installed, 'dist/index.js'),
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

/** The complete example in its README. */
export function exampleOfReadme(): string {
  const text = readFileSync(join(ROOT, 'packages/seal/README.md'), 'utf8');
  const [, example] = /^```js\n([\s\S]+?)^```$/m.exec(text) ?? [];
  if (!example) throw new Error('There is no example.');
  return example;
}
