import type { Page } from 'playwright-core';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { english } from '../../web/messages/english.ts';
import { CODE, CONNECTION, NOON, practiceLink, practiceSnapshot, shownError } from './fixtures.ts';
import type { PageServer } from './page-server.ts';

/** A state of the page: how a customer gets there. The page has not been opened yet when `reach` is called. */
export interface PageState {
  name: string;
  reach: (server: PageServer, page: Page) => Promise<void>;
  /** Which of its pictures are kept, such as `phone-light`; all without it. */
  kept?: readonly string[];
  /** Something that the customer has asked for came a while later, and moves what is below it. */
  moves?: true;
}

const sees = (page: Page, heading: string) =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

async function consent(server: PageServer, page: Page): Promise<void> {
  server.state = { ...server.state, snapshot: practiceSnapshot('waiting') };
  await page.goto(server.url);
  await sees(page, english('consent.heading'));
}

async function paste(server: PageServer, page: Page): Promise<void> {
  await consent(server, page);
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: english('consent.connect') }).click(),
  ]);
  await tab.close();
  await sees(page, english('paste.heading'));
}

async function preparing(server: PageServer, page: Page): Promise<void> {
  server.state = { ...server.state, snapshot: practiceSnapshot('reaching') };
  await page.goto(server.url);
  await page.getByRole('button', { name: english('consent.connect') }).click();
  await sees(page, english('preparing.heading'));
}

async function sent(server: PageServer, page: Page): Promise<void> {
  await paste(server, page);
  await page.getByLabel(english('paste.label')).fill(CODE);
  await page.keyboard.press('Enter');
  server.tell({ snapshot: practiceSnapshot('exchanging') });
  await sees(page, english('progress.heading'));
}

async function failed(server: PageServer, page: Page, code: ErrorCode, heading: string): Promise<void> {
  server.state = { ...server.state, snapshot: practiceSnapshot('failed', { error: shownError(code) }) };
  await page.goto(server.url);
  await sees(page, heading);
}

/** A platform's dress, in colours that are not ours. */
const DRESS = {
  PLATFORM_NAME: 'Example Hosting',
  PLATFORM_LOGO: undefined,
  PLATFORM_COLOR: '#7a1fa2',
  PLATFORM_COLOR_DARK: undefined,
  SUPPORT_URL: 'https://example.com/help',
  SUPPORT_EMAIL: 'help@example.com',
  TERMS_URL: 'https://example.com/terms',
};

const LOGO = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><circle cx="20" cy="20" r="18" fill="#a54fd0"/><text x="48" y="28" font-family="sans-serif" font-size="24" fill="#a54fd0">Example</text></svg>',
);

/** Every state that a customer can meet, in the order of their path. */
export const STATES: PageState[] = [
  { name: 'consent', reach: consent },
  {
    name: 'consent-demonstration',
    reach: (server, page) => {
      server.session = {
        customer: 'alice',
        csrf: 'practice',
        sealTo: server.keys.publicKey,
        standIn: 'http://127.0.0.1:9',
      };
      return consent(server, page);
    },
  },
  {
    name: 'consent-dressed',
    reach: (server, page) => {
      server.dress({ ...DRESS, PLATFORM_LOGO: { type: 'image/svg+xml', ending: 'svg', bytes: LOGO } });
      server.session = {
        customer: 'alice',
        csrf: 'practice',
        sealTo: server.keys.publicKey,
        displayName: 'مساعد أليس 👩‍💻',
      };
      return consent(server, page);
    },
  },
  {
    name: 'failed-dressed',
    reach: (server, page) => {
      server.dress(DRESS);
      server.session = {
        customer: `alice-${'a'.repeat(57)}`,
        csrf: 'practice',
        sealTo: server.keys.publicKey,
        returnUrl: 'https://dashboard.example/alice',
      };
      return failed(server, page, 'box_unreachable', english('trouble.failed'));
    },
  },
  {
    name: 'link-over',
    reach: async (server, page) => {
      server.dress(DRESS);
      server.link = {
        customer: 'alice',
        csrf: '',
        link: 'over',
        supportCode: '3EEPQKDV',
        returnUrl: 'https://dashboard.example/alice',
        refreshUrl: 'https://dashboard.example/alice/connect',
      };
      await page.goto(`${server.url}/connect/practice`);
      await sees(page, english('trouble.signedOut'));
    },
  },
  { name: 'preparing', reach: preparing },
  {
    name: 'busy',
    reach: async (server, page) => {
      const at = new Date(Date.now() - 30_000).toISOString();
      server.state = { ...server.state, snapshot: practiceSnapshot('queued', { at }) };
      await page.goto(server.url);
      await page.getByRole('button', { name: english('consent.connect') }).click();
      await page.getByText(english('preparing.busy')).first().waitFor();
    },
  },
  {
    name: 'ready',
    reach: async (server, page) => {
      await preparing(server, page);
      server.tell({ snapshot: practiceSnapshot('waiting') });
      await sees(page, english('open.heading'));
    },
  },
  { name: 'waiting', reach: paste },
  {
    name: 'no-tab',
    reach: async (server, page) => {
      await paste(server, page);
      await page.getByText(english('paste.noTab')).click();
    },
  },
  {
    name: 'wrong-shape',
    reach: async (server, page) => {
      await paste(server, page);
      await page.getByLabel(english('paste.label')).fill('only-half-of-it');
      await page.keyboard.press('Enter');
    },
  },
  {
    name: 'rejected',
    reach: async (server, page) => {
      await sent(server, page);
      const link = practiceLink('x'.repeat(43));
      server.tell({
        snapshot: practiceSnapshot('waiting', { link, rejected: shownError('code_rejected') }),
      });
      await sees(page, english('open.again'));
    },
  },
  {
    name: 'fresh-link',
    reach: async (server, page) => {
      await paste(server, page);
      const link = practiceLink('y'.repeat(43));
      server.tell({ snapshot: practiceSnapshot('waiting', { attempt: 2, link, notice: 'fresh_link' }) });
      await sees(page, english('open.again'));
    },
  },
  {
    name: 'progress',
    reach: async (server, page) => {
      await sent(server, page);
      server.tell({ snapshot: practiceSnapshot('installing') });
      await page.locator('[aria-current=step]', { hasText: english('progress.steps.installing') }).waitFor();
    },
  },
  {
    name: 'connected',
    reach: async (server, page) => {
      server.session = {
        customer: 'alice',
        csrf: 'practice',
        returnUrl: 'https://dashboard.example.com/alice',
      };
      server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
      await page.goto(server.url);
      await sees(page, english('connected.heading', { name: 'Claude' }));
    },
  },
  {
    name: 'connect-again',
    reach: async (server, page) => {
      server.state = { snapshot: practiceSnapshot('connected'), connection: CONNECTION };
      await page.goto(server.url);
      server.onStart = practiceSnapshot('queued', { handshake: 'another-handshake' });
      await page.getByRole('button', { name: english('connected.again') }).click();
      await sees(page, english('consent.heading'));
    },
  },
  {
    name: 'expired',
    reach: async (server, page) => {
      await paste(server, page);
      server.tell({ snapshot: practiceSnapshot('expired', { error: shownError('sign_in_expired') }) });
      await sees(page, english('trouble.expired'));
    },
  },
  {
    name: 'cancelled',
    reach: async (server, page) => {
      await paste(server, page);
      server.tell({ snapshot: practiceSnapshot('cancelled') });
      await sees(page, english('trouble.cancelled'));
    },
  },
  {
    name: 'failed',
    reach: (server, page) => failed(server, page, 'box_unreachable', english('trouble.failed')),
  },
  {
    name: 'disconnected',
    reach: async (server, page) => {
      const receipt = '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05';
      const gone = { disconnectedAt: new Date(NOON).toISOString(), receipt };
      const { connection: _, ...snapshot } = practiceSnapshot('connected', gone);
      server.state = { snapshot, connection: null };
      await page.goto(server.url);
      await page.getByText(english('trouble.receipt')).waitFor();
    },
  },
  {
    name: 'stopped',
    reach: (server, page) => failed(server, page, 'host_key_mismatch', english('trouble.stopped')),
  },
  {
    name: 'signed-out',
    reach: async (server, page) => {
      server.session = 'not_signed_in';
      await page.goto(server.url);
      await sees(page, english('trouble.signedOut'));
    },
  },
  {
    name: 'unavailable',
    reach: async (server, page) => {
      server.session = 'service_unavailable';
      await page.goto(server.url);
      await sees(page, english('trouble.unavailable'));
    },
  },
  {
    name: 'script-failed',
    reach: async (server, page) => {
      await page.route(`${server.url}/`, async (route) => {
        const response = await route.fetch();
        // A kind of script that no browser runs, as an old one does not run this.
        const body = (await response.text()).replace('<script type="module">', '<script type="text/plain">');
        await route.fulfill({ response, body });
      });
      await page.goto(server.url);
      await page.locator('.failure h1').waitFor();
    },
  },
  {
    name: 'reconnecting',
    reach: async (server, page) => {
      await paste(server, page);
      server.takesLines = false;
      server.cut();
      await page.getByText(english('reconnecting')).waitFor();
    },
  },
  {
    name: 'service-away',
    reach: async (server, page) => {
      await paste(server, page);
      server.say(JSON.stringify({ type: 'service', available: false }));
      await page.getByText(english('serviceAway')).waitFor();
    },
  },
];
