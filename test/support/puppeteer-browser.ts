import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';
import { ARGUMENTS, findChromium, findProgram } from '../../lab/browser.ts';
import { type AnyBrowser, AnyTab, answered, inTime } from './any-browser.ts';
import { COMPLAINTS } from './overhear.ts';

export const openChromium = () =>
  openPuppeteer('chromium', { browser: 'chrome', executablePath: findChromium(), args: ARGUMENTS });

export const openFirefox = () =>
  openPuppeteer('firefox', { browser: 'firefox', executablePath: findProgram(['firefox-esr', 'firefox']) });

/** Chromium (by its own protocol) or Firefox (by WebDriver BiDi) of the system, without a window. */
async function openPuppeteer(
  name: string,
  options: { browser: 'chrome' | 'firefox'; executablePath: string; args?: string[] },
): Promise<AnyBrowser> {
  const browser = await puppeteer.launch({
    headless: true,
    protocolTimeout: 30_000,
    defaultViewport: { width: 390, height: 844 },
    ...options,
  });
  return {
    name,
    async open(address) {
      const tab = new PuppeteerTab(browser, await browser.newPage());
      await tab.go(address);
      return tab;
    },
    close: () => browser.close(),
  };
}

class PuppeteerTab extends AnyTab {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #complaints: string[] = [];

  constructor(browser: Browser, page: Page) {
    super();
    this.#browser = browser;
    this.#page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => void this.#complaints.push(String(error)));
  }

  evaluate<Value>(expression: string): Promise<Value> {
    // A page that goes away meanwhile may never answer.
    return answered(this.#page.evaluate(expression) as Promise<Value>);
  }

  protected async clickOn(element: string): Promise<void> {
    const handle = (await this.#page.evaluateHandle(element)) as ElementHandle;
    await handle.click();
  }

  async chord(key: string): Promise<void> {
    await this.#page.keyboard.down('Control');
    await this.#page.keyboard.press(key as 'a');
    await this.#page.keyboard.up('Control');
  }

  async go(address: string): Promise<void> {
    await this.#page.goto(address);
  }

  toFront(): Promise<void> {
    return this.#page.bringToFront();
  }

  protected async opening(act: () => Promise<void>): Promise<AnyTab> {
    const before = new Set(await this.#browser.pages());
    await act();
    const opened = async () => (await this.#browser.pages()).find((one) => !before.has(one));
    return new PuppeteerTab(this.#browser, await inTime(opened, 'A tab opens'));
  }

  close(): Promise<void> {
    return this.#page.close();
  }

  async complaints(): Promise<string[]> {
    return [...this.#complaints, ...(await this.evaluate<string[]>(COMPLAINTS))];
  }
}
