import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a file may not import, by where it lies. */
const CLOSED: readonly [file: string, imported: string][] = [
  ['core/contract/a.ts', '../store/mailbox.ts'],
  ['core/contract/a.ts', './../store/mailbox.ts'],
  ['core/contract/a.ts', '../secrets/secret.ts'],
  ['core/contract/a.ts', '../../worker/main.ts'],
  ['core/contract/a.ts', 'node:fs'],
  ['core/contract/a.ts', 'node:fs/promises'],
  ['core/contract/a.ts', 'fs'],
  ['core/contract/a.ts', 'ioredis'],
  ['core/contract/a.ts', 'pino'],
  ['core/secrets/a.ts', '../store/mailbox.ts'],
  ['core/secrets/a.ts', '../process/config.ts'],
  ['core/secrets/a.ts', '../../api/main.ts'],
  ['core/secrets/a.ts', '../../worker/main.ts'],
  ['core/process/a.ts', '../store/redis.ts'],
  ['core/process/a.ts', '../../api/main.ts'],
  ['core/process/a.ts', '../../worker/main.ts'],
  ['core/store/a.ts', '../../api/main.ts'],
  ['core/store/a.ts', '../../worker/main.ts'],
  ['core/store/a.ts', '../../web/model/texts.ts'],
  ['core/store/a.ts', '../../lab/lab.ts'],
  ['core/store/a.ts', '../../scripts/demo.ts'],
  ['core/store/a.ts', '../../test/support/links.ts'],
  ['web/a.ts', '../core/store/redis.ts'],
  ['web/a.ts', '../core/secrets/secret.ts'],
  ['web/console/views/a.tsx', '../../../core/process/config.ts'],
  ['web/console/views/a.tsx', '../../../core/other.ts'],
  ['web/model/a.ts', '../../api/main.ts'],
  ['web/model/a.ts', '../../worker/main.ts'],
  ['web/model/a.ts', '../../lab/lab.ts'],
  ['web/model/a.ts', '../../scripts/demo.ts'],
  ['web/model/a.ts', '../../test/support/links.ts'],
  ['api/a.ts', '../worker/main.ts'],
  ['api/platform/routes/a.ts', '../../../worker/main.ts'],
  ['api/http/a.ts', '../../web/model/texts.ts'],
  ['api/http/a.ts', '../../lab/lab.ts'],
  ['api/http/a.ts', '../../scripts/demo.ts'],
  ['api/http/a.ts', '../../test/support/links.ts'],
  ['packages/seal/a.ts', '../../core/store/redis.ts'],
  ['packages/seal/a.ts', '../../core/secrets/secret.ts'],
  ['packages/seal/a.ts', '../../api/main.ts'],
  ['packages/seal/a.ts', '../../lab/lab.ts'],
  ['worker/a.ts', '../api/main.ts'],
  ['worker/programs/claude/a.ts', '../../../api/main.ts'],
  ['worker/queue/a.ts', '../../web/model/texts.ts'],
  ['worker/queue/a.ts', '../../lab/lab.ts'],
  ['worker/queue/a.ts', '../../scripts/demo.ts'],
  ['worker/queue/a.ts', '../../test/support/links.ts'],
  ['lab/a.ts', '../scripts/demo.ts'],
  ['lab/practice/a.ts', '../../test/support/links.ts'],
  ['scripts/a.ts', '../test/support/links.ts'],
];

const OPEN: readonly [file: string, imported: string][] = [
  ['core/contract/a.ts', '@hpke/core'],
  ['core/contract/a.ts', './errors.ts'],
  ['core/contract/a.ts', 'zod'],
  ['core/secrets/a.ts', '../contract/errors.ts'],
  ['core/secrets/a.ts', 'jose'],
  ['core/process/a.ts', '../contract/errors.ts'],
  ['core/process/a.ts', '../secrets/secret.ts'],
  ['core/store/a.ts', '../process/config.ts'],
  ['web/console/views/a.tsx', '../../../core/contract/errors.ts'],
  ['web/a.ts', 'preact'],
  ['packages/seal/a.ts', '../../core/contract/errors.ts'],
  ['api/http/a.ts', '../../core/store/mailbox.ts'],
  ['worker/queue/a.ts', '../../core/store/mailbox.ts'],
  ['lab/a.ts', '../worker/main.ts'],
  ['scripts/a.ts', '../lab/lab.ts'],
  ['scripts/fuzz/a.ts', '../../test/fixtures/a.ts'],
];

/** Every way to import: one file each. */
const WAYS: readonly ((from: string) => string)[] = [
  (from) => `import { it } from '${from}';\nexport const at = it;\n`,
  (from) => `import type { it } from '${from}';\nexport type At = it;\n`,
  (from) => `export { it } from '${from}';\n`,
  (from) => `export const at = () => import('${from}');\n`,
];

let directory: string;
/** The walls that each file runs into, as the message of each. */
const hits = new Map<string, string[]>();

const nameOf = (at: number, way: number, file: string) => file.replace(/a(\.tsx?)$/, `a${at}_${way}$1`);
const all = [...CLOSED, ...OPEN];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-walls-'));
  cpSync(join(ROOT, 'biome.json'), join(directory, 'biome.json'));
  for (const [at, [file, from]] of all.entries())
    for (const [way, text] of WAYS.entries()) {
      const path = join(directory, nameOf(at, way, file));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text(from));
    }
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const rule = '--only=style/noRestrictedImports';
  const words = ['lint', '--vcs-enabled=false', rule, '--max-diagnostics=none', '--reporter=json', '.'];
  const { stdout, stderr } = spawnSync(biome, words, { cwd: directory, encoding: 'utf8' });
  const [, json] = /(\{"summary".*\})/s.exec(stdout) ?? [];
  if (!json) throw new Error(`${stdout}\n${stderr}`);
  for (const { category, location, message } of JSON.parse(json).diagnostics) {
    if (category !== 'lint/style/noRestrictedImports') continue;
    hits.set(location.path, [...(hits.get(location.path) ?? []), message]);
  }
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const redWays = (at: number, file: string) =>
  WAYS.map((_, way) => way).filter((way) => hits.has(nameOf(at, way, file)));

describe('a wall', () => {
  test.each(CLOSED.map(([file, from], at) => ({ file, from, at })))(
    '$file cannot import $from, in any way',
    ({ file, at }) => {
      expect(redWays(at, file)).toEqual([0, 1, 2, 3]);
    },
  );

  test.each(OPEN.map(([file, from], at) => ({ file, from, at: at + CLOSED.length })))(
    '$file may import $from',
    ({ file, at }) => {
      expect(redWays(at, file)).toEqual([]);
    },
  );

  test('is not one that nothing can run into: each message of biome.json has been seen', () => {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    const messages = overrides.flatMap(
      (one: { linter: { rules: { style?: { noRestrictedImports?: { options: Options } } } } }) =>
        one.linter.rules.style?.noRestrictedImports?.options.patterns.map(({ message }) => message) ?? [],
    );
    expect(messages.length).toBeGreaterThan(8);
    const seen = [...hits.values()].flat().join('\n');
    for (const message of messages) expect(seen).toContain(message);
  });
});

interface Options {
  patterns: { message: string }[];
}
