import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A program of ours as plain JavaScript, in a folder of its own. */
export interface Compiled {
  script: string;
  remove(): void;
}

/**
 * Compiles a program and all that it imports. It is the JavaScript that Node runs in production, where it leaves
 * the types out, without the compiler that does so.
 */
export function compile(program: string): Compiled {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const config = join(directory, 'tsconfig.json');
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noEmit: false, outDir: directory, rootDir: ROOT },
      files: [program],
      include: [],
    }),
  );
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { status, stdout, error } = spawnSync(tsc, ['-p', config], { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) {
    remove();
    throw new Error(`The process with our handshakes does not compile: ${error?.message ?? stdout}`);
  }
  return { script: join(directory, relative(ROOT, program).replace(/\.ts$/, '.js')), remove };
}
