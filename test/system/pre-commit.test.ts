import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
let base: string;
let checkout: string;
const env = {
  ...process.env,
  CI: '',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'x',
  GIT_AUTHOR_EMAIL: 'x@test',
  GIT_COMMITTER_NAME: 'x',
  GIT_COMMITTER_EMAIL: 'x@test',
};
const git = (...words: string[]) =>
  execFileSync('git', words, { cwd: checkout, env, encoding: 'utf8' }).trim();

function put(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'keyferry-hooks-'));
  checkout = join(base, 'checkout');
  mkdirSync(checkout);
  for (const path of ['.githooks', 'scripts/setup.sh', 'scripts/prepare'])
    cpSync(join(root, path), join(checkout, path), { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('a commit', () => {
  beforeEach(() => {
    const options = { module: 'nodenext', strict: true, noEmit: true, types: [] };
    put('.gitignore', 'node_modules\n');
    put('biome.json', '{ "vcs": { "enabled": true, "clientKind": "git", "useIgnoreFile": true } }\n');
    put('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['core'] }));
    put('web/tsconfig.json', JSON.stringify({ extends: '../tsconfig.json', include: ['.'] }));
    put('core/a.ts', 'export const a: number = 1;\n');
    put('web/b.ts', 'export const b = 1;\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    git('config', 'core.hooksPath', '.githooks');
    // What is cached there is this test's own.
    mkdirSync(join(checkout, 'node_modules'));
    for (const name of ['.bin', '@biomejs', 'typescript', '@typescript'])
      if (existsSync(join(root, 'node_modules', name)))
        symlinkSync(join(root, 'node_modules', name), join(checkout, 'node_modules', name));
  });

  async function commit(): Promise<{ code: number; stderr: string }> {
    return promisify(execFile)('git', ['commit', '-qm', 'second'], { cwd: checkout, env }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
  }

  test('of what is right is made, whatever else lies in the checkout', async () => {
    put('core/a.ts', 'export const a: number = 2;\n');
    git('add', '.');
    put('core/a.ts', 'const a: number = "not staged"');
    expect(await commit()).toEqual({ code: 0, stderr: '' });
    expect(git('show', 'HEAD:core/a.ts')).toBe('export const a: number = 2;');
  });

  test.each([
    ['is not formatted', 'core/a.ts', 'export const a: number   = 2\n', /format/],
    ['lint finds fault with', 'core/a.ts', 'export const a: number = 2;\ndebugger;\n', /noDebugger/],
    ['has a wrong type', 'core/a.ts', "export const a: number = 'b';\n", /TS2322/],
    ['has a wrong type in web', 'web/b.ts', "export const b: number = 'b';\n", /TS2322/],
  ])('of what %s is refused, though the checkout has it right by now', async (_, path, text, said) => {
    const right = path === 'core/a.ts' ? 'export const a: number = 2;\n' : 'export const b = 2;\n';
    put(path, text);
    git('add', '.');
    put(path, right);
    const { code, stderr } = await commit();
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
    expect(existsSync(join(checkout, '.git/staged'))).toBe(false);
    git('add', '.');
    expect(await commit()).toEqual({ code: 0, stderr: '' });
  });

  test('in a checkout without packages is made, and says that nothing was checked', async () => {
    rmSync(join(checkout, 'node_modules'), { recursive: true });
    put('core/a.ts', 'export const a: number   = 2\n');
    git('add', '.');
    const { code, stderr } = await commit();
    expect(code).toBe(0);
    expect(stderr).toContain('nothing was checked');
  });
});

describe('npm, when it has installed the packages,', () => {
  const prepare = () => execFileSync(join(checkout, 'scripts/prepare'), { cwd: checkout, env });
  const hooks = () =>
    execFileSync('git', ['config', '--default', '', 'core.hooksPath'], {
      cwd: base,
      env,
      encoding: 'utf8',
    }).trim();

  test('sets the hooks of a checkout', () => {
    git('init', '-q');
    prepare();
    expect(git('config', 'core.hooksPath')).toBe('.githooks');
  });

  test('leaves those be that somebody has chosen', () => {
    git('init', '-q');
    git('config', 'core.hooksPath', '.husky');
    prepare();
    expect(git('config', 'core.hooksPath')).toBe('.husky');
  });

  test('does nothing where there is no git, as in a tarball', () => {
    prepare();
    expect(existsSync(join(checkout, '.git'))).toBe(false);
  });

  test('does nothing to a repository that only has us in a folder', () => {
    execFileSync('git', ['init', '-q'], { cwd: base, env });
    prepare();
    expect(hooks()).toBe('');
  });
});
