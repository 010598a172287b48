import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { addressFault } from '../../core/contract/endpoint.ts';
import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { keyBinding } from '../../core/contract/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { openBrowser } from '../../lab/browser.ts';
import { shownError } from '../../scripts/screenshots/fixtures.ts';
import {
  OFFERS,
  OLLAMA_CONNECTION,
  OPENAI_CONNECTION,
  OPENAI_KEY,
  WITH_OFFERS,
  withKey,
} from '../../scripts/screenshots/key-fixtures.ts';
import {
  keyField,
  pasteKey,
  sees,
  submitEndpoint,
  toEndpoint,
  toKey,
  toList,
} from '../../scripts/screenshots/key-states.ts';
import { type PageServer, startPageServer } from '../../scripts/screenshots/page-server.ts';
import { newerThanFloor } from '../../web/above-floor.ts';
import { english, englishError } from '../../web/messages/english.ts';
import { looksWell } from '../support/looks-well.ts';

/** The pages about other providers and their keys, in Chromium, before a practice api. */

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

let browser: Browser;
let server: PageServer;
let context: BrowserContext;
let workers: WorkerKeys;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  complaints = [];
  server = await startPageServer(DIST);
  workers = new WorkerKeys([makeWorkerKey('one')]);
  WITH_OFFERS.sealTo = workers.publicKey;
  server.onStart = ({ method }) => (method === 'api-key' ? withKey('queued') : 'service_unavailable');
  context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(60_000);
});
afterEach(async () => {
  await context.close();
  await server.stop();
});

async function newPage(script?: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  if (script) await page.addInitScript({ content: script });
  return page;
}

const connect = (page: Page, name = 'OpenAI') =>
  page.getByRole('button', { name: english('key.connect', { name }), exact: true });
const says = (page: Page, text: string) =>
  page.locator('#key-says').getByText(text, { exact: true }).waitFor();

/** The body of the start that brought a key. */
function started(): Promise<{ key: string; submission: string; label?: string; another?: boolean }> {
  return startedWith('"key"') as ReturnType<typeof started>;
}

async function startedWith(words: string): Promise<Record<string, unknown>> {
  for (let looks = 0; looks < 200; looks += 1) {
    const start = server.asked.find(({ what, body }) => what === 'POST handshake' && body.includes(words));
    if (start) return JSON.parse(start.body);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Nothing was started.');
}

test('whoever only wants Claude sees one button as before, and nothing of keys is loaded', async () => {
  server.session = WITH_OFFERS;
  const page = await newPage();
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(server.url);
  await page.getByRole('button', { name: english('consent.connect') }).waitFor();
  await page.getByRole('button', { name: english('actions.others') }).waitFor();
  expect(loaded.filter((url) => url.includes('/assets/keys'))).toEqual([]);
  expect(await page.locator('.actions .primary').count()).toBe(1);
});

test('an api that offers nothing else has a page without a word of it', async () => {
  server.session = { customer: 'alice', csrf: 'practice' };
  const page = await newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: english('consent.connect') }).waitFor();
  expect(await page.getByRole('button', { name: english('actions.others') }).count()).toBe(0);
});

describe('every provider’s page', () => {
  const all = Object.values(PROVIDERS).filter(({ endpoint }) => !endpoint);

  test.each(all.map(({ id, name }) => [id, name] as const))('%s', async (id, name) => {
    const offers = [{ provider: id, methods: [{ method: 'api-key' }] }];
    server.session = { ...WITH_OFFERS, offers };
    const page = await newPage();
    await page.goto(server.url);
    // It is the only one that is offered, so it is what the page begins with.
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await sees(page, english('key.heading', { name }));
    await page.getByText(english('guide.safe')).waitFor();
    const guide = page.getByText(english('guide.heading'));
    if ((await guide.count()) > 0) await guide.click();
    // Each step of those that most customers have is drawn.
    const isDrawn = ['anthropic', 'openai', 'google', 'openrouter', 'groq'].includes(id);
    for (const step of await page.locator('ol.numbered > li').all())
      expect(await step.locator('svg').isVisible()).toBe(isDrawn);
    await looksWell(page);
    expect(complaints).toEqual([]);
  });
});

describe('an address of the customer’s own', () => {
  const addressLabel = english('endpoint.addressLabel');
  const modelsLabel = english('endpoint.modelsLabel');
  const type = async (page: Page, address: string, models: string) => {
    await page.getByLabel(addressLabel).fill(address);
    await page.getByLabel(modelsLabel).fill(models);
  };

  test.each(['ollama', 'custom'] as const)(
    'has a page that looks well, empty and refused: %s',
    async (provider) => {
      const page = await newPage();
      await toEndpoint(server, page, provider);
      await looksWell(page);
      await type(page, 'http://llm.example.com/v1', '');
      await submitEndpoint(page);
      await page.getByText(english('endpoint.modelsMissing')).waitFor();
      await page.getByText(addressFault('http://llm.example.com') ?? '').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('address');
      expect(await page.getByLabel(addressLabel).getAttribute('aria-invalid')).toBe('true');
      await looksWell(page);
      expect(complaints).toEqual([]);
    },
  );

  test('of Ollama is sent without a key, tidied', async () => {
    const page = await newPage();
    await toEndpoint(server, page, 'ollama');
    expect(await page.locator('#key').count()).toBe(0);
    await type(page, ' 192.168.1.20:11434/ ', 'gemma4:latest, qwen3:8b');
    await submitEndpoint(page);
    expect(await startedWith('"endpoint"')).toEqual({
      provider: 'ollama',
      method: 'api-key',
      endpoint: {
        baseUrl: 'http://192.168.1.20:11434',
        api: 'ollama',
        models: ['gemma4:latest', 'qwen3:8b'],
      },
    });
  });

  test('with a key is sealed for that address and no other', async () => {
    const page = await newPage();
    await toEndpoint(server, page, 'custom');
    await page.getByLabel(english('endpoint.protocols.anthropic-messages')).check();
    await type(page, 'https://llm.example.com/v1/messages', 'big-1');
    await page.locator('#key').fill('a-key-of-their-own-0123456789');
    await submitEndpoint(page);
    const { key, submission, endpoint } = await startedWith('"endpoint"');
    const baseUrl = 'https://llm.example.com';
    expect(endpoint).toEqual({ baseUrl, api: 'anthropic-messages', models: ['big-1'] });
    const owner = { customer: 'alice', box: 'default', provider: 'custom', submission: `${submission}` };
    const opened = await workers.open(`${key}`, keyBinding({ ...owner, baseUrl }));
    expect(opened.reveal()).toBe('a-key-of-their-own-0123456789');
    await expect(workers.open(`${key}`, keyBinding(owner))).rejects.toThrow();
    await expect(
      workers.open(`${key}`, keyBinding({ ...owner, baseUrl: 'https://evil.example' })),
    ).rejects.toThrow();
  });

  test('that is connected is shown with it', async () => {
    server.session = WITH_OFFERS;
    server.state = { snapshot: null, connection: OLLAMA_CONNECTION };
    const page = await newPage();
    await page.goto(server.url);
    await sees(page, english('connected.heading', { name: 'Ollama' }));
    await page
      .getByText(english('connected.leads.endpoint', { address: 'http://192.168.1.20:11434' }))
      .waitFor();
    await page.getByText('gemma4:latest').waitFor();
    await looksWell(page);
  });
});

describe('by keyboard', () => {
  test('from the first page to the field: the focus goes to each heading, and every row is reached', async () => {
    server.session = WITH_OFFERS;
    const page = await newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: english('actions.others') }).focus();
    await page.keyboard.press('Enter');
    await sees(page, english('list.heading'));
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    expect(await focused()).toBe(english('list.heading'));
    const rows: string[] = [];
    for (let row = 0; row < 6; row += 1) {
      await page.keyboard.press('Tab');
      rows.push(await focused());
    }
    expect(rows.map((row) => row.split(' ')[0])).toEqual([
      ...['AAnthropic', 'OOpenAI', 'GGoogle', 'OROpenRouter', 'GqGroq', 'MMistral'],
    ]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await sees(page, english('key.heading', { name: 'Groq' }));
    expect(await focused()).toBe(english('key.heading', { name: 'Groq' }));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('key');
  });
});

describe('the field', () => {
  test('is masked, and nothing fills or keeps it', async () => {
    const page = await newPage();
    await toKey(server, page);
    const field = keyField(page);
    for (const [name, value] of [
      ['autocomplete', 'off'],
      ['spellcheck', 'false'],
      ['autocapitalize', 'off'],
      ['data-lpignore', 'true'],
      ['data-form-type', 'other'],
    ] as const)
      expect(await field.getAttribute(name)).toBe(value);
    expect(await field.getAttribute('name')).toBe(null);
    expect(await field.inputValue()).toBe('');
    // A password's field would have the browser offer to keep it.
    expect(await field.getAttribute('type')).toBe('text');
    expect(await page.evaluate("getComputedStyle(document.querySelector('#key')).webkitTextSecurity")).toBe(
      'disc',
    );
  });

  test('is one for a password where the browser masks no other', async () => {
    const page = await newPage('CSS.supports = () => false;');
    await toKey(server, page);
    expect(await keyField(page).getAttribute('type')).toBe('password');
  });

  test('forgives white space, line breaks and quotes, wherever it is pasted on the page', async () => {
    const page = await newPage();
    await toKey(server, page);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(` "${OPENAI_KEY}"\r\n`)})`);
    await page.keyboard.press('ControlOrMeta+V');
    await says(page, english('key.fits', { end: 'x7Qa' }));
    expect(await keyField(page).inputValue()).toBe(OPENAI_KEY);
    await looksWell(page);
  });

  const refusals: [string, string, string][] = [
    ['nothing', '  ', english('key.missing')],
    ['a key of OpenRouter', `sk-or-v1-${'a1'.repeat(32)}`, english('key.ofOther', { name: 'OpenRouter' })],
    ['a key of Anthropic', `sk-ant-api03-${'a1'.repeat(40)}`, english('key.ofOther', { name: 'Anthropic' })],
    ['a sign-in token', `sk-ant-oat01-${'t'.repeat(95)}`, CATALOGUE.key_is_token.customer],
    ['an admin key', `sk-admin-${'a1'.repeat(20)}`, CATALOGUE.key_is_admin.customer],
    ['part of one', 'sk-proj-abc1', CATALOGUE.key_incomplete.customer],
    ['a shortened one', 'sk-proj-abc...x7Qa', CATALOGUE.key_is_masked.customer],
    ['a link', 'https://platform.openai.com/api-keys', CATALOGUE.key_is_link.customer],
    ['two', `${OPENAI_KEY} sk-proj-${'b2'.repeat(24)}`, CATALOGUE.key_several.customer],
  ];

  test.each(refusals)('says what was put into it, and does not keep it: %s', async (_, text, told) => {
    const page = await newPage();
    await toKey(server, page);
    await keyField(page).fill(text);
    await connect(page).click();
    await says(page, told);
    expect(await keyField(page).inputValue()).toBe('');
    expect(await page.evaluate('document.activeElement.id')).toBe('key');
    expect(await keyField(page).getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('main.card').textContent()).not.toContain(text.trim() || 'impossible');
    await looksWell(page);
    expect(server.asked.some(({ what, body }) => what === 'POST handshake' && body.includes('key'))).toBe(
      false,
    );
  });

  test('leads on to the provider whose key it is, with an empty field', async () => {
    const page = await newPage();
    await toKey(server, page);
    await pasteKey(page, `sk-or-v1-${'a1'.repeat(32)}`);
    await page.getByRole('button', { name: english('key.goTo', { name: 'OpenRouter' }) }).click();
    await sees(page, english('key.heading', { name: 'OpenRouter' }));
    expect(await keyField(page, 'OpenRouter').inputValue()).toBe('');
  });

  test('does not take what is pasted into the field for a name', async () => {
    server.state = { snapshot: null, connection: OPENAI_CONNECTION };
    server.session = WITH_OFFERS;
    const page = await newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: english('connected.replaceKey') }).click();
    await page.getByLabel(english('beside.add')).check();
    await page.evaluate(`navigator.clipboard.writeText('personal')`);
    await page.getByLabel(english('key.name')).focus();
    await page.keyboard.press('ControlOrMeta+V');
    expect(await page.getByLabel(english('key.name')).inputValue()).toBe('personal');
    expect(await keyField(page).inputValue()).toBe('');
  });
});

test('what a machine’s programs are too old for is not on its page, and the rest is', async () => {
  const { offers = [] } = WITH_OFFERS;
  const methods = [{ method: 'setup-token' }, { method: 'claude-login', lacks: 'version' as const }];
  server.session = { ...WITH_OFFERS, offers: [{ provider: 'anthropic', methods }, ...offers.slice(1)] };
  const page = await newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: english('actions.others') }).click();
  await sees(page, english('list.heading'));
  const text = await page.getByRole('main').textContent();
  expect(text).toContain('Anthropic');
  expect(text).toContain(english('list.subscription'));
  expect(text).not.toContain('xAI');
  // With one way left there is nothing to choose: the row leads straight to it.
  await page.getByRole('button', { name: /^Anthropic/ }).click();
  await sees(page, english('consent.heading'));
  await looksWell(page);
  server.session = { ...WITH_OFFERS, offers: [{ provider: 'anthropic', methods }] };
  await page.goto(server.url);
  await page.getByRole('button', { name: english('consent.connect') }).waitFor();
  expect(await page.getByRole('button', { name: english('actions.others') }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

describe('a key on its way', () => {
  test('is sealed in the browser, and its progress and result are shown', async () => {
    const page = await newPage();
    await toKey(server, page);
    await keyField(page).fill(OPENAI_KEY);
    await connect(page).click();
    await sees(page, english('progress.heading'));
    const { key, submission } = await started();
    const owner = { customer: 'alice', box: 'default', provider: 'openai', submission };
    expect((await workers.open(key, keyBinding(owner))).reveal()).toBe(OPENAI_KEY);
    for (const phase of ['installing', 'proving'] as const) {
      server.tell({ snapshot: withKey(phase) });
      const step =
        phase === 'installing'
          ? english('progress.keySteps.installing')
          : english('progress.keySteps.proving', { name: 'OpenAI' });
      await page.locator('[aria-current=step]').getByText(step).waitFor();
    }
    await looksWell(page);
    server.tell({ snapshot: withKey('connected'), connection: OPENAI_CONNECTION });
    await sees(page, english('connected.heading', { name: 'OpenAI' }));
    await page.getByText('gpt-5.4').waitFor();
    await page.getByText('work', { exact: true }).waitFor();
    await looksWell(page);
    expect(complaints).toEqual([]);
  });

  test('is nowhere that outlasts the page or is seen by others', async () => {
    const page = await newPage(`
      globalThis.noted = [];
      for (const name of ['pushState', 'replaceState']) {
        const before = history[name];
        history[name] = (...all) => { noted.push(JSON.stringify(all)); return before.apply(history, all); };
      }
    `);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await toKey(server, page);
    await keyField(page).fill(OPENAI_KEY);
    await connect(page).click();
    await sees(page, english('progress.heading'));
    await started();
    const kept = await page.evaluate<string>(`(async () => JSON.stringify([
      location.href, document.cookie, noted, history.state, document.title,
      { ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys(),
      document.documentElement.outerHTML, [...document.querySelectorAll('input')].map(({ value }) => value),
    ]))()`);
    const part = OPENAI_KEY.slice(10, 30);
    expect(kept).not.toContain(part);
    expect(urls.join()).not.toContain(part);
    expect(JSON.stringify(server.asked)).not.toContain(part);
  });

  test.each<[string, (page: Page) => Promise<unknown>]>([
    ['to the list', (page) => page.getByRole('button', { name: english('actions.back') }).click()],
    [
      'to another page and back',
      async (page) => {
        await page.goto('about:blank');
        await page.goBack();
      },
    ],
    ['by loading it again', (page) => page.reload()],
  ])('has gone from the page when the customer leaves: %s', async (_, leave) => {
    const page = await newPage();
    await toKey(server, page);
    await keyField(page).fill(OPENAI_KEY);
    await leave(page);
    await page.waitForTimeout(200);
    const left = await page.evaluate<string>(
      "document.documentElement.outerHTML + [...document.querySelectorAll('input')].map(({ value }) => value).join()",
    );
    expect(left).not.toContain(OPENAI_KEY.slice(10, 30));
  });
});

describe('what went wrong, and what helps', () => {
  const codes = [
    ...['key_rejected', 'key_revoked', 'key_no_credit', 'key_no_access', 'region_refused'],
    ...['provider_rate_limited', 'provider_down', 'provider_no_answer', 'box_unreachable'],
  ] as ErrorCode[];

  test.each(codes)('%s', async (code) => {
    const page = await newPage();
    await toKey(server, page);
    await keyField(page).fill(OPENAI_KEY);
    await connect(page).click();
    await sees(page, english('progress.heading'));
    // The progress is shown from the click on: what the server tells before it was asked would be overtaken by its answer.
    await started();
    const error = shownError(code);
    server.tell({ snapshot: withKey('failed', { error }) });
    await page.getByRole('main').getByText(englishError(code, 'key')).waitFor();
    await page
      .locator('p[role=status].unseen')
      .getByText(englishError(code, 'key'))
      .waitFor({ state: 'attached' });
    await looksWell(page);
    await page.getByRole('button', { name: /Use another key|Paste the key again/ }).click();
    await sees(page, english('key.heading', { name: 'OpenAI' }));
    expect(await keyField(page).inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  test('a key that the api refuses to take is asked for again, with the reason', async () => {
    const page = await newPage();
    await toKey(server, page);
    server.onStart = 'queue_full';
    await keyField(page).fill(OPENAI_KEY);
    await connect(page).click();
    await page.locator('#key-says').getByText(CATALOGUE.queue_full.customer).waitFor();
    expect(await keyField(page).inputValue()).toBe('');
  });
});

describe('where the page’s other parts', () => {
  test('are asked of a server of another version at first, they are asked for again', async () => {
    server.session = WITH_OFFERS;
    server.lacksChunks = 1;
    const page = await newPage();
    await page.goto(server.url);
    const missed = page.waitForResponse((response) => response.status() === 404);
    await page.getByRole('button', { name: english('actions.others') }).click();
    await missed;
    await sees(page, english('list.heading'));
  });

  test('cannot be had, the customer is told to load the page again', async () => {
    server.session = WITH_OFFERS;
    server.lacksChunks = Number.POSITIVE_INFINITY;
    const page = await newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: english('actions.others') }).click();
    await page.getByRole('button', { name: english('actions.reload') }).waitFor();
    await looksWell(page);
  });
});

test('in a browser as old as the floor a key is sealed and sent', async () => {
  const old = `for (const [owner, where, name] of ${JSON.stringify(newerThanFloor())}) {
    const holder = where === 'global' ? globalThis : where === 'static' ? globalThis[owner] : globalThis[owner]?.prototype;
    if (holder) delete holder[name];
  }`;
  const page = await newPage(old);
  await toKey(server, page);
  await keyField(page).fill(OPENAI_KEY);
  await connect(page).click();
  const { key, submission } = await started();
  const owner = { customer: 'alice', box: 'default', provider: 'openai', submission };
  expect((await workers.open(key, keyBinding(owner))).reveal()).toBe(OPENAI_KEY);
});

test('an operator who looks at a customer’s page sees the list where it is the first page, and can press nothing', async () => {
  const offers = OFFERS.filter(({ provider }) => provider !== 'anthropic');
  server.session = { ...WITH_OFFERS, offers, viewer: 'olga' };
  const page = await newPage();
  await page.goto(server.url);
  await sees(page, english('list.heading'));
  expect(await page.getByRole('button').count()).toBe(0);
});

test('the list looks well', async () => {
  const page = await newPage();
  await toList(server, page);
  await looksWell(page);
});
