import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { OVERLAPS, STICKS_OUT } from '../../scripts/screenshots/layout.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Looks through a page as it is: nothing that hinders anybody, nothing that sticks out or overlaps. */
export async function looksWell(page: Page): Promise<void> {
  // axe is an inline script, which the page's policy refuses; this way it is none.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  expect(await page.evaluate(STICKS_OUT)).toEqual([]);
  expect(await page.evaluate(OVERLAPS)).toEqual([]);
  await page.evaluate("document.documentElement.style.fontSize = ''");
  await page.setViewportSize({ width: 390, height: 844 });
}
