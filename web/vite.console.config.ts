import { defineConfig } from 'vite';
import { weighed } from './weight.ts';

/**
 * The support console, beside the customer's page in web/dist. Built on its own, so that the two share no file and
 * each is served whole.
 */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { input: `${import.meta.dirname}/console.html` },
  },
  plugins: [weighed({ mostBytes: 320_000 })],
});
