import { jest } from '@jest/globals';
import type { ComponentType, VNode } from 'preact';
import type { FirstShows } from '../../web/hand-over/first-end.ts';
import type { SecondShows } from '../../web/hand-over/second-end.ts';
import type { Shown } from '../../web/keys/manage/desk.ts';
import type { UsageShown } from '../../web/keys/usage/usage-look.ts';
import type { State } from '../../web/model/state.ts';
import { type View, view } from '../../web/model/view.ts';

type AnyProps = Record<string, unknown>;
type Parts = ComponentType<never>;

/** The customer's page as HTML, drawn without a browser, in the language that is spoken at that moment. */
export interface Drawn {
  html(node: VNode): string;
  h(component: Parts, props: AnyProps): VNode;
  page(state: State): { view: View; html: string };
  first(shows: FirstShows): string;
  second(shows: SecondShows): string;
  noTab(href: string): string;
}

/** What it goes by and may be changed between two drawings. */
export interface Given {
  /** What a hook begins with in place of what the page begins with: what is behind a click is seen, too. */
  begins: (initial: unknown) => unknown;
  /** What is shown where connections are managed. */
  shown: Shown | undefined;
  /** What is shown of usage. */
  used?: UsageShown;
}

// The components are read by the compiler of web alone: here they come by a path that this one does not follow.
const web = (path: string): Promise<AnyProps> => import(`../../web/${path}`);

/** Makes the page's components draw here; `now`: milliseconds since the epoch. Once in a test file. */
export async function drawnPage(given: Given, now: number): Promise<Drawn> {
  Object.assign(globalThis, {
    document: {
      activeElement: null,
      body: null,
      documentElement: { dataset: {} },
      querySelector: () => null,
    },
    location: new URL('https://alice.keyferry.example/'),
    CSS: { supports: () => true },
  });
  Object.defineProperty(navigator, 'clipboard', { value: { readText: () => '' }, configurable: true });
  const hooks = await import('preact/hooks');
  jest.unstable_mockModule('preact/hooks', () => ({
    ...hooks,
    useState: (initial: unknown) =>
      hooks.useState(typeof initial === 'function' ? initial : given.begins(initial)),
  }));
  jest.unstable_mockModule('../../web/keys/rules.ts', () => ({ addRules: () => undefined }));
  jest.unstable_mockModule('../../web/keys/manage/desk.ts', () => ({
    Desk: class {
      get shown() {
        return given.shown;
      }
    },
  }));
  jest.unstable_mockModule('../../web/keys/usage/usage-look.ts', () => ({
    UsageLook: class {
      get shown() {
        return given.used ?? {};
      }
    },
  }));
  const { renderToString: html } = await import('preact-render-to-string');
  const { h } = (await import('preact')) as unknown as Pick<Drawn, 'h'>;
  const [{ Page }, { NoTab }, { First }, { Second }] = (await Promise.all([
    web('page.tsx'),
    web('parts/no-tab.tsx'),
    web('hand-over/first.tsx'),
    web('hand-over/second.tsx'),
  ])) as [{ Page: Parts }, { NoTab: Parts }, { First: Parts }, { Second: Parts }];
  const places = (await web('keys/keys.tsx')) as unknown as NonNullable<Parameters<typeof view>[1]>;
  const end = {};
  const back = () => undefined;
  return {
    html,
    h,
    page(state) {
      const seen = view(state, places);
      const visit = { state, places, unsentCode: '', now, takeMove: () => false };
      return { view: seen, html: html(h(Page, { view: seen, visit, handOver: back })) };
    },
    first: (shows) => html(h(First, { shows, end, back })),
    second: (shows) => html(h(Second, { shows, end })),
    noTab: (href) => html(h(NoTab, { href })),
  };
}
