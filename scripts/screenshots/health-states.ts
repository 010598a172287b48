import type { Page } from 'playwright-core';
import { english } from '../../web/messages/english.ts';
import { CONNECTION, NOON, seenAs } from './fixtures.ts';
import { OPENAI_CONNECTION, OWN, WITH_OFFERS } from './key-fixtures.ts';
import { toManage } from './key-states.ts';
import type { PageServer } from './page-server.ts';
import type { PageState } from './states.ts';

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(NOON + days * DAY_MS).toISOString();

/** The same sign-in, made a year before, in the state that its name says. */
const OLD = { ...CONNECTION, connectedAt: at(-350), expiresAt: at(15) };
export const CONNECTIONS = {
  expiring: { ...OLD, seen: seenAs('expiring', { healthSince: OLD.connectedAt }) },
  expired: {
    ...OLD,
    expiresAt: at(-2),
    seen: seenAs('attention', { healthSince: at(-2), reason: 'credential_expired', checkedAt: at(-3) }),
  },
  overridden: {
    ...OLD,
    seen: seenAs('attention', { healthSince: at(-1), reason: 'credential_overridden' }),
  },
  revoked: {
    ...OPENAI_CONNECTION,
    connectedAt: at(-40),
    seen: seenAs('attention', { healthSince: at(-1), reason: 'key_revoked' }),
  },
  /** A reason that only a newer version knows. */
  newer: { ...OLD, seen: seenAs('attention', { healthSince: at(-1), reason: 'of_a_newer_version' }) },
  unknown: {
    ...OLD,
    expiresAt: at(200),
    seen: seenAs('unknown', { healthSince: at(-4), reason: 'box_unreachable', checkedAt: at(-5) }),
  },
  silent: {
    ...OLD,
    expiresAt: at(200),
    seen: seenAs('unknown', { healthSince: at(-4), reason: 'memory_short', checkedAt: at(-4) }),
  },
  paused: {
    ...OLD,
    expiresAt: at(200),
    seen: seenAs('unknown', { healthSince: at(-1), reason: 'usage_capped', checkedAt: at(-1) }),
  },
};
export type Unwell = keyof typeof CONNECTIONS;

/** To the page of a customer with this connection. */
export async function toUnwell(server: PageServer, page: Page, which: Unwell): Promise<void> {
  server.session = { ...WITH_OFFERS, returnUrl: 'https://dashboard.example.com/alice' };
  server.state = { snapshot: null, connection: CONNECTIONS[which] };
  await page.goto(server.url);
  await page.locator('.on-connected').waitFor();
}

/** How connections are, where there is more to say than that they work. */
export const HEALTH_STATES: PageState[] = [
  ...(Object.keys(CONNECTIONS) as Unwell[]).map((which) => ({
    name: `health-${which}`,
    reach: (server: PageServer, page: Page) => toUnwell(server, page, which),
  })),
  {
    name: 'health-not-looked-up',
    reach: async (server, page) => {
      const { seen: _, ...connection } = OLD;
      server.state = { snapshot: null, connection };
      await page.goto(server.url);
      await page.getByRole('heading', { name: english('health.was.heading', { name: 'Claude' }) }).waitFor();
    },
  },
  {
    name: 'health-several',
    reach: async (server, page) => {
      server.session = WITH_OFFERS;
      const { expired, unknown, revoked } = CONNECTIONS;
      const connections = [
        OPENAI_CONNECTION,
        { ...revoked, profile: 'openai:keyferry-2', label: 'personal' },
        expired,
        {
          ...unknown,
          provider: 'groq',
          method: 'api-key',
          profile: 'groq:keyferry',
          model: 'groq/openai/gpt-oss-120b',
        },
      ];
      server.state = { snapshot: null, connection: OPENAI_CONNECTION, connections };
      await page.goto(server.url);
      await page.getByRole('heading', { name: english('others.heading') }).waitFor();
    },
  },
  {
    name: 'manage-health',
    reach: async (server, page) => {
      const [claude, work, personal, last] = OWN;
      if (!claude || !work || !personal || !last) throw new Error('four');
      server.list = [
        {
          ...claude,
          expiresAt: at(-2),
          health: 'attention',
          reason: 'credential_expired',
          healthSince: at(-2),
        },
        work,
        { ...personal, health: 'unknown', reason: 'box_unreachable', healthSince: at(-4) },
        last,
      ];
      await toManage(server, page);
    },
  },
];
