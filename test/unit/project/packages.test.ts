import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

const own = read('package.json');
const folders = readdirSync(new URL('packages', root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(folders)('packages/%s', (folder) => {
  const manifest = read(`packages/${folder}/package.json`);

  test('has the version of the api and the worker and its license, and is published with its provenance', () => {
    expect(manifest).toMatchObject({
      version: own.version,
      license: own.license,
      type: 'module',
      files: ['dist'],
      publishConfig: { access: 'public', provenance: true },
    });
    for (const file of ['LICENSE', 'README.md'])
      expect(existsSync(new URL(`packages/${folder}/${file}`, root))).toBe(true);
  });

  test('asks for what the repository itself is tested with', () => {
    const tested = { ...own.devDependencies, ...own.dependencies };
    const { react: _, ...peers } = manifest.peerDependencies ?? {};
    const asked = { ...manifest.dependencies, ...peers };
    for (const [name, range] of Object.entries(asked)) expect([name, tested[name]]).toEqual([name, range]);
  });

  test('is built with the others', () => {
    expect(own.scripts['build:packages']).toContain(`vite build packages/${folder}`);
  });
});

test('packages whose install scripts are allowed say where they come from: npm asks for it (strict-allow-scripts)', () => {
  const locked = read('package-lock.json').packages;
  const allowed = Object.keys(own.allowScripts).filter((name) => own.allowScripts[name]);
  expect(allowed.length).toBeGreaterThan(0);
  for (const name of allowed) {
    const [, bare, version] = /^(.+)@([^@]+)$/.exec(name) ?? [];
    // An npm that is told to leave addresses out of lockfiles (omit-lockfile-registry-resolved) takes them away.
    expect(locked[`node_modules/${bare}`]).toMatchObject({ version, resolved: expect.any(String) });
  }
});
