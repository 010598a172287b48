import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Consumer, installPackages } from '../../support/packages.ts';

/** What issue and README allow it to weigh, gzipped. */
const MOST_BYTES = 5_000;
let consumer: Consumer;

beforeAll(async () => {
  consumer = await installPackages('connect');
});
afterAll(() => consumer?.remove());

describe('@keyferry/connect, as it is installed', () => {
  test('has what it should, and nothing else', () => {
    const of = (name: string) => [`dist/${name}.d.ts`, `dist/${name}.js`];
    expect(consumer.files).toEqual(['LICENSE', 'README.md', ...of('index'), ...of('react'), 'package.json']);
    const imported = (file: string) =>
      [
        ...readFileSync(join(consumer.installed, file), 'utf8').matchAll(
          /\b(?:from|import)\s*\(?["']([^"']+)/g,
        ),
      ].map(([, name]) => name);
    expect(imported('dist/index.js')).toEqual([]);
    expect(imported('dist/react.js').sort()).toEqual(['./index.js', 'react']);
    const { dependencies } = JSON.parse(readFileSync(join(consumer.installed, 'package.json'), 'utf8'));
    expect(dependencies).toBeUndefined();
  });

  test('weighs what its README says, and less than it may', async () => {
    const readme = readFileSync(join(consumer.installed, 'README.md'), 'utf8');
    const [, own = '', react = ''] =
      /: ([\d.]+) kB, ([\d.]+) kB with the part for React, gzipped/.exec(readme) ?? [];
    for (const [entry, said] of [
      ['@keyferry/connect', own],
      ['@keyferry/connect/react', react],
    ] as const) {
      const bytes = gzipSync(await consumer.bundle(`export * from '${entry}';`, ['react'])).length;
      expect(bytes).toBeGreaterThan(500);
      expect(bytes).toBeLessThanOrEqual(Number(said) * 1_000);
      expect(Number(said) * 1_000).toBeLessThan(MOST_BYTES);
    }
  });

  test('is loaded on a server without a window', async () => {
    const said = await consumer.run(
      `import { open } from '@keyferry/connect'; import { useConnect } from '@keyferry/connect/react'; console.log(typeof open, typeof useConnect);`,
    );
    expect(said.trim()).toBe('function function');
  });

  test('has types that a strict project takes', async () => {
    const right = `import { type ExitReason, open } from '@keyferry/connect';
      import { ConnectButton, useConnect } from '@keyferry/connect/react';
      import { createElement } from 'react';
      export const one = async (): Promise<ExitReason | 'connected'> => {
        const connecting = open({ connectUrl: async () => 'https://alice.example/connect/x', onExit: (reason) => console.log(reason) });
        connecting.focus();
        return (await connecting).outcome;
      };
      export const Two = () => createElement(ConnectButton, { connectUrl: 'https://…', className: 'big' }, 'Connect');
      export const Three = (): boolean => useConnect({ connectUrl: 'https://…' }).isOpen;`;
    await consumer.check(right, 'es2022,dom');
    await expect(
      consumer.check(right.replace('onExit: (reason)', 'onExited: (reason)'), 'es2022,dom'),
    ).rejects.toThrow(/onExited/);
  });
});
