import { defineConfig } from 'vite';
import { weighed } from './weight.ts';

/** The customer's page: `npm run build` writes web/dist, which the api serves under a strict CSP. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // One script and one style sheet: nothing to preload, nothing inline.
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
  },
  plugins: [weighed({ mostBytes: 60_000 })],
});
