import { setTimeout as sleep } from 'node:timers/promises';

/** A browser of any maker, as far as the customer's path needs one. Every customer has an address of their own. */
export interface AnyBrowser {
  readonly name: string;
  /** Opens an address in a new tab. */
  open(address: string): Promise<AnyTab>;
  close(): Promise<void>;
}

/** Milliseconds that a person waits for something to show. */
const PATIENCE_MS = 20_000;

/** What `look` finds within a person's patience. Throws when that is nothing: `what` did not happen. */
export async function inTime<Found>(look: () => Promise<Found | undefined>, what: string): Promise<Found> {
  for (const patience = Date.now() + PATIENCE_MS; Date.now() < patience; await sleep(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Never: ${what}`);
}

/** An answer of the browser's, within some seconds. */
export function answered<Value>(answer: Promise<Value>): Promise<Value> {
  const late = sleep(5_000).then(() => Promise.reject(new Error('The browser did not answer.')));
  late.catch(() => {});
  return Promise.race([answer, late]);
}

/** Where a link, a button or a summary with this text is; the innermost, and only one that is seen. */
const named = (name: string) =>
  `[...document.querySelectorAll('a, button, summary')].find((one) => {
    const text = one.textContent.replace(/ \\(.*\\)$/, '').trim();
    return text === ${JSON.stringify(name)} && one.getClientRects().length > 0;
  })`;

/** One tab. What is looked for is waited for. */
export abstract class AnyTab {
  /** What an expression gives in the page; it must fit into JSON. */
  abstract evaluate<Value>(expression: string): Promise<Value>;
  /** Clicks on what an expression gives, as a person does. */
  protected abstract clickOn(element: string): Promise<void>;
  /** Presses Control and a key. */
  abstract chord(key: string): Promise<void>;
  abstract go(address: string): Promise<void>;
  abstract toFront(): Promise<void>;
  /** The tab that opens by this. */
  protected abstract opening(act: () => Promise<void>): Promise<AnyTab>;
  abstract close(): Promise<void>;
  /** What the console had to complain of, and what nobody caught. */
  abstract complaints(): Promise<string[]>;

  /** Presses Back, and waits until another page is there. */
  async back(): Promise<void> {
    const before = await this.evaluate<string>('location.href');
    // Some time after the driver has its answer: WebKit gives none any more once another process has the page.
    await this.evaluate('void setTimeout(() => history.back(), 200)');
    await sleep(400);
    await this.until(`location.href !== ${JSON.stringify(before)} && document.readyState === 'complete'`);
  }

  sees(heading: string): Promise<void> {
    return this.until(`document.querySelector('h1')?.textContent.trim() === ${JSON.stringify(heading)}`);
  }

  reads(text: string): Promise<void> {
    return this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  async click(name: string): Promise<void> {
    await this.until(`${named(name)} !== undefined`);
    await this.clickOn(named(name));
  }

  async clickForTab(name: string): Promise<AnyTab> {
    await this.until(`${named(name)} !== undefined`);
    return this.opening(() => this.clickOn(named(name)));
  }

  /** Clicks into a field and pastes over what is there. */
  async pasteInto(field: string): Promise<void> {
    await this.toFront();
    await this.until(`document.querySelector(${JSON.stringify(field)}) !== null`);
    await this.clickOn(`document.querySelector(${JSON.stringify(field)})`);
    await this.chord('a');
    await this.chord('v');
  }

  /** Waits until an expression is true in the page. Throws with what the page shows. */
  async until(expression: string): Promise<void> {
    const patience = Date.now() + PATIENCE_MS;
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`).catch(() => false))) {
      if (Date.now() > patience) {
        const shown = await this.evaluate<string>('location.href + "\\n" + document.body.innerText').catch(
          String,
        );
        throw new Error(`Never true: ${expression}\nThe page shows:\n${shown}`);
      }
      await sleep(100);
    }
  }
}
