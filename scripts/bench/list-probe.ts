import type { Page } from 'playwright-core';

/** What the probe has noted of a page, in milliseconds. */
export interface Smoothness {
  /** Tasks of the main thread over 50 ms. */
  longTasks: number[];
  /** Between one frame and the next. */
  frames: number[];
  /** Messages of WebSockets that came. */
  messages: number;
}

/** Runs in the page before anything of its own; `keyferrySmooth(ms)` then resolves with what it notes from now on. */
export const LIST_PROBE = `(() => {
  const noted = { longTasks: [], frames: [], messages: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.longTasks.push(duration);
  }).observe({ type: 'longtask' });
  const Plain = WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(...words) {
      super(...words);
      this.addEventListener('message', () => { noted.messages += 1; });
    }
  };
  let last;
  const frame = (now) => {
    if (last !== undefined) noted.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.keyferrySmooth = (ms) => {
    Object.assign(noted, { longTasks: [], frames: [], messages: 0 });
    return new Promise((resolve) => setTimeout(() => resolve({ ...noted }), ms));
  };
})()`;

/** Seconds that the page's main thread was at it. */
export interface MainThreadTime {
  script: number;
  style: number;
  layout: number;
}

/** What the page does in the meantime, and what keeps its main thread busy. */
export async function workDuring<T>(
  page: Page,
  act: () => Promise<T>,
): Promise<{ noted: T; work: MainThreadTime }> {
  const session = await page.context().newCDPSession(page);
  const look = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  };
  await session.send('Performance.enable');
  const before = await look();
  const noted = await act();
  const after = await look();
  await session.detach();
  const took = (name: string) => after(name) - before(name);
  const work = {
    script: took('ScriptDuration'),
    style: took('RecalcStyleDuration'),
    layout: took('LayoutDuration'),
  };
  return { noted, work };
}
