import { beforeAll, describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { GUIDES } from '../../../core/contract/provider-guides.ts';
import { NAMES } from '../../../core/contract/provider-names.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import { practiceLink, practiceSnapshot } from '../../../scripts/screenshots/fixtures.ts';
import { OFFERS, OPENAI_CONNECTION, OPENAI_KEY, withKey } from '../../../scripts/screenshots/key-fixtures.ts';
import { hintOf, look, lookAtName } from '../../../web/keys/look.ts';
import { lookEndpoint } from '../../../web/keys/look-endpoint.ts';
import { lookAtModel } from '../../../web/keys/manage/typed-model.ts';
import type { Event } from '../../../web/model/state.ts';
import { type Drawn, drawnPage, type Given } from '../../support/drawn.ts';
import { FIRST, MANAGED, SECOND, STATES, truth, USAGE } from './every-state.ts';
import { NOW, nothingYet, OFFERED, stateAfter, went } from './page-states.ts';
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
  ...['gemma4:latest', 'openai/gpt-oss-120b', 'our-models'],
  // Providers, but for the one that is "another".
  ...Object.entries(NAMES).flatMap(([provider, { name }]) => (provider === 'custom' ? [] : [name])),
  'Claude',
  // Codes, the ends and beginnings of keys.
  ...ERROR_CODES.filter((code) => code.includes('_')),
  ...['of_a_newer_version', '3EEPQKDV', 'x7Qa', 'a1a1', 'xxxx', 'p3rS', 'k9Lm', 'Zq_A'],
  ...Object.values(NAMES).flatMap((row) => ('starts' in row ? row.starts : [])),
  ...[practiceSnapshot('failed'), withKey('failed')].map(({ handshake }) => supportCode(handshake) ?? ''),
  // By whose days something is counted.
  'UTC',
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

const given: Given = { begins: (initial) => initial, shown: undefined };
let drawn: Drawn;

beforeAll(async () => {
  drawn = await drawnPage(given, NOW);
  speakPseudo();
});

/** The same, before a click and after it: where a part begins with "no", it then begins with "yes". */
function beforeAndAfter(draw: () => string[]): string[] {
  return [false, true].flatMap((clicked) => {
    given.begins = (initial) => (initial === false ? clicked : initial);
    return draw();
  });
}

const screens = new Set<string>();
function pageOf(events: Event[], later?: number): string[] {
  const { view, html } = drawn.page(stateAfter(events, later === undefined ? {} : { later }));
  screens.add(view.screen.name);
  return [...textsOf(html), view.title];
}

describe('in a language that is made of messages alone, no word comes from elsewhere', () => {
  test('on any screen', () => {
    const found = STATES.flatMap(([name, events, later]) =>
      bareIn(beforeAndAfter(() => pageOf(events, later))).map((text) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
    // And "connections" and "usage", below.
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
      given.shown = now;
      return bareIn(beforeAndAfter(() => pageOf(events)));
    });
    expect(found).toEqual([]);
  });

  test('where it stands what was used', () => {
    const events = [OFFERED, nothingYet, went({ at: 'usage' })];
    const found = USAGE.flatMap((used) => {
      given.used = used;
      return bareIn(beforeAndAfter(() => pageOf(events)));
    });
    expect(found).toEqual([]);
  });

  test.each(['yes', 'no'])('at either end of a hand-over, a link that was copied: %s', (copied) => {
    given.begins = (initial) => initial ?? copied;
    const all = [
      ...FIRST.map((shows) => drawn.first(shows)),
      ...SECOND.map((shows) => drawn.second(shows)),
      drawn.noTab(practiceLink()),
    ];
    expect(all.flatMap((html) => bareIn(textsOf(html)))).toEqual([]);
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
    const { h } = drawn;
    const one = drawn.html(
      h(
        (() =>
          h('p' as never, {
            title: 'Over',
            children: ['bare & plain ', h('b' as never, { children: 'alice' })],
          })) as never,
        {},
      ),
    );
    expect(bareIn(textsOf(one))).toEqual(['bare & plain ', 'Over']);
  });
});
