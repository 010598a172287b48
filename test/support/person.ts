import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { type CustomerState, customerStateSchema } from '../../core/contract/http-api.ts';
import { followLink } from '../../lab/dashboard.ts';
import type { System } from '../../lab/system.ts';
import { english } from '../../web/messages/english.ts';
import { barriersOn } from './barriers.ts';
import { PageTraffic } from './page-traffic.ts';
import { textOfTabs } from './tabs.ts';

/** A customer with a browser of their own. Remembers everything that the api has sent to it. */
export class Person {
  readonly customer: string;
  readonly system: System;
  readonly context: BrowserContext;
  readonly #traffic = new PageTraffic();

  private constructor(system: System, customer: string, context: BrowserContext) {
    this.system = system;
    this.customer = customer;
    this.context = context;
  }

  /** `patienceMs`: how long they wait for something to show. */
  static async with(browser: Browser, system: System, customer: string, patienceMs: number): Promise<Person> {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: { width: 390, height: 844 },
      // Motion is painted by the processor here, and takes it from the system under test.
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patienceMs);
    return new Person(system, customer, context);
  }

  get box() {
    return this.system.box(this.customer);
  }

  /** Comes from the platform's dashboard: by a click that leads to a fresh connect link. */
  async arrive(returnUrl?: string): Promise<Tab> {
    return this.follow(await this.system.connectLink(this.customer, returnUrl));
  }

  /** Comes to an address by a click on another page, in a new tab. */
  async follow(address: string): Promise<Tab> {
    const page = await this.#newPage();
    await followLink(page, address);
    return new Tab(page, this);
  }

  /** Opens an address in a new tab. */
  async open(address: string = this.system.url(this.customer)): Promise<Tab> {
    const page = await this.#newPage();
    await page.goto(address);
    return new Tab(page, this);
  }

  async #newPage(): Promise<Page> {
    const page = await this.context.newPage();
    this.#traffic.remember(page);
    return page;
  }

  /** Everything that came to this browser from the api: headers, bodies, and messages of WebSockets. */
  received(): Promise<string> {
    return this.#traffic.received();
  }

  /** How often the page has sent something: `sent('handshake/code')`. */
  sent(path: string): number {
    return this.#traffic.sent(`/api/v1/${path}`);
  }

  /** What their tabs show now. */
  shown(): Promise<string> {
    return textOfTabs(this.context);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

/** One tab with the customer's page. */
export class Tab {
  readonly page: Page;
  readonly #person: Person;

  constructor(page: Page, person: Person) {
    this.page = page;
    this.#person = person;
  }

  /** Waits until the screen with this heading is there. */
  async sees(heading: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  }

  /** Waits until the text is somewhere on the screen. */
  async reads(text: string): Promise<void> {
    await this.page.getByRole('main').getByText(text).first().waitFor();
  }

  /** Waits until this step of the progress is the current one. */
  async seesStep(step: 'exchanging' | 'installing' | 'proving'): Promise<void> {
    await this.page
      .locator('[aria-current=step]')
      .getByText(english(`progress.steps.${step}`))
      .waitFor();
  }

  /** The link on the consent screen, which is there once the box has shown one. */
  get connectLink(): Locator {
    return this.page.getByRole('link', { name: english('consent.connect') });
  }

  /** Consents once the link is there: the sign-in opens in a new tab. */
  async connect(): Promise<SignInTab> {
    await this.sees(english('consent.heading'));
    return this.#signIn(this.connectLink);
  }

  /** Consents before the link is there. */
  async consent(): Promise<void> {
    await this.page.getByRole('button', { name: english('consent.connect') }).click();
  }

  /** Opens the sign-in that is ready, or has to be opened anew. */
  async openSignIn(): Promise<SignInTab> {
    return this.#signIn(this.page.getByRole('link', { name: english('open.button') }));
  }

  get codeField(): Locator {
    return this.page.getByLabel(english('paste.label'));
  }

  /** Pastes into the field, over what is there: from the clipboard, or `text` that was copied elsewhere. */
  async paste(text?: string): Promise<void> {
    await this.page.bringToFront();
    if (text !== undefined)
      await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await this.codeField.focus();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  /** Presses Tab until the focus is on the link or button with this name. */
  async focusByTab(name: string): Promise<void> {
    for (let presses = 0; presses < 20; presses += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.page.locator(':focus').textContent();
      if (focused?.includes(name)) return;
    }
    throw new Error(`Tab does not lead to ${name}.`);
  }

  async click(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** What the api says now, asked by this tab. */
  async truth(): Promise<CustomerState> {
    return customerStateSchema.parse(
      await this.page.evaluate(`fetch('/api/v1/handshake').then((answer) => answer.json())`),
    );
  }

  /** What axe finds on the screen, a line each. */
  barriers(): Promise<string[]> {
    return barriersOn(this.page);
  }

  async #signIn(link: Locator): Promise<SignInTab> {
    const [page] = await Promise.all([this.#person.context.waitForEvent('page'), link.click()]);
    return new SignInTab(page);
  }
}

/** The tab at the stand-in for Anthropic. */
export class SignInTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Approves and copies the code with the page's button; the tab is closed then. Returns what was copied. */
  async copyCode(): Promise<string> {
    await this.page.getByRole('button', { name: 'Approve' }).click();
    await this.page.getByRole('button', { name: 'Copy code' }).click();
    await this.page.getByText('Copied.').waitFor();
    const code = await this.page.evaluate<string>('navigator.clipboard.readText()');
    await this.page.close();
    return code;
  }
}
