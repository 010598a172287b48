import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROVIDERS, preferredModel } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { duringTests } from '../support/during-tests.ts';
import { Hands } from '../support/key-hands.ts';
import { keyferry } from '../support/keyferry.ts';

const MINUTE = 60_000;
const VERSION = '2026.4.15';
const STORE = '.openclaw/agents/main/agent/auth-profiles.json';
const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

/** A key that the customer has pasted themselves: this OpenClaw calls every one of those `manual`. */
function giveTheirOwn({ home, uid, gid }: Box, provider: string, token: string): void {
  const own = { type: 'token', provider, token };
  const folders = ['.openclaw', '.openclaw/agents', '.openclaw/agents/main', '.openclaw/agents/main/agent'];
  mkdirSync(join(home, folders.at(-1) ?? ''), { recursive: true });
  writeFileSync(
    join(home, STORE),
    JSON.stringify({ version: 1, profiles: { [`${provider}:manual`]: own } }),
    {
      mode: 0o600,
    },
  );
  for (const path of [...folders, STORE]) chownSync(join(home, path), uid, gid);
}

function tokens({ home }: Box): Record<string, string> {
  const { profiles } = JSON.parse(readFileSync(join(home, STORE), 'utf8')) as {
    profiles: Record<string, { token?: string; key?: string }>;
  };
  return Object.fromEntries(Object.entries(profiles).map(([id, { token, key }]) => [id, token ?? key ?? '']));
}

/** The command line on a box of this version, whose customer has pasted a key of their own. */
async function add(box: Box, provider: 'openai' | 'anthropic', theirs: string, key: string) {
  pointBox(box, providers, [provider], VERSION);
  giveTheirOwn(box, provider, theirs);
  const at = [box.target, '--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
  const ran = await keyferry(['key', 'add', ...at, '--json', '--provider', provider], undefined, key);
  expect(leaks([...providers.secrets], { printed: ran.printed, argv: ran.commandLines })).toEqual([]);
  return ran.lines.at(-1);
}

async function withBox(version: string, play: (box: Box) => Promise<void>): Promise<void> {
  const box = await lab.freshBox({ openclaw: version });
  try {
    await play(box);
  } finally {
    await box.stop();
  }
}

test(
  `OpenClaw ${VERSION} stores a key in a profile of Keyferry's own, and leaves the one that its customer pasted`,
  () =>
    withBox(VERSION, async (box) => {
      const [theirs, key] = [providers.mint('openai').text, providers.mint('openai').text];
      expect(await add(box, 'openai', theirs, key)).toMatchObject({
        type: 'connected',
        profile: 'openai:keyferry',
      });
      expect(tokens(box)).toEqual({ 'openai:manual': theirs, 'openai:keyferry': key });
      expect(providers.turns('openai')).toEqual([key]);
    }),
  20 * MINUTE,
);

test(
  `OpenClaw ${VERSION} takes no key of Anthropic's without a conversation: that is said before anything is changed`,
  () =>
    withBox(VERSION, async (box) => {
      const [theirs, key] = [providers.mint('anthropic').text, providers.mint('anthropic').text];
      expect(await add(box, 'anthropic', theirs, key)).toMatchObject({ code: 'method_not_available' });
      expect(tokens(box)).toEqual({ 'anthropic:manual': theirs });
      // Its command would have refused it, as no setup-token.
      const hands = await Hands.on(box, PROVIDERS.anthropic);
      await expect(hands.place(key)).rejects.toMatchObject({ code: 'openclaw_refused_token' });
      expect(tokens(box)).toEqual({ 'anthropic:manual': theirs });
    }),
  20 * MINUTE,
);

test(
  'OpenClaw 2026.7.1 knows Cohere by itself: without a word in its configuration it offers a model of it',
  () =>
    withBox('2026.7.1', async (box) => {
      const { openclaw, limits } = await Hands.on(box, PROVIDERS.cohere);
      const offered = await openclaw.offered(limits);
      expect(offered).toContain('cohere/command-a-03-2025');
      expect(preferredModel(PROVIDERS.cohere, offered, 'best')).toBe('cohere/command-a-03-2025');
    }),
  20 * MINUTE,
);
