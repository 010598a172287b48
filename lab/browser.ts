import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** What Chromium is started with wherever nobody watches it. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, without a window; it can block popups, as it does for people. Throws when there is none. */
export function openBrowser({ blocksPopups = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ARGUMENTS,
    ...(blocksPopups && { ignoreDefaultArgs: ['--disable-popup-blocking'] }),
  });
}

/** The same with a profile of its own, in a directory that may hold settings already. */
export function openBrowserAt(directory: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(directory, { executablePath: findChromium(), args: ARGUMENTS });
}

/** Where the system's Chromium is. Throws when there is none. */
export const findChromium = () => findProgram(['chromium', 'chromium-browser', 'google-chrome']);

/** Where the first of these programs is that is on PATH; the first is also the package. Throws when none is. */
export function findProgram(names: readonly string[]): string {
  const paths = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const found = paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`There is no ${names.join(' or ')} on PATH: install the package ${names[0]}.`);
  return found;
}
