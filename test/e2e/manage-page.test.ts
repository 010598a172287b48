import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { openBrowser } from '../../lab/browser.ts';
import {
  CHOICES,
  OPENAI_CONNECTION,
  OPENAI_KEY,
  OWN,
  WITH_OFFERS,
} from '../../scripts/screenshots/key-fixtures.ts';
import {
  askNow,
  disconnectOf,
  GONE,
  modelsOf,
  moveUp,
  sees,
  toManage,
  toUsage,
} from '../../scripts/screenshots/key-states.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { ON_TWO, UNREAD, USED } from '../../scripts/screenshots/usage-fixtures.ts';
import { english, englishError } from '../../web/messages/english.ts';
import { looksWell } from '../support/looks-well.ts';

/** The page about what is connected: order, names and tests, in Chromium, before a practice api. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const [WORK, PERSONAL, THIRD] = ['“work”', '“personal”', 'OpenAI, API key ending in k9Lm'];
const IDS = OWN.slice(1).map(({ id }) => id);

let browser: Browser;
let server: PageServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  complaints = [];
  server = await startPageServer(DIST);
  context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
    hasTouch: true,
  });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  await server.stop();
  expect(complaints).toEqual([]);
});

/** The names of OpenAI's keys, from the first to the last. */
const shown = async (): Promise<string[]> =>
  (await page.getByRole('region', { name: 'OpenAI' }).locator('li .words > b').allTextContents()).map(
    (name) => name.trim(),
  );
const AS_IT_WAS = [WORK, PERSONAL, 'API key ending in k9Lm'];
/** Waits until the page says it. */
const says = (text: string) => page.getByText(text, { exact: false }).first().waitFor();
const focused = () => page.evaluate<string | null>('document.activeElement.getAttribute("aria-label")');

/** The bodies of everything that was sent there so far. */
const sent = (route: RegExp) =>
  server.asked.filter(({ what }) => route.test(what)).map(({ body }) => JSON.parse(body));
const orders = () => sent(/^POST connections\/order$/).map(({ connections }) => connections);

describe('the order', () => {
  test('is changed by keyboard alone, announced, and called so only when the worker has said so', async () => {
    await toManage(server, page);
    expect(await shown()).toEqual(AS_IT_WAS);
    await moveUp(page, THIRD).focus();
    await page.keyboard.press('Enter');
    await says(english('manage.order.moved', { name: THIRD, place: 2, of: 3 }));
    await says(english('manage.order.running'));
    expect(await shown()).toEqual([WORK, 'API key ending in k9Lm', PERSONAL]);
    // The focus stays where the customer is, so that the next press moves it on.
    expect(await focused()).toBe(english('manage.order.up', { name: THIRD }));
    expect(await page.getByText(english('manage.order.done')).count()).toBe(0);
    expect(await page.getByText(english('manage.row.first')).count()).toBe(0);
    await looksWell(page);
    server.run = { state: 'done' };
    await says(english('manage.order.done'));
    expect(orders()).toEqual([[IDS[0], IDS[2], IDS[1]]]);
    expect(await page.getByText(english('manage.row.first')).count()).toBe(1);
    await looksWell(page);
  });

  test('is put back when it could not be brought to the machine, with the reason', async () => {
    await toManage(server, page);
    server.run = { state: 'failed', error: 'box_unreachable' };
    await moveUp(page, PERSONAL).click();
    await says(english('manage.order.failed'));
    await says(englishError('box_unreachable', 'key'));
    expect(await shown()).toEqual(AS_IT_WAS);
    await looksWell(page);
  });

  test.each<ErrorCode>(['order_incomplete', 'change_under_way', 'too_many_requests'])(
    'is put back when the api does not take it, and what there is by now is looked up: %s',
    async (code) => {
      await toManage(server, page);
      server.run = code;
      server.list = OWN.slice(0, 3);
      await moveUp(page, PERSONAL).click();
      await says(englishError(code, 'key'));
      expect(await shown()).toEqual(AS_IT_WAS.slice(0, 2));
    },
  );

  test('that follows while one is on its way is sent after it, and the last one counts', async () => {
    await toManage(server, page);
    await moveUp(page, THIRD).click();
    await says(english('manage.order.running'));
    await moveUp(page, THIRD).click();
    await says(english('manage.order.moved', { name: THIRD, place: 1, of: 3 }));
    server.run = { state: 'done' };
    await says(english('manage.order.done'));
    expect(orders()).toEqual([
      [IDS[0], IDS[2], IDS[1]],
      [IDS[2], IDS[0], IDS[1]],
    ]);
    expect(await shown()).toEqual(['API key ending in k9Lm', WORK, PERSONAL]);
  });

  test('cannot be changed beyond its ends, or where there is only one', async () => {
    await toManage(server, page);
    await moveUp(page, WORK).click({ force: true });
    await page
      .getByRole('button', { name: english('manage.order.down', { name: THIRD }) })
      .click({ force: true });
    expect(orders()).toEqual([]);
    const claude = page.getByRole('region', { name: 'Anthropic' });
    expect(await claude.getByRole('button', { name: /^Move/ }).count()).toBe(0);
  });

  const grip = (name: string) => page.locator('li', { hasText: name }).locator('.grip');
  const middle = async (name: string) => {
    await grip(name).scrollIntoViewIfNeeded();
    const { x = 0, y = 0, width = 0, height = 0 } = (await grip(name).boundingBox()) ?? {};
    return { x: x + width / 2, y: y + height / 2 };
  };

  test('is changed by dragging with the mouse', async () => {
    await page.setViewportSize({ width: 1280, height: 1400 });
    await toManage(server, page);
    server.run = { state: 'done' };
    const [from, to] = [await middle('“work”'), await middle('k9Lm')];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x, from.y + 30);
    // Past the middle of the row, which reaches further down than what it is held by.
    await page.mouse.move(to.x, to.y + 80, { steps: 4 });
    // Nothing is said before it is dropped.
    expect(orders()).toEqual([]);
    await page.mouse.up();
    await says(english('manage.order.done'));
    expect(orders()).toEqual([[IDS[1], IDS[2], IDS[0]]]);
    expect(await shown()).toEqual([PERSONAL, 'API key ending in k9Lm', WORK]);
  });

  test('is changed by dragging with a finger', async () => {
    await page.setViewportSize({ width: 390, height: 1600 });
    await toManage(server, page);
    server.run = { state: 'done' };
    const [from, to] = [await middle('k9Lm'), await middle('“work”')];
    const cdp = await context.newCDPSession(page);
    const touch = (type: string, points: { x: number; y: number }[]) =>
      cdp.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints: points });
    await touch('touchStart', [from]);
    for (const part of [0.25, 0.5, 0.75, 1])
      await touch('touchMove', [{ x: from.x, y: from.y + (to.y - 10 - from.y) * part }]);
    await touch('touchEnd', []);
    await says(english('manage.order.done'));
    expect(orders()).toEqual([[IDS[2], IDS[0], IDS[1]]]);
  });

  test('stays when a row is dropped where it was, or Escape is pressed', async () => {
    await page.setViewportSize({ width: 1280, height: 1400 });
    await toManage(server, page);
    const [from, to] = [await middle('“work”'), await middle('k9Lm')];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x, from.y + 5);
    await page.mouse.up();
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await page.locator('.dragging').count()).toBe(0);
    expect(await shown()).toEqual(AS_IT_WAS);
    expect(orders()).toEqual([]);
  });
});

describe('a name', () => {
  const rename = (name: string) =>
    page.getByRole('button', { name: english('manage.name.renameOf', { name }) });
  const field = () => page.getByLabel(/^Name for/);
  const save = () => page.getByRole('button', { name: english('manage.name.save') });

  test('is changed by keyboard, shown at once, and the focus goes back to where it came from', async () => {
    await toManage(server, page);
    await rename(WORK).focus();
    await page.keyboard.press('Enter');
    await looksWell(page);
    expect(await field().inputValue()).toBe('work');
    await page.keyboard.type('the office');
    await page.keyboard.press('Enter');
    await says(english('manage.name.done', { name: '“the office”' }));
    expect(await shown()).toEqual(['“the office”', ...AS_IT_WAS.slice(1)]);
    expect(await focused()).toBe(english('manage.name.renameOf', { name: '“the office”' }));
    expect(sent(/label$/)).toEqual([{ label: 'the office' }]);
  });

  test('is removed by leaving it empty', async () => {
    await toManage(server, page);
    await rename(PERSONAL).click();
    await field().fill(' ');
    await save().click();
    await says(english('manage.name.removed'));
    expect(sent(/label$/)).toEqual([{ label: null }]);
    expect(await shown()).toContain('API key ending in p3rS');
  });

  test('is as before when it is refused, with the reason', async () => {
    await toManage(server, page);
    server.onLabel = 'history_unavailable';
    await rename(WORK).click();
    await field().fill('other');
    await save().click();
    await says(english('manage.name.failed'));
    await says(englishError('history_unavailable', 'key'));
    expect(await shown()).toEqual(AS_IT_WAS);
    await looksWell(page);
  });

  test('that is a key is not taken, and one that nobody wants changes nothing', async () => {
    await toManage(server, page);
    await rename(WORK).click();
    await field().fill(OPENAI_KEY);
    await save().click();
    await says(english('key.nameHoldsKey'));
    expect(await field().getAttribute('maxlength')).toBe('60');
    await looksWell(page);
    await page.keyboard.press('Escape');
    await rename(WORK).waitFor();
    expect(sent(/label$/)).toEqual([]);
  });
});

describe('the model', () => {
  const choose = async () => {
    await toManage(server, page);
    server.run = { state: 'done', models: CHOICES };
    await modelsOf(page, WORK).focus();
    await page.keyboard.press('Enter');
    await says(english('manage.model.here', { model: 'gpt-5.4' }));
    await page.getByLabel(english('manage.model.label')).selectOption('openai/gpt-6-astra');
  };
  const use = () => page.getByRole('button', { name: english('manage.model.use') });

  test('that OpenClaw uses is shown with whose it is, and another one only once it has answered', async () => {
    await choose();
    await looksWell(page);
    server.run = { state: 'running' };
    await use().click();
    await says(english('manage.model.running'));
    expect(await page.getByText(english('manage.model.done', { model: 'gpt-6-astra' })).count()).toBe(0);
    expect(sent(/model$/)).toEqual([{ model: 'openai/gpt-6-astra' }]);
    await looksWell(page);
    server.run = { state: 'done' };
    await says(english('manage.model.done', { model: 'gpt-6-astra' }));
    await says(english('manage.model.here', { model: 'gpt-6-astra' }));
    await looksWell(page);
  });

  test('stays where it does not answer, with the reason', async () => {
    await choose();
    server.run = { state: 'done', verdict: 'key_no_access' };
    await use().click();
    await says(english('manage.model.said', { verdict: englishError('key_no_access', 'key') }));
    await says(english('manage.model.here', { model: 'gpt-5.4' }));
    await looksWell(page);
  });

  test('is another one’s to answer where this one is not the first', async () => {
    await toManage(server, page);
    server.run = { state: 'done', models: { ...CHOICES, isAnsweredHere: false } };
    await modelsOf(page, PERSONAL).click();
    await says(english('manage.model.elsewhere', { model: 'gpt-5.4' }));
  });

  test('is typed by its name where OpenClaw lists none, with or without its provider, and no key and no sentence is sent', async () => {
    await toManage(server, page);
    server.run = { state: 'done', models: { ...CHOICES, models: [] } };
    await modelsOf(page, WORK).click();
    const field = page.getByLabel(english('manage.model.typed'));
    await field.waitFor();
    await says(english('manage.model.typedHint', { provider: 'OpenAI' }));
    await looksWell(page);
    for (const [typed, error] of [
      ['', english('manage.model.missing')],
      ['the newest one', english('manage.model.wrong')],
      [OPENAI_KEY, english('manage.model.holdsKey')],
    ] as const) {
      await field.fill(typed);
      await use().click();
      await says(error);
      expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    }
    await looksWell(page);
    expect(sent(/model$/)).toEqual([]);
    server.run = { state: 'done', verdict: 'key_no_access' };
    await field.fill(' openai/gpt-6-nova ');
    await page.keyboard.press('Enter');
    await says(english('manage.model.said', { verdict: englishError('key_no_access', 'key') }));
    server.run = { state: 'done' };
    await field.fill('gpt-5.4-mini');
    await use().click();
    await says(english('manage.model.done', { model: 'gpt-5.4-mini' }));
    await says(english('manage.model.here', { model: 'gpt-5.4-mini' }));
    expect(sent(/model$/)).toEqual([{ model: 'openai/gpt-6-nova' }, { model: 'openai/gpt-5.4-mini' }]);
    await looksWell(page);
  });

  test('cannot be looked up on a machine that is off, and closing gives the focus back', async () => {
    await toManage(server, page);
    server.run = { state: 'failed', error: 'box_unreachable' };
    await modelsOf(page, WORK).click();
    await says(`${english('manage.model.failed')} ${englishError('box_unreachable', 'key')}`);
    await looksWell(page);
    await page.getByRole('button', { name: english('manage.model.close') }).click();
    expect(await focused()).toBe(english('manage.model.lookOf', { name: WORK }));
  });
});

describe('asking one now', () => {
  test('says that it is being asked, and then that it answered, and when', async () => {
    await toManage(server, page);
    await askNow(page, WORK).focus();
    await page.keyboard.press('Enter');
    await says(english('manage.test.running'));
    expect(await askNow(page, WORK).getAttribute('aria-disabled')).toBe('true');
    await looksWell(page);
    server.run = { state: 'done' };
    await page.getByText(/^It answered, .*\d/).waitFor();
    expect(sent(/test$/)).toEqual([{}]);
    await looksWell(page);
  });

  test.each<ErrorCode>([
    ...(['key_rejected', 'key_revoked', 'key_no_credit', 'key_no_access', 'region_refused'] as const),
    ...(['provider_rate_limited', 'provider_down', 'provider_no_answer', 'model_not_offered'] as const),
  ])('says what the provider said instead: %s', async (verdict) => {
    await toManage(server, page);
    server.run = { state: 'done', verdict };
    await askNow(page, WORK).click();
    const said = page.locator('li', { hasText: '“work”' }).getByText(englishError(verdict, 'key'));
    await said.waitFor();
    // Only what the customer can see to is a warning.
    const isTheirs = verdict.startsWith('key_');
    expect(await said.locator('xpath=..').getAttribute('class')).toBe(isTheirs ? 'said bad' : 'said');
    await looksWell(page);
  });

  test('says of an answer that nobody can be sure of no more than that', async () => {
    await toManage(server, page);
    server.run = { state: 'done', verdict: 'turn_failed' };
    await askNow(page, WORK).click();
    await says(english('manage.test.unknown'));
  });

  test('that could not be done says so, and nothing of the key', async () => {
    await toManage(server, page);
    server.run = { state: 'failed', error: 'box_call_timeout' };
    await askNow(page, WORK).click();
    await says(`${english('manage.test.failed')} ${englishError('box_call_timeout', 'key')}`);
    await looksWell(page);
  });

  test('goes on while the browser is offline, and the result is shown once it is back', async () => {
    await toManage(server, page);
    await askNow(page, WORK).click();
    await says(english('manage.test.running'));
    await context.setOffline(true);
    await says(english('manage.unheard'));
    await looksWell(page);
    server.run = { state: 'done' };
    await context.setOffline(false);
    await page.getByText(/^It answered, /).waitFor();
  });

  test('with a session that has ended leads back to the dashboard', async () => {
    await toManage(server, page);
    server.session = 'not_signed_in';
    await askNow(page, WORK).click();
    await sees(page, english('trouble.signedOut'));
    await looksWell(page);
  });
});

describe('the list', () => {
  test('looks well, and says how each was when it was last asked', async () => {
    await toManage(server, page);
    await says(englishError('key_no_credit', 'key'));
    await looksWell(page);
  });

  test('that cannot be had is asked for again', async () => {
    server.list = 'history_unavailable';
    server.session = WITH_OFFERS;
    server.state = { snapshot: null, connection: OPENAI_CONNECTION };
    await page.goto(server.url);
    await page.getByRole('button', { name: english('actions.manage') }).click();
    await says(englishError('history_unavailable', 'key'));
    await looksWell(page);
    server.list = OWN;
    await page.getByRole('button', { name: english('manage.again') }).click();
    await page.getByRole('region', { name: 'OpenAI' }).waitFor();
  });

  test('names each machine where there are several', async () => {
    server.list = [
      ...OWN.slice(0, 2),
      { ...(OWN[1] as (typeof OWN)[number]), id: IDS[1] ?? '', box: 'second' },
    ];
    await toManage(server, page);
    await page
      .getByRole('heading', { name: english('manage.onMachine', { provider: 'OpenAI', box: 'second' }) })
      .waitFor();
  });

  test('shows an operator the way there, and nothing to press', async () => {
    server.session = { ...WITH_OFFERS, viewer: 'olga' };
    server.state = { snapshot: null, connection: OPENAI_CONNECTION };
    await page.goto(server.url);
    await page.getByText(english('actions.manage')).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('is not offered by an api that has no such thing', async () => {
    server.session = { customer: 'alice', csrf: 'practice' };
    server.state = { snapshot: null, connection: OPENAI_CONNECTION };
    await page.goto(server.url);
    await sees(page, english('connected.heading', { name: 'OpenAI' }));
    expect(await page.getByText(english('actions.manage')).count()).toBe(0);
  });
});

describe('what was used', () => {
  test('is by whose credential, with the models that answer, and looks well', async () => {
    await toUsage(server, page);
    await page
      .getByRole('region', { name: english('usage.whose.own') })
      .getByText('Claude Opus 5.5')
      .waitFor();
    await page
      .getByRole('region', { name: english('usage.whose.platform') })
      .getByText('$0.84')
      .waitFor();
    await says('Claude Opus 5.5, your subscription');
    await says(english('usage.note.subscription'));
    await looksWell(page);
    await page.getByRole('button', { name: english('actions.back') }).click();
    await sees(page, english('connected.heading', { name: 'OpenAI' }));
  });

  test.each([
    ['two machines', ON_TWO, english('usage.state.unsaid')],
    ['a machine that was never read', UNREAD, english('usage.unread')],
  ])('of %s looks well, too', async (_, usage, text) => {
    server.usage = usage;
    await toUsage(server, page);
    await says(text);
    await looksWell(page);
  });

  test('that cannot be had is asked for again; somebody who has connected nothing finds it beside the providers', async () => {
    server.usage = 'history_unavailable';
    server.session = WITH_OFFERS;
    await page.goto(server.url);
    await page.getByRole('button', { name: english('actions.others') }).click();
    await page.getByRole('button', { name: english('actions.usage') }).click();
    await says(englishError('history_unavailable'));
    server.usage = USED;
    await page.getByRole('button', { name: english('manage.again') }).click();
    await page.getByRole('region', { name: english('usage.models.heading') }).waitFor();
  });
});

describe('a disconnection', () => {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  test('is asked about once more, stays in the list until it is proved, and then says how to revoke it, with a receipt', async () => {
    await toManage(server, page);
    await disconnectOf(page, WORK).click();
    await says(english('manage.end.sure', { name: WORK }));
    expect(sent(/disconnect$/)).toEqual([]);
    await looksWell(page);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(english('manage.end.askOf', { name: WORK }));
    await disconnectOf(page, WORK).click();
    await press(english('manage.end.yes'));
    await says(english('manage.end.running'));
    expect(await shown()).toEqual(AS_IT_WAS);
    server.end = { state: 'done', outcome: 'removed', ...GONE };
    await says(english('manage.end.removed', { name: WORK }));
    expect(await shown()).toEqual(AS_IT_WAS.slice(1));
    expect(server.asked.filter(({ what }) => /^POST .*disconnect$/.test(what))).toHaveLength(1);
    const receipt = page.getByRole('link', { name: english('trouble.receipt') });
    expect(await receipt.getAttribute('href')).toBe(`/api/v1/connections/${IDS[0]}/receipt`);
    expect(await receipt.getAttribute('download')).toBe('keyferry-receipt.json');
    expect(await page.getByRole('link', { name: /platform\.openai\.com/ }).count()).toBe(1);
    await looksWell(page);
  });

  test.each([
    ['refused', 'handshake_under_way' as const],
    ['not possible', { state: 'failed' as const, error: 'box_unreachable' as const }],
  ])('that is %s says why, and the connection stays', async (_, end) => {
    await toManage(server, page);
    server.end = end;
    await disconnectOf(page, WORK).click();
    await press(english('manage.end.yes'));
    await says(english('manage.end.failed'));
    await says(englishError(typeof end === 'string' ? end : end.error, 'key'));
    expect(await shown()).toEqual(AS_IT_WAS);
    expect(await page.getByRole('link', { name: english('trouble.receipt') }).count()).toBe(0);
  });

  test('from a machine that is gone is offered once it was not reached, and asked about once more', async () => {
    await toManage(server, page);
    const gone = page.getByRole('button', {
      name: english('manage.end.goneOf', { name: WORK }),
      exact: true,
    });
    expect(await gone.count()).toBe(0);
    server.end = { state: 'failed', error: 'box_unreachable' };
    await disconnectOf(page, WORK).click();
    await press(english('manage.end.yes'));
    await gone.click();
    await says(english('manage.end.goneSure', { name: WORK }));
    await looksWell(page);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(english('manage.end.goneOf', { name: WORK }));
    await gone.click();
    server.end = { state: 'done', outcome: 'forgotten', ...GONE };
    await press(english('manage.end.goneYes'));
    await says(english('manage.end.forgotten', { name: WORK }));
    expect(sent(/^POST .*disconnect$/)).toEqual([{}, { box: 'gone' }]);
    expect(await shown()).toEqual(AS_IT_WAS.slice(1));
  });
});
