import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { declared } from '../declared.ts';

const ENTRIES = ['index', 'react'].map((name) => join(import.meta.dirname, `${name}.ts`));

/** `npm run build` writes packages/connect/dist: the popup's window and what is heard of it, and the same for React. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    minify: false,
    lib: { entry: ENTRIES, formats: ['es'] },
    rolldownOptions: { external: ['react'] },
  },
  plugins: [besides(), declared(ENTRIES)],
});

/** One entry imports the other from where it lies, so that both are one module to whoever uses both. */
function besides(): Plugin {
  return {
    name: 'keyferry:besides',
    enforce: 'pre',
    resolveId: (source, importer) =>
      importer !== undefined && source === './index.ts' ? { id: './index.js', external: true } : undefined,
  };
}
