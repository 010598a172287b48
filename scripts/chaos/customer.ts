import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';
import type { Store } from '../../web/client/memory.ts';
import type { Action, PageScreen } from '../../web/model/page-screen.ts';
import { Diary } from './diary.ts';
import type { Return } from './plan.ts';
import { Tab, tabStore } from './tab.ts';

/** Milliseconds after which a customer does what the page asks for, and after which they do the same once more. */
const PACE_MS = { first: 20, again: 1_000 };
/** Presses of "try again" and the like, and codes sent once more, after which a customer gives up. */
const MOST_TRIES = 12;
/** Connect links that a customer asks the dashboard for, a second apart, until one opens. */
const MOST_LINKS = 60;

/** A customer who does what the page says, and only that, until it says that Claude is connected. */
export class ChaosCustomer {
  readonly name: string;
  readonly diary = new Diary();
  /** Resolves with the last snapshot of a handshake that connected them; never when they give up. */
  readonly connected: Promise<Snapshot>;
  readonly #system: System;
  readonly #visitors: HeadlessCustomer[] = [];
  readonly #listeners = new Set<() => void>();
  #connect: (snapshot: Snapshot) => void = () => undefined;
  #tab: Tab | undefined;
  #memory: Store = tabStore();
  #timer: NodeJS.Timeout | undefined;
  #mayPaste = false;
  #tries = 0;
  #left = false;
  /** The handshake that they came upon, over already; null when there was none. */
  #earlier: string | null | undefined;

  constructor(system: System, name: string) {
    this.#system = system;
    this.name = name;
    this.connected = new Promise((resolve) => {
      this.#connect = resolve;
    });
  }

  /** The last that the page has been told; undefined before anything of this trial was. */
  get snapshot(): Snapshot | undefined {
    const snapshot = this.#tab?.snapshot;
    return snapshot && snapshot.handshake !== this.#earlier ? snapshot : undefined;
  }

  get screen(): PageScreen['name'] | undefined {
    return this.#tab?.screen.name;
  }

  /** All that the api has sent to their browsers. */
  get seen(): string {
    return this.#visitors.map(({ seen }) => seen).join('\n');
  }

  /** Comes by a connect link of the dashboard's. */
  async arrive(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#visitors.push(await HeadlessCustomer.open(await this.#system.connectLink(this.name)));
        break;
      } catch (thrown) {
        if (tries === MOST_LINKS || this.#left) throw thrown;
        await sleep(PACE_MS.again);
      }
    }
    this.#memory = tabStore();
    this.#open();
  }

  closeBrowser(): void {
    this.diary.note('closes the browser');
    clearTimeout(this.#timer);
    this.#tab?.close();
    this.#tab = undefined;
  }

  async comeBack(by: Return): Promise<void> {
    this.diary.note(`comes back: ${by}`);
    if (by === 'dashboard') return this.arrive();
    if (by === 'new tab') this.#memory = tabStore();
    this.#open();
  }

  /** From now on a code that was copied is pasted. */
  allowPaste(): void {
    this.#mayPaste = true;
    this.#later(PACE_MS.first);
  }

  /** Resolves when `there` is true, which is looked at on every change of the page; false when that takes too long. */
  until(there: () => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (is: boolean) => {
        clearTimeout(late);
        this.#listeners.delete(look);
        resolve(is);
      };
      const look = () => {
        if (there()) end(true);
      };
      const late = setTimeout(() => end(false), withinMs);
      this.#listeners.add(look);
      look();
    });
  }

  leave(): void {
    this.#left = true;
    clearTimeout(this.#timer);
    this.#tab?.close();
  }

  #open(): void {
    const visitor = this.#visitors.at(-1);
    if (!visitor || this.#left) return;
    this.#tab?.close();
    this.#tab = new Tab(visitor, this.#memory, () => this.#changed());
  }

  #changed(): void {
    const tab = this.#tab;
    if (!tab) return;
    if (this.#earlier === undefined && tab.visit.state.truth) this.#earlier = endedIn(tab);
    this.diary.see(this.snapshot, tab.screen);
    this.#look();
    const link = this.snapshot?.link;
    const isAgain = tab.screen.name === 'trouble' || (link !== undefined && this.diary.hasSent(link));
    this.#later(isAgain ? PACE_MS.again : PACE_MS.first);
  }

  #look(): void {
    for (const look of this.#listeners) look();
  }

  /** Does what the page asks for, a moment after it has last changed. */
  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#left) this.#timer = setTimeout(() => this.#act(), ms);
  }

  #act(): void {
    const tab = this.#tab;
    if (!tab) return;
    const { screen, visit } = tab;
    switch (screen.name) {
      case 'consent':
      case 'open':
        if (screen.primary?.does === 'open') this.#signIn(screen.primary);
        else visit.connect();
        break;
      case 'paste':
        this.#paste(tab, screen.error !== undefined, screen.quiet);
        break;
      case 'connected':
        if (this.snapshot?.phase === 'connected') this.#connect(this.snapshot);
        else visit.startAnew();
        break;
      case 'trouble':
        this.#goOn(tab, screen.primary ?? screen.quiet[0]);
        break;
      default:
    }
  }

  /** Opens the link and copies a code there, unless one for this link is at hand that was not pasted yet. */
  #signIn(action: Action | undefined): void {
    const link = this.snapshot?.link;
    if (action?.does !== 'open' || link === undefined) return;
    this.#tab?.visit.opened();
    if (this.diary.unsent(link)) return;
    this.diary.signedIn(link, this.#system.anthropic.signIn(action.href));
    this.#look();
    this.#later(PACE_MS.first);
  }

  #paste({ visit, snapshot }: Tab, isRefused: boolean, quiet: readonly Action[]): void {
    const link = snapshot?.link ?? '';
    const code = this.diary.unsent(link) ?? this.diary.newest(link);
    const isBad = isRefused && snapshot?.rejected !== undefined && code?.sent !== 0;
    if (!code || isBad) {
      this.#signIn(quiet.find(({ does }) => does === 'open'));
      return;
    }
    if (!this.#mayPaste || (code.sent > 0 && !this.#mayTry('sends the code once more'))) return;
    code.sent += 1;
    this.diary.note(`pastes code ${this.diary.codes.indexOf(code) + 1}`);
    visit.submit(code.text);
  }

  #goOn({ visit, snapshot }: Tab, action: Action | undefined): void {
    if (visit.state.barred !== undefined) {
      if (this.#mayTry(`is sent back to the dashboard: ${visit.state.barred}`))
        this.arrive().catch((thrown) => this.diary.note(`cannot come back: ${thrown}`));
      return;
    }
    const isNew = snapshot?.handshake !== this.#earlier;
    if (isNew && !this.#mayTry(`presses ${action?.label ?? 'nothing'}`)) return;
    if (action?.does === 'startAnew') {
      if (isNew && snapshot) this.diary.ended(snapshot);
      visit.startAnew();
    } else if (action?.does === 'retryStart') visit.retryStart();
    else if (action?.does === 'retryVisit') visit.retryVisit();
  }

  #mayTry(what: string): boolean {
    this.#tries += 1;
    if (this.#tries <= MOST_TRIES) this.diary.tried(what);
    else if (this.#tries === MOST_TRIES + 1) this.diary.note('gives up');
    return this.#tries <= MOST_TRIES;
  }
}

function endedIn({ snapshot }: Tab): string | null {
  return snapshot && isFinal(snapshot.phase) ? snapshot.handshake : null;
}
