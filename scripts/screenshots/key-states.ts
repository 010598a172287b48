import type { Page } from 'playwright-core';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { english, englishError } from '../../web/messages/english.ts';
import { CONNECTION, NOON, shownError } from './fixtures.ts';
import {
  CHOICES,
  OLLAMA_CONNECTION,
  OPENAI_CONNECTION,
  OPENAI_KEY,
  OWN,
  WITH_OFFERS,
  withKey,
} from './key-fixtures.ts';
import type { PageServer } from './page-server.ts';
import type { PageState } from './states.ts';
import { ON_TWO, UNREAD } from './usage-fixtures.ts';

export const sees = (page: Page, heading: string) =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

/** To the list of providers, from the first page. */
export async function toList(server: PageServer, page: Page): Promise<void> {
  server.session = WITH_OFFERS;
  await page.goto(server.url);
  await page.getByRole('button', { name: english('actions.others') }).click();
  await sees(page, english('list.heading'));
}

export async function toKey(server: PageServer, page: Page, name = 'OpenAI'): Promise<void> {
  await toList(server, page);
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  if (name === 'Anthropic') {
    await sees(page, english('methods.heading', { name }));
    await page.getByRole('button', { name: new RegExp(`^${english('methods.ways.api-key.name')}`) }).click();
  }
  await sees(page, english('key.heading', { name }));
}

/** To the page of an address of the customer's own. */
export async function toEndpoint(
  server: PageServer,
  page: Page,
  provider: 'ollama' | 'custom',
): Promise<void> {
  await toList(server, page);
  await page
    .getByRole('button', { name: provider === 'ollama' ? 'Ollama' : english('provider.another') })
    .click();
  await sees(page, english(`endpoint.heading.${provider}`));
}

export const submitEndpoint = (page: Page) =>
  page.getByRole('button', { name: english('endpoint.connect'), exact: true }).click();

export const keyField = (page: Page, name = 'OpenAI') => page.getByLabel(english('key.label', { name }));

/** Pastes a text into the field, as a customer does. */
export async function pasteKey(page: Page, text: string): Promise<void> {
  await page.evaluate(
    `document.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: (() => {
      const data = new DataTransfer(); data.setData('text', ${JSON.stringify(text)}); return data; })() }))`,
  );
}

/** To what can be done with what is connected. */
export async function toManage(server: PageServer, page: Page): Promise<void> {
  server.session = WITH_OFFERS;
  server.state = { snapshot: null, connection: OPENAI_CONNECTION };
  if (server.list.length === 0) server.list = OWN;
  await page.goto(server.url);
  await page.getByRole('button', { name: english('actions.manage') }).click();
  await sees(page, english('manage.heading'));
  await page.getByRole('heading', { level: 2 }).first().waitFor();
}

/** To what was used. */
export async function toUsage(server: PageServer, page: Page): Promise<void> {
  server.session = WITH_OFFERS;
  server.state = { snapshot: null, connection: OPENAI_CONNECTION };
  await page.goto(server.url);
  await page.getByRole('button', { name: english('actions.usage') }).click();
  await sees(page, english('usage.heading'));
  await page.getByRole('heading', { level: 2 }).first().waitFor();
}

/** A name as the page shows it. */
const quoted = (label: string) => english('quoted', { label });

/** That a key has answered, whenever that was. */
const answered = () =>
  new RegExp(
    english('manage.test.answered', { when: '@' })
      .split(/\u2068?@\u2069?/)
      .map(RegExp.escape)
      .join('.+'),
  );

export const askNow = (page: Page, name: string) =>
  page.getByRole('button', { name: english('manage.test.askOf', { name }) });
export const disconnectOf = (page: Page, name: string) =>
  page.getByRole('button', { name: english('manage.end.askOf', { name }) });
export const modelsOf = (page: Page, name: string) =>
  page.getByRole('button', { name: english('manage.model.lookOf', { name }) });
export const moveUp = (page: Page, name: string) =>
  page.getByRole('button', { name: english('manage.order.up', { name }) });

async function failed(server: PageServer, page: Page, code: ErrorCode): Promise<void> {
  server.session = WITH_OFFERS;
  server.state = { snapshot: withKey('failed', { error: shownError(code) }), connection: null };
  await page.goto(server.url);
  await page.getByRole('main').getByText(englishError(code, 'key')).waitFor();
}

/** What is known of one that is gone. */
export const GONE = {
  receipt: '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05',
  revokeAt: 'https://platform.openai.com/api-keys',
};

const guide = (provider: string, name: string): PageState => ({
  name: `key-guide-${provider}`,
  reach: async (server, page) => {
    await toKey(server, page, name);
    await page.getByText(english('guide.heading')).click();
  },
});

const STATES: PageState[] = [
  {
    name: 'consent-with-others',
    reach: async (server, page) => {
      server.session = WITH_OFFERS;
      await page.goto(server.url);
      await page.getByRole('button', { name: english('actions.others') }).waitFor();
    },
  },
  { name: 'providers', reach: toList },
  {
    name: 'methods',
    reach: async (server, page) => {
      await toList(server, page);
      await page.getByRole('button', { name: /^Anthropic/ }).click();
      await sees(page, english('methods.heading', { name: 'Anthropic' }));
    },
  },
  {
    name: 'consent-claude-login',
    reach: async (server, page) => {
      await toList(server, page);
      await page.getByRole('button', { name: /^Anthropic/ }).click();
      await page
        .getByRole('button', { name: new RegExp(`^${english('methods.ways.claude-login.name')}`) })
        .click();
      await sees(page, english('consent.heading'));
    },
  },
  { name: 'key', reach: (server, page) => toKey(server, page) },
  guide('anthropic', 'Anthropic'),
  guide('openai', 'OpenAI'),
  guide('google', 'Google Gemini'),
  guide('openrouter', 'OpenRouter'),
  guide('groq', 'Groq'),
  {
    name: 'key-fits',
    reach: async (server, page) => {
      await toKey(server, page);
      await pasteKey(page, ` ${OPENAI_KEY}\n`);
      await page.getByText(english('key.fits', { end: 'x7Qa' })).waitFor();
    },
  },
  {
    name: 'key-of-another',
    reach: async (server, page) => {
      await toKey(server, page);
      await pasteKey(page, `sk-or-v1-${'a1'.repeat(32)}`);
      await page.getByRole('button', { name: english('key.goTo', { name: 'OpenRouter' }) }).waitFor();
    },
  },
  { name: 'endpoint-ollama', reach: (server, page) => toEndpoint(server, page, 'ollama') },
  { name: 'endpoint-custom', reach: (server, page) => toEndpoint(server, page, 'custom') },
  {
    name: 'endpoint-custom-wrong',
    reach: async (server, page) => {
      await toEndpoint(server, page, 'custom');
      await page.getByLabel(english('endpoint.addressLabel')).fill('http://llm.example.com/v1');
      await submitEndpoint(page);
      await page.getByText(english('endpoint.modelsMissing')).waitFor();
    },
  },
  {
    name: 'endpoint-connected',
    reach: async (server, page) => {
      server.session = WITH_OFFERS;
      server.state = { snapshot: null, connection: OLLAMA_CONNECTION };
      await page.goto(server.url);
      await sees(page, english('connected.heading', { name: 'Ollama' }));
    },
  },
  {
    name: 'key-beside',
    reach: async (server, page) => {
      server.state = { snapshot: null, connection: OPENAI_CONNECTION };
      server.session = WITH_OFFERS;
      await page.goto(server.url);
      await page.getByRole('button', { name: english('connected.replaceKey') }).click();
      await page.getByLabel(english('beside.add')).click();
      await page.getByLabel(english('key.name')).waitFor();
    },
  },
  {
    name: 'key-progress',
    reach: async (server, page) => {
      server.session = WITH_OFFERS;
      server.state = { snapshot: withKey('proving'), connection: null };
      await page.goto(server.url);
      await sees(page, english('progress.heading'));
    },
  },
  {
    name: 'key-connected',
    reach: async (server, page) => {
      server.session = WITH_OFFERS;
      server.state = { snapshot: withKey('connected'), connection: OPENAI_CONNECTION };
      await page.goto(server.url);
      await sees(page, english('connected.heading', { name: 'OpenAI' }));
    },
  },
  {
    name: 'several-connected',
    reach: async (server, page) => {
      server.session = { ...WITH_OFFERS, returnUrl: 'https://dashboard.example.com/alice' };
      const personal = {
        ...OPENAI_CONNECTION,
        profile: 'openai:keyferry-2',
        label: 'personal',
        connectedAt: new Date(NOON - 40 * 86_400_000).toISOString(),
      };
      server.state = {
        snapshot: withKey('connected'),
        connection: OPENAI_CONNECTION,
        connections: [OPENAI_CONNECTION, personal, CONNECTION],
      };
      await page.goto(server.url);
      await sees(page, english('connected.heading', { name: 'OpenAI' }));
    },
  },
  {
    name: 'consent-copies',
    reach: async (server, page) => {
      server.session = { ...WITH_OFFERS, copies: true };
      await page.goto(server.url);
      await page.getByText(english('copies.kept')).waitFor();
    },
  },
  { name: 'manage', reach: toManage },
  {
    name: 'manage-asking',
    reach: async (server, page) => {
      await toManage(server, page);
      await moveUp(page, quoted('personal')).click();
      await page.getByText(english('manage.order.running')).waitFor();
      await askNow(page, quoted('work')).click();
      await page.getByText(english('manage.test.running')).waitFor();
    },
  },
  {
    name: 'manage-asked',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      server.run = { state: 'done' };
      await moveUp(page, quoted('personal')).click();
      await page.getByText(english('manage.order.done')).waitFor();
      server.run = { state: 'done', verdict: 'key_revoked' };
      await askNow(page, quoted('work')).click();
      await page.getByText(englishError('key_revoked', 'key')).waitFor();
      server.run = { state: 'done' };
      await askNow(page, quoted('personal')).click();
      await page.getByText(answered()).waitFor();
    },
  },
  {
    name: 'manage-refused',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      server.run = { state: 'failed', error: 'box_unreachable' };
      await moveUp(page, quoted('personal')).click();
      await page.getByText(english('manage.order.failed')).waitFor();
    },
  },
  {
    name: 'manage-name',
    reach: async (server, page) => {
      await toManage(server, page);
      await page
        .getByRole('button', { name: english('manage.name.renameOf', { name: quoted('work') }) })
        .click();
      await page.getByRole('textbox').waitFor();
    },
  },
  {
    name: 'manage-disconnect',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      await disconnectOf(page, quoted('work')).click();
      await page.getByText(english('manage.end.sure', { name: quoted('work') })).waitFor();
    },
  },
  {
    name: 'manage-disconnected',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      server.end = { state: 'done', outcome: 'removed', ...GONE };
      await disconnectOf(page, quoted('work')).click();
      await page.getByRole('button', { name: english('manage.end.yes') }).click();
      await page.getByText(english('manage.end.removed', { name: quoted('work') })).waitFor();
    },
  },
  {
    name: 'manage-models',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      server.run = { state: 'done', models: CHOICES };
      await modelsOf(page, quoted('work')).click();
      await page.getByLabel(english('manage.model.label')).selectOption('openai/gpt-6-astra');
      server.run = { state: 'done', verdict: 'key_no_access' };
      await page.getByRole('button', { name: english('manage.model.use') }).click();
      await page.getByText(englishError('key_no_access', 'key')).waitFor();
    },
  },
  {
    name: 'manage-model-name',
    moves: true,
    reach: async (server, page) => {
      await toManage(server, page);
      server.run = { state: 'done', models: { ...CHOICES, models: [] } };
      await modelsOf(page, quoted('work')).click();
      await page.getByLabel(english('manage.model.typed')).fill('gpt 6');
      await page.getByRole('button', { name: english('manage.model.use') }).click();
      await page.getByText(english('manage.model.wrong')).waitFor();
    },
  },
  { name: 'usage', reach: toUsage },
  {
    name: 'usage-two-machines',
    reach: (server, page) => {
      server.usage = ON_TWO;
      return toUsage(server, page);
    },
  },
  {
    name: 'usage-unread',
    reach: (server, page) => {
      server.usage = UNREAD;
      return toUsage(server, page);
    },
  },
  ...(['key_rejected', 'region_refused', 'provider_down'] as const).map((code) => ({
    name: `key-failed-${code.replaceAll('_', '-')}`,
    reach: (server: PageServer, page: Page) => failed(server, page, code),
  })),
];

/** Beside the main path: other providers, and keys. */
export const KEY_STATES: PageState[] = STATES.map((state) => ({
  ...state,
  kept: ['phone-light', 'desktop-dark'],
}));
