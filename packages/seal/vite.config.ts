import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin, transformWithOxc } from 'vite';

const ENTRY = join(import.meta.dirname, 'index.ts');

/** `npm run build` writes packages/seal/dist: the product's own sealing in one file, and its types. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    minify: false,
    lib: { entry: ENTRY, formats: ['es'], fileName: 'index' },
    rolldownOptions: { external: ['@hpke/core'] },
  },
  plugins: [declared()],
});

/** index.d.ts. What index.ts exports names nothing of ours, so its declarations are all that is needed. */
function declared(): Plugin {
  return {
    name: 'keyferry:declared',
    async generateBundle() {
      const code = readFileSync(ENTRY, 'utf8');
      const { declaration } = await transformWithOxc(code, ENTRY, { typescript: { declaration: {} } });
      if (declaration === undefined) throw new Error('There are no types.');
      this.emitFile({ type: 'asset', fileName: 'index.d.ts', source: declaration });
    },
  };
}
