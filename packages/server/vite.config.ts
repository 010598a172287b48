import { join } from 'node:path';
import { defineConfig } from 'vite';
import { declared } from '../declared.ts';

const ENTRY = join(import.meta.dirname, 'index.ts');

/** `npm run build` writes packages/server/dist: the client, and the types that `npm run openapi` has made of the document. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    minify: false,
    lib: { entry: ENTRY, formats: ['es'], fileName: 'index' },
    rolldownOptions: { external: ['openapi-fetch', 'standardwebhooks'] },
  },
  plugins: [declared([ENTRY, join(import.meta.dirname, 'api.ts')])],
});
