import { defineConfig } from 'vite';
import { floored } from './above-floor.ts';
import { TARGETS } from './floor.ts';
import { weighed } from './weight.ts';

/** Newer than web/floor.ts, but tested for before use. Those without a comment are the packages' own names for other things. */
const KNOWN = {
  // A hint for a phone's keyboard; browsers that do not know the cookie attribute keep the cookies.
  own: ['attribute autocapitalize', 'navigator.cookieEnabled', '….dispose()', '….resize()'],
  preact: ['….moveBefore()'],
  zod: ['Error.captureStackTrace', 'URL.canParse', '….when()'],
  '@xterm/xterm': [
    ...['globalThis.requestIdleCallback', 'globalThis.cancelIdleCallback', 'OffscreenCanvas'],
    ...['….dispose()', '….resize()', '….toArray()', '….error()'],
  ],
  'asciinema-player': [
    ...['Symbol.dispose', 'document.fullscreenElement', 'document.exitFullscreen'],
    ...['….error()', '….toArray()', '….drop()', '….resize()'],
  ],
};

/**
 * The support console, next to the customer's page in web/dist. Built separately, so that the two share no file and
 * each is served whole.
 */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: TARGETS,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { input: `${import.meta.dirname}/console.html` },
  },
  plugins: [floored(KNOWN), weighed({ mostBytes: 320_000 })],
});
