import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../lab/browser.ts';
import { startConsoleServer } from './screenshots/console-server.ts';
import { CONSOLE_STATES } from './screenshots/console-states.ts';
import { NOON } from './screenshots/fixtures.ts';
import { HAND_OVER_STATES } from './screenshots/hand-over-states.ts';
import { HEALTH_STATES } from './screenshots/health-states.ts';
import { KEY_STATES } from './screenshots/key-states.ts';
import { OVERLAPS, STICKS_OUT } from './screenshots/layout.ts';
import { startPageServer } from './screenshots/page-server.ts';
import { LANGUAGE, LOCALE } from './screenshots/spoken.ts';
import { STATES } from './screenshots/states.ts';

/**
 * Takes a picture of every state of the customer's page and of the console, built before with `npm run build`, into
 * docs/screens (of the console only some; the rest go to .lab/screens); with names as arguments only of those. What
 * answers is a practice api. Every state is also looked through with axe, at 320 px for what sticks out, and for
 * content that jumped. `KEYFERRY_SCREENS_LOCALE=ar-EG` takes those of the customer's page in another language, two of each,
 * into .lab/screens/ar.
 */

const ROOT = join(import.meta.dirname, '..');
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const LOOKS = ['light', 'dark'] as const;
const DIST = join(ROOT, 'web/dist');
const KEPT = join(ROOT, 'docs/screens');
const IS_ENGLISH = LANGUAGE === 'en';
const OTHERS = join(ROOT, '.lab/screens', IS_ENGLISH ? '' : LANGUAGE);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Runs in the page: what Chromium calls a layout shift, with the elements that moved. */
const NOTE_JUMPS = `
  globalThis.jumps = [];
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries())
      if (!hadRecentInput)
        jumps.push(value.toFixed(4) + ' ' + sources.map(({ node }) => node?.outerHTML ?? node?.textContent).join(' | '));
  }).observe({ type: 'layout-shift', buffered: true });
`;

interface Shot {
  device: keyof typeof SIZES;
  look: (typeof LOOKS)[number];
}

/** A state of either page. `kept`: those of its pictures that are; undefined keeps all. */
interface Scene {
  name: string;
  kept: readonly string[] | undefined;
  /** Something that was asked for moves what is below it when it comes. */
  moves: boolean;
  start(): Promise<{ reach(page: Page): Promise<void>; stop(): Promise<void> }>;
}

const PAGE_SCENES: readonly Scene[] = [
  ...[...STATES, ...KEY_STATES, ...HEALTH_STATES, ...HAND_OVER_STATES].map(
    ({ name, reach, kept, moves = false }) => ({
      name,
      kept,
      moves,
      async start() {
        const server = await startPageServer(DIST);
        return { reach: (page: Page) => reach(server, page), stop: server.stop };
      },
    }),
  ),
];
const CONSOLE_SCENES: readonly Scene[] = [
  ...CONSOLE_STATES.map(({ name, reach, kept = [] }) => ({
    name,
    kept,
    moves: false,
    async start() {
      const server = await startConsoleServer(DIST);
      const reached = async (page: Page) => {
        // Its times are a part of the picture.
        await page.clock.setFixedTime(NOON);
        await reach(server, page);
      };
      return { reach: reached, stop: server.stop };
    },
  })),
];

async function shoot(browser: Browser, scene: Scene, { device, look }: Shot): Promise<string[]> {
  const { reach, stop } = await scene.start();
  const context = await browser.newContext({
    viewport: SIZES[device],
    colorScheme: look,
    locale: LOCALE,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    // axe comes as an inline script.
    bypassCSP: true,
  });
  try {
    // Only this machine: a click on the sign-in goes nowhere.
    await context.route(
      (url) => url.hostname !== '127.0.0.1',
      (route) => route.fulfill({ body: 'Anthropic’s page would be here.' }),
    );
    const page = await context.newPage();
    const wrong = await watch(page);
    await reach(page);
    if (!scene.moves) wrong.push(...(await jumps(page)));
    // Nothing is hovered, and the host is one that a customer may have.
    await page.mouse.move(0, 0);
    await page.evaluate(
      "for (const footer of document.querySelectorAll('footer span')) footer.textContent = 'alice.example.com'",
    );
    const isKept = IS_ENGLISH && (scene.kept?.includes(`${device}-${look}`) ?? true);
    const path = join(isKept ? KEPT : OTHERS, `${scene.name}-${device}-${look}.png`);
    await page.screenshot({ path, fullPage: true });
    wrong.push(...(await findings(page, `${scene.name}-${device}-${look}`)));
    return wrong.map((what) => `${scene.name} (${device}, ${look}): ${what}`);
  } catch (thrown) {
    return [`${scene.name} (${device}, ${look}): ${thrown}`];
  } finally {
    await context.close();
    await stop();
  }
}

/** Notes what the browser complains of, and what moves without the customer's doing. */
async function watch(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    // A refused request is said in the console too; the page deals with it.
    const isOurs = !/^(Failed to load resource|WebSocket connection to)/.test(message.text());
    if (message.type() === 'error' && isOurs) wrong.push(message.text());
  });
  await page.addInitScript({ content: NOTE_JUMPS });
  return wrong;
}

/** What moved on the page so far, but for what a customer's click moved within half a second. */
async function jumps(page: Page): Promise<string[]> {
  const jumped = (await page.evaluate('jumps')) as string[];
  // A hundredth is a line of text that wraps; Chromium calls a page good up to a tenth.
  return jumped.filter((what) => Number.parseFloat(what) >= 0.01).map((what) => `jumped: ${what}`);
}

async function findings(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  for (const { id, nodes } of violations) found.push(`axe ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  await page.setViewportSize({ width: 320, height: 640 });
  const sticksOut = await page.evaluate<string[]>(STICKS_OUT);
  for (const what of sticksOut) found.push(`sticks out at 320 px: ${what}`);
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  for (const what of await page.evaluate<string[]>(STICKS_OUT))
    found.push(`sticks out at 320 px with large text: ${what}`);
  for (const what of await page.evaluate<string[]>(OVERLAPS))
    found.push(`overlap at 320 px with large text: ${what}`);
  await page.screenshot({ path: join(OTHERS, `${name}-large-text.png`), fullPage: true });
  return found;
}

const wanted = process.argv.slice(2);
const all = IS_ENGLISH ? [...PAGE_SCENES, ...CONSOLE_SCENES] : PAGE_SCENES;
const scenes = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const shots = (Object.keys(SIZES) as Shot['device'][])
  .flatMap((device) => LOOKS.map((look): Shot => ({ device, look })))
  .filter(({ device, look }) => IS_ENGLISH || (device === 'phone') === (look === 'light'));
for (const folder of IS_ENGLISH ? [KEPT, OTHERS] : [OTHERS]) {
  if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const browser = await openBrowser();
const wrong: string[] = [];
for (const scene of scenes) for (const shot of shots) wrong.push(...(await shoot(browser, scene, shot)));
await browser.close();
console.log(
  `${scenes.length * shots.length} pictures in ${IS_ENGLISH ? 'docs/screens and .lab/screens' : OTHERS}.`,
);
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
