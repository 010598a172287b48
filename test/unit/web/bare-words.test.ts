import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ComponentType, VNode } from 'preact';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { GUIDES } from '../../../core/contract/provider-guides.ts';
import { NAMES } from '../../../core/contract/provider-names.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import { practiceLink, practiceSnapshot } from '../../../scripts/screenshots/fixtures.ts';
import { OFFERS, OPENAI_CONNECTION, OPENAI_KEY, withKey } from '../../../scripts/screenshots/key-fixtures.ts';
import { hintOf, look, lookAtName } from '../../../web/keys/look.ts';
import { lookEndpoint } from '../../../web/keys/look-endpoint.ts';
import type { Shown } from '../../../web/keys/manage/desk.ts';
import { lookAtModel } from '../../../web/keys/manage/typed-model.ts';
import type { Event } from '../../../web/model/state.ts';
import { view } from '../../../web/model/view.ts';
import { FIRST, MANAGED, SECOND, STATES, truth } from './every-state.ts';
import { NOW, OFFERED, stateAfter, went } from './page-states.ts';
import { speakPseudo } from './pseudo-language.ts';

/** What is said as it is, in every language. */
const AS_IT_IS: readonly string[] = [
  // Customers and machines, and what they call things.
  ...['alice', 'bob', 'Example Hosting', 'work', 'personal', 'default', 'second'],
  // Hosts and addresses.
  ...['alice.keyferry.example', 'dash.example.com', 'd.example', 'http://192.168.1.20:11434'],
  ...Object.values(NAMES).map(({ revokeAt }) => revokeAt.replace('https://', '')),
  ...Object.values(GUIDES).map(({ keysAt }) => new URL(keysAt).host),
  'platform.claude.com/settings/keys',
  'https://alice.keyferry.example/continue/practice',
  practiceLink(),
  // Models.
  ...['Claude Opus 5.5', 'claude-opus-5-5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-6-astra'],
  ...['gemma4:latest', 'openai/gpt-oss-120b'],
  // Providers, but for the one that is "another".
  ...Object.entries(NAMES).flatMap(([provider, { name }]) => (provider === 'custom' ? [] : [name])),
  'Claude',
  // Codes, the ends and beginnings of keys.
  ...ERROR_CODES.filter((code) => code.includes('_')),
  ...['of_a_newer_version', '3EEPQKDV', 'x7Qa', 'a1a1', 'xxxx', 'p3rS', 'k9Lm', 'Zq_A'],
  ...Object.values(NAMES).flatMap((row) => ('starts' in row ? row.starts : [])),
  ...[practiceSnapshot('failed'), withKey('failed')].map(({ handshake }) => supportCode(handshake) ?? ''),
  // The words of a hand-over.
  ...['PIANO', 'TANGO', 'ZEBRA', 'KIWI'],
];
/** What is drawn: letters in place of a provider's sign, and its own pages, which have its own words. */
const DRAWN = /<svg class="guide".*?<\/svg>|<span class="letters".*?<\/span>/gs;

const bySize = [...AS_IT_IS].sort((one, other) => other.length - one.length);
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const KNOWN = new RegExp(`(?<![A-Za-z])(?:${bySize.map(escaped).join('|')})(?![A-Za-z])`, 'g');

/** Every text of a page that somebody sees or hears. */
function textsOf(html: string): string[] {
  const left = html.replaceAll(DRAWN, '');
  const within = [...left.matchAll(/>([^<]+)</g)].map(([, text]) => text ?? '');
  const named = [...left.matchAll(/ (?:aria-label|title|alt|placeholder|aria-description)="([^"]*)"/g)];
  return [...within, ...named.map(([, text]) => text ?? '')].map((text) =>
    text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&lt;', '<'),
  );
}

const bareIn = (texts: readonly string[]) =>
  texts.filter((text) => /[A-Za-z]/.test(text.replaceAll(KNOWN, '')));

/** What a hook begins with in place of what the page begins with: what is behind a click is seen, too. */
let begins: (initial: unknown) => unknown = (initial) => initial;
let shown: Shown | undefined;

type Parts<Props> = ComponentType<Props>;
type AnyProps = Record<string, unknown>;
let html: (node: VNode) => string;
let h: (component: Parts<never>, props: AnyProps) => VNode;
let Page: Parts<never>;
let NoTab: Parts<never>;
let First: Parts<never>;
let Second: Parts<never>;
let places: Parameters<typeof view>[1] & AnyProps;

// The components are read by the compiler of web alone: here they come by a path that this one does not follow.
const web = (path: string): Promise<AnyProps> => import(`../../../web/${path}`);

beforeAll(async () => {
  Object.assign(globalThis, {
    document: { activeElement: null, body: null, documentElement: { dataset: {} } },
    location: new URL('https://alice.keyferry.example/'),
    CSS: { supports: () => true },
  });
  Object.defineProperty(navigator, 'clipboard', { value: { readText: () => '' }, configurable: true });
  const hooks = await import('preact/hooks');
  jest.unstable_mockModule('preact/hooks', () => ({
    ...hooks,
    useState: (initial: unknown) => hooks.useState(typeof initial === 'function' ? initial : begins(initial)),
  }));
  jest.unstable_mockModule('../../../web/keys/rules.ts', () => ({ addRules: () => undefined }));
  jest.unstable_mockModule('../../../web/keys/manage/desk.ts', () => ({
    Desk: class {
      get shown() {
        return shown;
      }
    },
  }));
  ({ renderToString: html } = await import('preact-render-to-string'));
  ({ h } = (await import('preact')) as unknown as { h: typeof h });
  ({ Page } = (await web('page.tsx')) as { Page: typeof Page });
  ({ NoTab } = (await web('parts/no-tab.tsx')) as { NoTab: typeof NoTab });
  ({ First } = (await web('hand-over/first.tsx')) as { First: typeof First });
  ({ Second } = (await web('hand-over/second.tsx')) as { Second: typeof Second });
  places = (await web('keys/keys.tsx')) as typeof places;
  speakPseudo();
});

/** The same, before a click and after it: where a part begins with "no", it then begins with "yes". */
function beforeAndAfter(draw: () => string[]): string[] {
  return [false, true].flatMap((clicked) => {
    begins = (initial) => (initial === false ? clicked : initial);
    return draw();
  });
}

const screens = new Set<string>();
function pageOf(events: Event[], later?: number): string[] {
  const state = stateAfter(events, later === undefined ? {} : { later });
  const seen = view(state, places);
  screens.add(seen.screen.name);
  const visit = { state, places, unsentCode: '', now: NOW, takeMove: () => false };
  return [...textsOf(html(h(Page, { view: seen, visit, handOver: () => undefined }))), seen.title];
}

describe('in a language that is made of messages alone, no word comes from elsewhere', () => {
  test('on any screen', () => {
    const found = STATES.flatMap(([name, events, later]) =>
      bareIn(beforeAndAfter(() => pageOf(events, later))).map((text) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
    // And "connections", below.
    expect([...screens].sort()).toEqual([
      'choices',
      'connected',
      'consent',
      'key',
      'loading',
      'open',
      'paste',
      'preparing',
      'progress',
      'trouble',
    ]);
  });

  test('where connections are managed', () => {
    const events = [OFFERED, truth(OPENAI_CONNECTION), went({ at: 'connections' })];
    const found = MANAGED.flatMap((now) => {
      shown = now;
      return bareIn(beforeAndAfter(() => pageOf(events)));
    });
    expect(found).toEqual([]);
  });

  test.each(['yes', 'no'])('at either end of a hand-over, a link that was copied: %s', (copied) => {
    begins = (initial) => initial ?? copied;
    const end = {};
    const back = () => undefined;
    const drawn = [
      ...FIRST.map((shows) => h(First, { shows, end, back })),
      ...SECOND.map((shows) => h(Second, { shows, end })),
      h(NoTab, { href: practiceLink() }),
    ];
    expect(drawn.flatMap((node) => bareIn(textsOf(html(node))))).toEqual([]);
  });

  test('of what is typed', () => {
    const typed = [
      '',
      ' ',
      'x',
      OPENAI_KEY,
      `sk-or-v1-${'a1'.repeat(32)}`,
      'sk-ant-oat01-x',
      'x'.repeat(300),
    ];
    const addresses = [...typed, 'http://d.example/v1', 'https://d.example/?key=x', 'https://a:b@d.example'];
    const models = [
      ...typed,
      'gemma4:latest',
      'a,b',
      Array.from({ length: 99 }, (_, at) => `m${at}`).join(' '),
    ];
    const said = [
      ...Object.keys(NAMES).flatMap((provider) => [
        hintOf(provider),
        ...typed.map((text) => look(text, provider, OFFERS)),
      ]),
      ...typed.map((text) => lookAtName(text).error),
      ...addresses.map((address) => lookEndpoint({ address, api: 'ollama', models: '' }).address),
      ...models.map((all) => lookEndpoint({ address: '', api: 'ollama', models: all }).models),
      ...models.map((model) => lookAtModel(model, { provider: 'openai' }).error),
    ].flatMap((one) => (typeof one === 'object' ? [one.text, one.instead?.label] : [one]));
    expect(bareIn(said.filter((text) => text !== undefined))).toEqual([]);
  });

  test('a bare one would be found, in a text and in a label', () => {
    const drawn = html(
      h(
        (() =>
          h('p' as never, {
            title: 'Over',
            children: ['bare & plain ', h('b' as never, { children: 'alice' })],
          })) as never,
        {},
      ),
    );
    expect(bareIn(textsOf(drawn))).toEqual(['bare & plain ', 'Over']);
  });
});
