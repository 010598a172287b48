import { defineConfig } from 'vite';
import { floored } from './above-floor.ts';
import { chunked } from './chunks.ts';
import { chunkOf, compiledMessages } from './compiled-messages.ts';
import { TARGETS } from './floor.ts';
import { weighed } from './weight.ts';
import { withoutJsonSchema } from './without-json-schema.ts';

/** Newer than web/floor.ts, but tested for or dispensable; `when` and `union` are also zod's own names. */
const KNOWN = {
  own: ['….read()', '….union()', '….readText()', 'attribute translate', 'navigator.cookieEnabled'],
  preact: ['….moveBefore()'],
  // Of an output that is not used.
  qr: ['….toBase64()'],
  zod: ['Error.captureStackTrace', 'URL.canParse', '….when()'],
};

/** The customer's page: `npm run build` writes web/dist, which the api serves under a strict CSP. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // One script, one style sheet, and chunks for what few need: nothing to preload, nothing inline.
    target: TARGETS,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ facadeModuleId }) => `assets/${chunkOf(facadeModuleId) ?? '[name]'}-[hash].js`,
      },
    },
  },
  resolve: {
    // Messages are read by the build (web/compiled-messages.ts).
    alias: [
      {
        find: '@formatjs/icu-messageformat-parser',
        replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
      },
      { find: /^zod$/, replacement: `${import.meta.dirname}/small-zod.ts` },
    ],
  },
  plugins: [
    compiledMessages(),
    withoutJsonSchema(),
    chunked(),
    floored(KNOWN),
    weighed({ mostBytes: 60_000 }),
  ],
});
