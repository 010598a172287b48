import type { Browser } from 'playwright-core';
import { followLink } from '../../lab/dashboard.ts';
import type { System } from '../../lab/system.ts';

/**
 * What Lighthouse has DevTools do for its "slow 4G", which DevTools call "Fast 3G" and earlier called "Slow 3G": 150 ms and
 * 1.6 Mbit/s, as its own factors make them for requests.
 */
const LATENCY_MS = 562.5;
const DOWN = (1_474.56 * 1_000) / 8;
const UP = (675 * 1_000) / 8;

/** Milliseconds from the request for a page at a connect link, over a slow line. */
export interface Paints {
  /** Until something is there. */
  paint: number;
  /** Until there is text, or a picture. */
  content: number;
}

/** Opens a page for the first time in a new browser profile. */
export async function firstPaint(system: System, browser: Browser, customer: string): Promise<Paints> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: DOWN,
      uploadThroughput: UP,
    });
    await followLink(page, await system.connectLink(customer));
    await page.getByRole('heading', { level: 1 }).waitFor();
    return await page.evaluate<Paints>(
      `new Promise((resolve) => {
        const at = {};
        new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries()) at[name] = startTime;
          const { 'first-paint': paint, 'first-contentful-paint': content } = at;
          if (content !== undefined) resolve({ paint, content });
        }).observe({ type: 'paint', buffered: true });
      })`,
    );
  } finally {
    await context.close();
  }
}
