import { join } from 'node:path';
import { defineConfig } from 'vite';
import { declared } from '../declared.ts';

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
  plugins: [declared([ENTRY])],
});
