import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Builder, Key, type WebDriver, type WebElement } from 'selenium-webdriver';
import { freePort } from '../../lab/redis.ts';
import { type AnyBrowser, AnyTab, answered, inTime } from './any-browser.ts';
import { COMPLAINTS } from './overhear.ts';

/**
 * WebKitGTK's MiniBrowser by Debian's webkit2gtk-driver, on a screen that nobody sees. Its driver tells nothing of the
 * console: pages come with a script that listens (overhear.ts).
 */
export async function openWebKit(): Promise<AnyBrowser> {
  const started: ChildProcess[] = [];
  const stop = async () => {
    for (const child of started.reverse()) child.kill();
  };
  try {
    const display = await startScreen(started);
    const port = await freePort();
    const driver = await startDriver(started, display, port);
    return {
      name: 'webkit',
      async open(address) {
        const handles = await driver.getAllWindowHandles();
        const first = handles[0];
        if (first === undefined) throw new Error('WebKit has no window.');
        await driver.switchTo().window(first);
        await driver.switchTo().newWindow('window');
        const tab = new WebKitTab(driver, await driver.getWindowHandle());
        await tab.go(address);
        return tab;
      },
      async close() {
        await driver.quit().catch(() => {});
        await stop();
      },
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** Where Debian keeps what drives WebKitGTK: `…/webkit2gtk-4.1/MiniBrowser`. */
function findMiniBrowser(): string {
  for (const folder of [
    '/usr/lib',
    '/usr/libexec',
    ...readdirSync('/usr/lib').map((name) => `/usr/lib/${name}`),
  ])
    for (const version of ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0']) {
      const path = `${folder}/${version}/MiniBrowser`;
      if (existsSync(path)) return path;
    }
  throw new Error('There is no MiniBrowser of WebKitGTK: install the package webkit2gtk-driver.');
}

/** The number of a screen of Xvfb's, which finds a free one. */
async function startScreen(started: ChildProcess[]): Promise<string> {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  started.push(screen);
  return new Promise((resolve, reject) => {
    screen.stdio[3]?.once('data', (number) => resolve(String(number).trim()));
    screen.once('error', reject);
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}: install the package xvfb.`)));
  });
}

async function startDriver(started: ChildProcess[], display: string, port: number): Promise<WebDriver> {
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    // Its own sandbox wants namespaces, which containers seldom give.
    env: {
      ...process.env,
      DISPLAY: `:${display}`,
      GDK_BACKEND: 'x11',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  started.push(driver);
  const failed = new Promise<never>((_, reject) => {
    driver.once('error', reject);
    driver.once('exit', (code) => reject(new Error(`WebKitWebDriver ended with ${code}.`)));
  });
  failed.catch(() => {});
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    const isUp = await Promise.race([
      fetch(`${url}/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
      failed,
    ]);
    if (isUp) break;
    await sleep(100);
  }
  const capabilities = {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
  };
  const session = await new Builder().usingServer(url).withCapabilities(capabilities).build();
  await session.manage().setTimeouts({ pageLoad: 30_000, script: 10_000 });
  return session;
}

/** A window of the driver's; it drives one at a time. */
class WebKitTab extends AnyTab {
  readonly #driver: WebDriver;
  readonly #handle: string;

  constructor(driver: WebDriver, handle: string) {
    super();
    this.#driver = driver;
    this.#handle = handle;
  }

  async evaluate<Value>(expression: string): Promise<Value> {
    await this.toFront();
    return answered(this.#driver.executeScript<Value>(`return ${expression}`));
  }

  protected async clickOn(element: string): Promise<void> {
    await this.toFront();
    const found = await this.#driver.executeScript<WebElement>(`return ${element}`);
    await found.click();
  }

  async chord(key: string): Promise<void> {
    await this.toFront();
    await this.#driver.actions().keyDown(Key.CONTROL).sendKeys(key).keyUp(Key.CONTROL).perform();
  }

  async go(address: string): Promise<void> {
    await this.toFront();
    await this.#driver.get(address);
  }

  async toFront(): Promise<void> {
    if ((await this.#driver.getWindowHandle().catch(() => '')) !== this.#handle)
      await this.#driver.switchTo().window(this.#handle);
  }

  protected async opening(act: () => Promise<void>): Promise<AnyTab> {
    const before = new Set(await this.#driver.getAllWindowHandles());
    await act();
    const opened = async () => (await this.#driver.getAllWindowHandles()).find((one) => !before.has(one));
    return new WebKitTab(this.#driver, await inTime(opened, 'A tab opens'));
  }

  async close(): Promise<void> {
    await this.toFront();
    await this.#driver.close();
  }

  complaints(): Promise<string[]> {
    return this.evaluate<string[]>(COMPLAINTS);
  }
}
