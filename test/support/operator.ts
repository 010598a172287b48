import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Role } from '../../core/contract/operators.ts';
import type { System } from '../../lab/system.ts';
import type { SystemOperator } from '../../lab/system-operators.ts';
import { barriersOn } from './barriers.ts';
import { PageTraffic } from './page-traffic.ts';
import { textOfTabs } from './tabs.ts';

const VIEWPORTS = { laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

export interface OperatorOptions {
  role: Role;
  device?: keyof typeof VIEWPORTS;
  /** How long they wait for something to show. */
  patienceMs: number;
}

/** An operator with a browser of their own. Remembers everything that the api has sent to it. */
export class Operator {
  readonly system: System;
  readonly who: SystemOperator;
  readonly context: BrowserContext;
  readonly traffic = new PageTraffic();

  private constructor(system: System, who: SystemOperator, context: BrowserContext) {
    this.system = system;
    this.who = who;
    this.context = context;
  }

  static async with(
    browser: Browser,
    system: System,
    { role, device = 'laptop', patienceMs }: OperatorOptions,
  ): Promise<Operator> {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: VIEWPORTS[device],
      hasTouch: device === 'phone',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patienceMs);
    const operator = new Operator(system, system.console.operators[role], context);
    // Also those that the console opens.
    context.on('page', (page) => operator.traffic.remember(page));
    return operator;
  }

  /** Signs in with name and password in a tab, and sees the handshakes. */
  async signIn(): Promise<ConsoleTab> {
    const tab = await this.open();
    await tab.sees('Sign in');
    await tab.signIn(this.who);
    await tab.sees('Handshakes');
    return tab;
  }

  /** Opens the console in a new tab; `hash` is a place in it, `#/…`, the handshakes if none is said. */
  async open(hash = '#/handshakes'): Promise<ConsoleTab> {
    const page = await this.context.newPage();
    await page.goto(`${this.system.console.url}${hash}`);
    return new ConsoleTab(page);
  }

  received(): Promise<string> {
    return this.traffic.received();
  }

  /** What their tabs show now. */
  shown(): Promise<string> {
    return textOfTabs(this.context);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

/** One tab with the console. */
export class ConsoleTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async signIn({ name, password }: SystemOperator): Promise<void> {
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.click('Sign in');
  }

  /** Waits until the view with this heading is there. */
  async sees(heading: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  /** Waits until the text is somewhere in the view. */
  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByRole('main').getByText(text).first().waitFor();
  }

  /** A customer's handshakes in a part of the list: `Needs attention`, `Under way`, `Ended`. */
  row(part: string, customer: string): Locator {
    return this.page
      .getByRole('region', { name: part })
      .getByRole('row')
      .filter({ has: this.page.getByRole('link', { name: customer, exact: true }) });
  }

  /** Opens a customer's handshake from a part of the list. */
  async pick(part: string, customer: string): Promise<void> {
    const link = this.page
      .getByRole('region', { name: part })
      .getByRole('link', { name: customer, exact: true });
    await link.click();
    await this.sees(customer);
  }

  /** The id of the handshake that the address names. */
  get handshake(): string {
    const id = /#\/handshakes\/([\w-]+)/.exec(this.page.url())?.[1];
    if (id === undefined) throw new Error(`No handshake is open: ${this.page.url()}`);
    return id;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  async click(name: string): Promise<void> {
    await this.button(name).click();
  }

  async follow(name: string): Promise<void> {
    await this.link(name).click();
  }

  /** Waits until the terminal, live or recorded, shows the text. */
  async terminalShows(text: string): Promise<void> {
    await this.page
      .getByRole('region', { name: /^Terminal, / })
      .filter({ hasText: text })
      .waitFor();
  }

  /** What the api answers to this tab: status and body. `post` sends the session's token against forgery. */
  ask(path: string, { post = false }: { post?: boolean } = {}): Promise<{ status: number; text: string }> {
    const asking = `async ([path, post]) => {
      const { csrf } = await (await fetch('/api/v1/operator')).json();
      const headers = { 'content-type': 'application/json', 'x-keyferry-csrf': csrf };
      const answer = await fetch(path, post ? { method: 'POST', headers, body: '{}' } : {});
      return { status: answer.status, text: await answer.text() };
    }`;
    return this.page.evaluate(`(${asking})(${JSON.stringify([path, post])})`);
  }

  barriers(): Promise<string[]> {
    return barriersOn(this.page);
  }
}
