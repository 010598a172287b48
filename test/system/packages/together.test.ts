import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyferryVersion } from '../../../core/process/version.ts';
import {
  type PackedPackages,
  type PackedProject,
  packAll,
  projectWith,
} from '../../support/packed-project.ts';

/** All packages in one project, as a platform has them; its files are the examples of docs/packages.md. */

const GUIDE = readFileSync(new URL('../../../docs/packages.md', import.meta.url), 'utf8');
/** `// <name>` in their first line says how they are called. */
const EXAMPLES = Object.fromEntries(
  [...GUIDE.matchAll(/^```tsx?\n\/\/ (\S+)\n([\s\S]+?)^```$/gm)].map(([, name = '', source = '']) => [
    name,
    source,
  ]),
);
let packed: PackedPackages;

beforeAll(async () => {
  packed = await packAll();
});
afterAll(() => packed?.remove());

test('the guide has a complete example of each', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(['bring-key.ts', 'button.tsx', 'page.ts', 'server.ts']);
  const all = Object.values(EXAMPLES).join('\n');
  for (const name of ['connect', 'connect/react', 'server', 'seal'])
    expect(all).toContain(`'@keyferry/${name}'`);
  expect(GUIDE).toContain('npm install -g keyferry');
});

describe.each(['11', '12'])('in an empty project, by npm %s', (major) => {
  let project: PackedProject;

  beforeAll(async () => {
    project = await projectWith(packed, major);
  });
  afterAll(() => project?.remove());

  test.each(['node16', 'bundler'] as const)(
    'the examples are typed, with moduleResolution %s',
    async (how) => {
      expect(project.npm).toMatch(new RegExp(`^${major}\\.`));
      await project.check(EXAMPLES, how);
      // That it was looked at: an answer's field that there is not is found.
      const wrong = { 'wrong.ts': (EXAMPLES['server.ts'] ?? '').replace('data.url', 'data.uri') };
      await expect(project.check(wrong, how)).rejects.toThrow(/wrong\.ts.*uri/s);
    },
  );

  test('they are loaded, and the command line runs, in the project and with -g', async () => {
    const loaded = await project.run(
      `import { open } from '@keyferry/connect';
       import { ConnectButton } from '@keyferry/connect/react';
       import { createKeyferry, verifyWebhook } from '@keyferry/server';
       import { sealKey } from '@keyferry/seal';
       console.log([open, ConnectButton, createKeyferry, verifyWebhook, sealKey].map((one) => typeof one).join());`,
    );
    expect(loaded).toBe('function,function,function,function,function');
    for (const where of ['project', 'prefix'] as const)
      expect(await project.says(where, '--version')).toBe(keyferryVersion());
  });
});
