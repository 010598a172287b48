/**
 * The oldest browsers that the page and the console support. The build translates newer syntax for them, and
 * `above-floor.ts` fails it for what cannot be translated.
 */
export const FLOOR = {
  chrome: '100',
  chrome_android: '100',
  firefox: '102',
  firefox_android: '102',
  safari: '15.4',
  safari_ios: '15.4',
} as const;

/** The same, in the build's terms. */
export const TARGETS = [`chrome${FLOOR.chrome}`, `firefox${FLOOR.firefox}`, `safari${FLOOR.safari}`];
