import type { Page } from 'playwright-core';
import type { Continued, HandOver } from '../../core/contract/hand-over.ts';
import { english } from '../../web/messages/english.ts';
import { practiceSnapshot } from './fixtures.ts';
import { HAND_OVER, type PageServer } from './page-server.ts';
import type { PageState } from './states.ts';

const sees = (page: Page, heading: string) =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

/** The page of somebody who may hand over, and whose sign-in is ready. */
async function consent(server: PageServer, page: Page): Promise<void> {
  if (typeof server.session !== 'string') server.session = { ...server.session, canHandOver: true };
  server.state = { ...server.state, snapshot: practiceSnapshot('waiting') };
  await page.goto(server.url);
  await sees(page, english('consent.heading'));
}

async function code(server: PageServer, page: Page): Promise<void> {
  await consent(server, page);
  await page.getByRole('button', { name: english('actions.handOver') }).click();
  await sees(page, english('handOver.heading'));
  await page.getByRole('img', { name: english('handOver.code') }).waitFor();
}

/** A message's key: the language is known once a state is reached. */
type Heading = 'handOver.which' | 'handOver.entered' | 'handOver.ended' | 'continue.word';

/** The first device, once something has come of its code. */
const first =
  (handOver: HandOver, heading: Heading): PageState['reach'] =>
  async (server, page) => {
    await code(server, page);
    server.handOver = handOver;
    await sees(page, english(heading));
  };

async function question(server: PageServer, page: Page): Promise<void> {
  await page.goto(`${server.url}/continue/${'practice'.repeat(5)}abc`);
  await sees(page, english('continue.heading'));
}

const second =
  (continued: Continued, heading: Heading): PageState['reach'] =>
  async (server, page) => {
    await question(server, page);
    server.continued = continued;
    await page.getByRole('button', { name: english('continue.go') }).click();
    await sees(page, english(heading));
  };

const ended = 'handOver.ended';
const some = ['phone-light', 'desktop-dark'];

/** Every state of a hand-over: of the device on which it began, then of the one that has opened the code. */
export const HAND_OVER_STATES: PageState[] = [
  { name: 'hand-over-offered', reach: consent, kept: some },
  { name: 'hand-over-code', reach: code },
  {
    name: 'hand-over-word',
    reach: first(
      { state: 'opened', id: HAND_OVER, choices: ['PIANO', 'TANGO', 'ZEBRA', 'KIWI'] },
      'handOver.which',
    ),
  },
  { name: 'hand-over-entered', reach: first({ state: 'entered' }, 'handOver.entered'), kept: some },
  {
    name: 'hand-over-signed-out',
    reach: async (server, page) => {
      await first({ state: 'entered' }, 'handOver.entered')(server, page);
      await page.getByRole('button', { name: english('handOver.endThere') }).click();
      await sees(page, english('handOver.signedOut'));
    },
    kept: some,
  },
  {
    name: 'hand-over-elsewhere',
    reach: first({ state: 'ended', id: HAND_OVER, why: 'elsewhere' }, ended),
    kept: some,
  },
  { name: 'continue-question', reach: question },
  { name: 'continue-word', reach: second({ state: 'opened', word: 'TANGO' }, 'continue.word') },
  {
    name: 'continue-elsewhere',
    reach: second(
      { state: 'ended', why: 'elsewhere', refreshUrl: 'https://dashboard.example/keyferry' },
      ended,
    ),
    kept: some,
  },
  {
    name: 'continue-elsewhere-platform',
    reach: second({ state: 'ended', why: 'elsewhere' }, ended),
    kept: some,
  },
  { name: 'continue-declined', reach: second({ state: 'ended', why: 'declined' }, ended), kept: some },
  {
    name: 'continue-stopped',
    reach: async (server, page) => {
      await question(server, page);
      await page.getByRole('button', { name: english('continue.stop') }).click();
      await sees(page, english('continue.stopped'));
    },
    kept: some,
  },
  {
    name: 'continue-used',
    reach: async (server, page) => {
      server.continued = 'hand_over_used';
      await page.goto(`${server.url}/continue/${'practice'.repeat(5)}abc`);
      await sees(page, english(ended));
    },
    kept: some,
  },
];
