import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from '../support/customer.ts';
import { duringTests } from '../support/during-tests.ts';
import { put } from '../support/unwell-box.ts';

/** What a handshake makes of a provider's key that the configuration has of its own: see docs/fleet.md. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startLab });
const VARIABLE = 'ANTHROPIC_API_KEY';
const KEY = `sk-ant-api03-${'p'.repeat(80)}`;

async function boxWith(openclaw: string, more: object, env: Record<string, string> = {}): Promise<Box> {
  const box = await lab.freshBox({ claude: '2.1.330', openclaw, env });
  const anthropic = { baseUrl: 'https://api.anthropic.com', models: [], ...more };
  put(box, '.openclaw/openclaw.json', JSON.stringify({ models: { providers: { anthropic } } }));
  return box;
}

async function connect(box: Box, options: { takesOwnKeyOut?: boolean } = {}) {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho((link) => lab.anthropic.signIn(link));
  const { signal } = new AbortController();
  const ended = await handshake(transport, customer, { signal, ...options }).then(
    ({ warnings }) => ({ code: 'connected', warnings }),
    (thrown: unknown) => {
      if (!(thrown instanceof HandshakeFailed)) throw thrown;
      return { code: thrown.error.code, warnings: [] };
    },
  );
  return { ...ended, phases: customer.changes.map(({ phase }) => phase) };
}

/** What a turn as a chat makes it is paid with: the token that was minted last, or something else. */
async function paidWith(box: Box): Promise<'token' | 'something else'> {
  const before = lab.anthropic.bearers.length;
  const turn = ['infer', 'model', 'run', '--local', '--json', '--prompt', 'hi'];
  await box.run(['openclaw', ...turn], { timeoutMs: 5 * MINUTE });
  const asked = lab.anthropic.bearers.slice(before);
  return asked.at(-1) === lab.anthropic.minted.at(-1) ? 'token' : 'something else';
}

const entryOf = (box: Box) =>
  JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8')).models.providers.anthropic;

describe.each(['2026.9.6', '2026.7.1', '2026.4.15'])('OpenClaw %s', (version) => {
  test(
    'a variable that the configuration names does not keep a token from being used',
    async () => {
      const apiKey = { source: 'env', provider: 'default', id: VARIABLE };
      const box = await boxWith(version, { apiKey }, { [VARIABLE]: KEY });
      try {
        expect(await connect(box)).toMatchObject({ code: 'connected' });
        expect(await paidWith(box)).toBe('token');
      } finally {
        await box.stop();
      }
    },
    20 * MINUTE,
  );

  test(
    'one that it insists on (auth: "api-key") is said, before there is a link where there is time for it; taken out once the token is proved, the token answers',
    async () => {
      const box = await boxWith(version, { auth: 'api-key', apiKey: KEY });
      try {
        const refused = await connect(box);
        expect(refused.code).toBe('credential_overridden');
        // 2026.4.15 takes longer to say so than a link waits.
        if (version !== '2026.4.15') expect(refused.phases).not.toContain('waiting');
        const { code, warnings } = await connect(box, { takesOwnKeyOut: true });
        expect(code).toBe('connected');
        expect(warnings).toContainEqual(expect.stringContaining('auth: "api-key" was taken out'));
        expect(entryOf(box).auth).toBeUndefined();
        expect(await paidWith(box)).toBe('token');
      } finally {
        await box.stop();
      }
    },
    30 * MINUTE,
  );
});
