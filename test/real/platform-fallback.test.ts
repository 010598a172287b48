import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';
import { duringTests } from '../support/during-tests.ts';
import { keyferry } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const MODEL = 'our-models/large';
const SONNET = { '2026.4.15': 'anthropic/claude-sonnet-4-6' } as Readonly<Record<string, string>>;
const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

async function fallback(verb: string, box: Box, file: string, more: readonly string[] = []) {
  process.env.PLATFORM_PROVIDER_FILE = file;
  try {
    const identity = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
    const ran = await keyferry(['fallback', verb, box.target, ...identity, '--json', ...more]);
    return { ...ran, told: ran.lines.at(-1) as unknown as Record<string, unknown> };
  } finally {
    delete process.env.PLATFORM_PROVIDER_FILE;
  }
}

/** A chat turn as the customer makes it, without a gateway. */
async function chat(box: Box) {
  const words = ['agent', '--local', '--agent', 'main', '--message', 'hi', '--json'];
  const { stdout } = await box.run(['openclaw', ...words], { timeoutMs: 5 * MINUTE });
  return whoAnswered(findJson(stdout));
}

test.each(rowsOf(['2026.4.15', '2026.7.1', '2026.9.6'], 1))(
  'OpenClaw %s: the platform answers once the customer’s key is refused, and sees no request before; its key is nowhere but in OpenClaw’s store',
  async (openclaw) => {
    const directory = mkdtempSync(join(tmpdir(), 'keyferry-real-fallback-'));
    const box = await lab.freshBox({ claude: '2.1.330', openclaw });
    try {
      const key = providers.mint('groq');
      const file = join(directory, 'platform.json');
      const api = 'openai-completions';
      const platform = {
        name: 'our-models',
        baseUrl: providers.baseUrl('groq'),
        api,
        models: [{ id: 'large' }],
      };
      writeFileSync(file, JSON.stringify({ ...platform, key: key.text }));
      const config = () => readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8');

      const set = await fallback('set', box, file);
      expect([set.exitCode, set.told]).toMatchObject([0, { state: 'set', hasKey: true, isDefault: true }]);
      expect(leaks([key.text], { config: config(), printed: set.printed, argv: set.commandLines })).toEqual(
        [],
      );
      const first = config();
      const again = await fallback('set', box, file);
      expect(again.told).toMatchObject({ state: 'set', hasKey: true });
      expect({ ...JSON.parse(config()), meta: 0 }).toEqual({ ...JSON.parse(first), meta: 0 });

      // The customer's own, as a handshake leaves it.
      const own = providers.mint('anthropic');
      const model = SONNET[openclaw] ?? 'anthropic/claude-sonnet-5';
      const provider = JSON.stringify({ baseUrl: providers.baseUrl('anthropic'), models: [] });
      const changes = [
        ['models.providers.anthropic', provider],
        ['agents.defaults.model.primary', model],
      ] as const;
      for (const [path, value] of changes)
        await box.run(['openclaw', 'config', 'set', path, value], { timeoutMs: 2 * MINUTE });
      if (openclaw !== '2026.4.15') {
        const paste = ['models', 'auth', 'paste-api-key', '--provider', 'anthropic'];
        const words = ['openclaw', ...paste, '--profile-id', 'anthropic:keyferry'];
        await box.run(words, { input: `${own.text}\n`, timeoutMs: 2 * MINUTE });
        const asked = providers.turns('groq').length;
        expect(await chat(box)).toEqual({ provider: 'anthropic', model: model.split('/')[1] });
        expect(providers.turns('anthropic').at(-1)).toBe(own.text);
        expect(providers.turns('groq').length).toBe(asked);
      }

      own.mode = 'wrong';
      expect(await chat(box)).toEqual({ provider: 'our-models', model: 'large' });
      expect(providers.turns('groq').at(-1)).toBe(key.text);

      const gone = await fallback('remove', box, file);
      expect([gone.exitCode, gone.told]).toMatchObject([
        0,
        { state: 'absent', hasKey: false, defaultModel: model },
      ]);
      expect(config()).not.toContain(MODEL);
    } finally {
      await box.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
  40 * MINUTE,
);
