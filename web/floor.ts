/**
 * The oldest browsers that page and console are made for. What the build makes of newer syntax goes by these, and
 * `above-floor.ts` fails it for what no build can put right.
 */
export const FLOOR = {
  chrome: '100',
  chrome_android: '100',
  firefox: '102',
  firefox_android: '102',
  safari: '15.4',
  safari_ios: '15.4',
} as const;

/** The same, in the build's words. */
export const TARGETS = [`chrome${FLOOR.chrome}`, `firefox${FLOOR.firefox}`, `safari${FLOOR.safari}`];
