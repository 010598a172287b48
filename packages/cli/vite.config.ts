import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const ROOT = join(import.meta.dirname, '../..');
const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'),
);
/** What is installed beside it. Everything else is in the bundle, or in neither. */
const OUTSIDE = [dependencies, optionalDependencies, peerDependencies].flatMap(Object.keys);

/**
 * `npm run build` writes packages/cli/dist: the program that scripts/keyferry runs, as JavaScript. Each command is a chunk of
 * its own. All lie in one folder two below the package, as the modules do in the repository, so that what they look for
 * beside or above them (package.json, tried.yaml) is found in the package.
 */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true, external: OUTSIDE },
  build: {
    ssr: join(ROOT, 'scripts/keyferry.ts'),
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node24',
    minify: true,
    rolldownOptions: {
      external: OUTSIDE,
      output: {
        entryFileNames: 'cli/keyferry.js',
        chunkFileNames: 'cli/[name]-[hash].js',
        banner: ({ isEntry }) => (isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
  plugins: [bundled()],
});

function bundled(): Plugin {
  const directory = { path: '' };
  return {
    name: 'keyferry:bundled',
    enforce: 'pre',
    configResolved: ({ build }) => {
      directory.path = build.outDir;
    },
    // The lab, which the canary runs, is a checkout's: that command says so.
    resolveId: (source) => (source.includes('/lab/') ? { id: './no-lab.js', external: true } : undefined),
    transform(code, id) {
      if (!id.endsWith('/worker/terminal/emulator.ts')) return undefined;
      // A package of CommonJS, which Node itself has to be asked for with `require`.
      const asked = /const xterm: .* = createRequire\(import\.meta\.url\)\('@xterm\/headless'\);/;
      if (!asked.test(code)) this.error('The emulator asks for xterm in another way.');
      return code.replace(asked, "import xterm from '@xterm/headless';");
    },
    writeBundle() {
      const made = resolve(import.meta.dirname, directory.path, 'cli');
      copyFileSync(join(ROOT, 'worker/doctor/tried.yaml'), join(made, 'tried.yaml'));
      chmodSync(join(made, 'keyferry.js'), 0o755);
    },
  };
}
