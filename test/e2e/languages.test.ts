import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { LANGUAGE_TAGS } from '../../core/contract/languages.ts';
import { openBrowser } from '../../lab/browser.ts';
import { CONNECTION, shownError } from '../../scripts/screenshots/fixtures.ts';
import { OPENAI_CONNECTION, WITH_OFFERS } from '../../scripts/screenshots/key-fixtures.ts';
import { USED } from '../../scripts/screenshots/usage-fixtures.ts';
import { say } from '../../web/messages/say.ts';
import type { Event } from '../../web/model/state.ts';
import { type Drawn, drawnPage, type Given } from '../support/drawn.ts';
import { openDrawn, SHOW, shownIn, speakAll } from '../support/drawn-browser.ts';
import { FIRST, MANAGED, SECOND, truth } from '../unit/web/every-state.ts';
import { NOW, nothingYet, OFFERED, says, stateAfter, went } from '../unit/web/page-states.ts';

/**
 * The page's main states in every language, light and dark, looked through with axe. They are drawn here and shown in one
 * browser, as nothing depends on who answers.
 */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

const opened: Event = { type: 'opened' };
const consented: Event = { type: 'consented' };
const waiting = [OFFERED, says('waiting')];
const dressed: Event = {
  type: 'session',
  session: {
    ...WITH_OFFERS,
    customer: 'a'.repeat(63),
    displayName: 'مساعد أليس 👩‍💻',
    standIn: 'http://127.0.0.1:9',
    returnUrl: 'https://dash.example.com/a',
    brand: {
      name: 'Example Hosting',
      supportUrl: 'https://dash.example.com/help',
      supportEmail: 'help@example.com',
    },
  },
};

/** By the names that a finding has. */
const SCREENS: readonly [name: string, events: Event[]][] = [
  ['consent', [dressed, nothingYet]],
  ['preparing', [OFFERED, nothingYet, consented, says('reaching', { notice: 'retrying' })]],
  ['open', [...waiting, consented]],
  ['paste', [...waiting, opened]],
  [
    'paste, a key in place of a code',
    [...waiting, opened, { type: 'refused', what: 'code', why: 'code_is_key', of: 'openai' }],
  ],
  ['progress', [OFFERED, says('installing')]],
  ['connected', [OFFERED, truth(CONNECTION, OPENAI_CONNECTION)]],
  ['failed', [dressed, says('failed', { error: shownError('box_unreachable') })]],
  ['cancelled', [...waiting, opened, says('cancelled')]],
  ['a link that is over', [dressed, { type: 'barred', why: 'link_used' }]],
  ['providers', [OFFERED, nothingYet, went({ at: 'providers' })]],
  ['a key', [OFFERED, nothingYet, went({ at: 'way', provider: 'openai', method: 'api-key' })]],
];

let browser: Browser;
let drawn: Drawn;
const given: Given = {
  begins: (initial) => initial,
  shown: MANAGED.find(({ groups = [] }) => groups.length > 1),
  used: { usage: USED },
};

beforeAll(async () => {
  [browser, drawn] = await Promise.all([openBrowser(), drawnPage(given, NOW)]);
});
afterAll(() => browser?.close());

/** Every main state in the language that is spoken. */
function drawings(): { name: string; html: string; title: string }[] {
  const pages = [
    ...SCREENS,
    ['connections', [OFFERED, truth(OPENAI_CONNECTION), went({ at: 'connections' })]] as const,
    ['usage', [OFFERED, truth(OPENAI_CONNECTION), went({ at: 'usage' })]] as const,
  ];
  const ends = [
    [
      'the first device: the code',
      drawn.first({ at: 'code', url: 'https://alice.keyferry.example/continue/x' }),
    ],
    ...[...FIRST.filter(({ at }) => at === 'word').slice(0, 1)].map((shows) => [
      'the first device: the word',
      drawn.first(shows),
    ]),
    ...[...SECOND.filter(({ at }) => at === 'question').slice(0, 1)].map((shows) => [
      'the second device',
      drawn.second(shows),
    ]),
  ] as [string, string][];
  return [
    ...pages.map(([name, events]) => {
      const { html, view } = drawn.page(stateAfter([...events]));
      return { name, html, title: view.title };
    }),
    ...ends.map(([name, html]) => ({ name, html, title: say('handOver.heading') })),
  ];
}

test('the page’s main states hinder nobody, in twelve languages, light and dark', async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openDrawn(page);
  await page.evaluate(AXE);
  const found: string[] = [];
  let looked = 0;
  for (const language of LANGUAGE_TAGS) {
    await speakAll(language);
    const all = drawings().map(({ name, ...drawing }) => ({ name, ...shownIn(language, drawing) }));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const [count, wrong] = (await page.evaluate(`(async (all) => {
        const wrong = [];
        for (const one of all) {
          (${SHOW})(one);
          const { violations, passes } = await axe.run(document, { resultTypes: ['violations'] });
          if (passes.length === 0) wrong.push(one.name + ': not looked at');
          for (const { id, nodes } of violations) wrong.push(one.name + ': ' + id + ' ' + nodes.map(({ html }) => html).join(' '));
        }
        return [all.length, wrong];
      })(${JSON.stringify(all)})`)) as [number, string[]];
      looked += count;
      found.push(...wrong.map((what) => `${language}, ${colorScheme}: ${what}`));
    }
  }
  expect(found).toEqual([]);
  expect(looked).toBe(LANGUAGE_TAGS.length * 2 * drawings().length);
  // One that hinders somebody would be found.
  await speakAll('en');
  const [first] = drawings().map((drawing) => shownIn('en', drawing));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(`(${SHOW})(${JSON.stringify(first)})`);
  await page.evaluate(
    "document.querySelector('h1').style.color = '#ddd'; document.documentElement.lang = ''",
  );
  const ids = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
  expect(ids).toEqual(expect.arrayContaining(['color-contrast', 'html-has-lang']));
});
