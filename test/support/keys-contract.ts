import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import type { ProviderKey } from '../../lab/providers/key-modes.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import type { Providers } from '../../lab/providers/providers.ts';

/** Milliseconds for one command: the real ones take half a minute on a busy machine. */
const PATIENCE_MS = 5 * 60_000;
const FIRST = 'openai:keyferry';
const SECOND = 'openai:keyferry-2';
const MODEL = 'openai/gpt-5.4';

/** A box whose OpenClaw has two keys of OpenAI and one of Anthropic, and a provider of the platform's to fall back to. */
export interface KeysBox {
  readonly box: Box;
  readonly version: string;
  readonly providers: Providers;
  readonly first: ProviderKey;
  readonly second: ProviderKey;
  readonly other: ProviderKey;
  readonly platform: ProviderKey;
}

/** Gives out the keys and leads the box's OpenClaw to the stand-in. */
export function keysBox(box: Box, version: string, providers: Providers): KeysBox {
  pointBox(box, providers, ['openai', 'anthropic'], version);
  const platform = providers.mint('groq');
  edit(box, (config) => {
    config.models.providers.platform = {
      baseUrl: providers.baseUrl('groq'),
      apiKey: platform.text,
      api: 'openai-completions',
      models: [{ id: 'small', name: 'small' }],
    };
    config.agents = { defaults: { model: { primary: MODEL, fallbacks: ['platform/small'] } } };
  });
  const [first, second, other] = [
    providers.mint('openai'),
    providers.mint('openai'),
    providers.mint('anthropic'),
  ];
  return { box, version, providers, first, second, other, platform };
}

interface Contract {
  /** The sentence that it proves. */
  name: string;
  /** In the order of the list, on the same box. */
  holds(on: KeysBox): Promise<void>;
}

/**
 * What OpenClaw does with keys: each sentence holds for the simulated one (test/system/lab/practice-keys.test.ts)
 * and for the real one (test/real/openclaw-keys.test.ts).
 */
export const KEYS_CONTRACT: readonly Contract[] = [
  {
    name: 'a key on stdin is stored under the name of its profile, and shown with its first and last characters only',
    holds: async (on) => {
      expect(await paste(on, FIRST, `  ${on.first.text}\n`)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`Auth profile: ${FIRST} (openai/api_key)`),
      });
      await paste(on, 'anthropic:keyferry', on.other.text);
      const status = await openclaw(on, ['models', 'status', '--json']);
      expect(status.stdout + status.stderr).not.toContain(on.first.text);
      const { providers } = JSON.parse(status.stdout).auth;
      expect(providers).toContainEqual(
        expect.objectContaining({
          provider: 'openai',
          profiles: expect.objectContaining({
            apiKey: 1,
            labels: [`${FIRST}=${on.first.text.slice(0, 8)}...${on.first.text.slice(-8)}`],
          }),
        }),
      );
      expect(await listed(on)).toEqual([
        { id: 'anthropic:keyferry', provider: 'anthropic', type: 'api_key', label: 'anthropic:keyferry' },
        { id: FIRST, provider: 'openai', type: 'api_key', label: FIRST },
      ]);
    },
  },
  {
    name: 'no key, and what is none of OpenAI’s, are refused with exit code 1',
    holds: async (on) => {
      expect(await paste(on, SECOND, '\n')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Required'),
      });
      expect(await paste(on, SECOND, 'not-a-key')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('That does not look like an OpenAI API key.'),
      });
    },
  },
  {
    name: 'an order takes profiles that are there only, and is told as it was set',
    holds: async (on) => {
      await paste(on, SECOND, on.second.text);
      const order = async () => JSON.parse((await ordering(on, 'get', '--json')).stdout).order;
      expect(await order()).toBeNull();
      expect(await ordering(on, 'set', 'openai:nobody')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Auth profile "openai:nobody" not found'),
      });
      expect(await ordering(on, 'set', FIRST, SECOND)).toMatchObject({ code: 0 });
      expect(await order()).toEqual([FIRST, SECOND]);
    },
  },
  {
    name: 'infer model run asks once, with the first key of the order, and remembers no refusal',
    holds: async (on) => {
      on.first.mode = 'wrong';
      const { came, ran } = await during(on, () => infer(on, MODEL));
      expect(came).toEqual([on.first.text]);
      expect(ran).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('401 Incorrect API key provided'),
      });
      expect(JSON.stringify(await listed(on))).not.toContain('cooldown');
    },
  },
  {
    name: 'a profile behind the model’s name is the one that is asked with, whatever the order says',
    holds: async (on) => {
      const { came, ran } = await during(on, () => infer(on, `${MODEL}@${SECOND}`));
      expect(came).toEqual([on.second.text]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ok: true, provider: 'openai', model: 'gpt-5.4' });
      const nobody = await during(on, () => infer(on, `${MODEL}@openai:nobody`));
      expect(nobody.came).toEqual([]);
      expect(nobody.ran).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Selected auth profile "openai:nobody" is unavailable.'),
      });
    },
  },
  {
    name: 'a turn of a chat goes over to the next key at once, and the refused one is out of use',
    holds: async (on) => {
      const { came, ran } = await during(on, () => chat(on));
      expect(came).toEqual([on.first.text, on.second.text]);
      expect(JSON.parse(ran.stdout).meta.agentMeta).toMatchObject({ provider: 'openai', model: 'gpt-5.4' });
      const [, refused] = await listed(on);
      expect(refused).toMatchObject({ id: FIRST, cooldownReason: 'auth', cooldownUntil: expect.any(String) });
    },
  },
  {
    name: 'with no credit the fallback answers, and the key is disabled for billing',
    holds: async (on) => {
      on.second.mode = 'no-credit';
      const { came, ran } = await during(on, () => chat(on));
      expect(came.slice(-2)).toEqual([on.second.text, on.platform.text]);
      expect(JSON.parse(ran.stdout).meta.agentMeta).toMatchObject({ provider: 'platform', model: 'small' });
      const { auth } = JSON.parse((await openclaw(on, ['models', 'status', '--json'])).stdout);
      expect(auth.unusableProfiles).toContainEqual(
        expect.objectContaining({ profileId: SECOND, kind: 'disabled', reason: 'billing' }),
      );
    },
  },
  {
    name: 'logging a profile out takes its key, its place in the order and what was known of its failures',
    holds: async (on) => {
      const logOut = ['models', 'auth', 'logout', SECOND, '--yes'];
      expect(await openclaw(on, logOut)).toMatchObject({ code: 0 });
      expect(await openclaw(on, logOut)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`Auth profile "${SECOND}" not found`),
      });
      expect(JSON.parse((await ordering(on, 'get', '--json')).stdout).order).toEqual([FIRST]);
      expect(JSON.stringify(await listed(on))).not.toContain(SECOND);
      on.second.mode = 'good';
      await paste(on, SECOND, on.second.text);
      expect(JSON.stringify((await listed(on)).find(({ id }) => id === SECOND))).not.toContain('disabled');
      expect(await ordering(on, 'clear')).toMatchObject({ code: 0 });
      expect(JSON.parse((await ordering(on, 'get', '--json')).stdout).order).toBeNull();
    },
  },
];

function openclaw({ box }: KeysBox, words: readonly string[], input = '') {
  return box.run(['openclaw', ...words], { input, timeoutMs: PATIENCE_MS });
}

const paste = (on: KeysBox, profile: string, input: string) => {
  const provider = profile.split(':')[0] as string;
  return openclaw(
    on,
    ['models', 'auth', 'paste-api-key', '--provider', provider, '--profile-id', profile],
    input,
  );
};

const ordering = (on: KeysBox, verb: string, ...words: readonly string[]) =>
  openclaw(on, ['models', 'auth', 'order', verb, '--provider', 'openai', ...words]);

const infer = (on: KeysBox, model: string) =>
  openclaw(on, ['infer', 'model', 'run', '--local', '--json', '--model', model, '--prompt', 'hi']);

const chat = (on: KeysBox) =>
  openclaw(on, ['agent', '--local', '--agent', 'main', '--message', 'hi', '--json']);

async function listed(on: KeysBox): Promise<{ id: string }[]> {
  const { profiles } = JSON.parse((await openclaw(on, ['models', 'auth', 'list', '--json'])).stdout);
  return profiles;
}

/** What a command did, and the keys of the turns that came meanwhile, oldest first. */
async function during<T>(on: KeysBox, work: () => Promise<T>): Promise<{ came: string[]; ran: T }> {
  const before = on.providers.turns().length;
  const ran = await work();
  return { came: on.providers.turns().slice(before), ran };
}

// biome-ignore lint/suspicious/noExplicitAny: OpenClaw's configuration has no type here.
function edit({ home }: Box, change: (config: any) => void): void {
  const file = join(home, '.openclaw', 'openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  change(config);
  writeFileSync(file, JSON.stringify(config, null, 2));
}
