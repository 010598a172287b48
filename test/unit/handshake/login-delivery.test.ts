import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { LoginDelivery, type LoginDeliveryParts } from '../../../worker/handshake/login-delivery.ts';
import { StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';

const MODEL = 'anthropic/claude-opus-5';
const seen = { kind: 'profiles', detail: 'claude-cli:runtime-synthetic' };
const late = { kind: 'missing', detail: 'missing' };

/** Proves with an OpenClaw that says these one after the other; how often it was asked. */
async function prove(...said: object[]): Promise<{ asked: number; end: unknown }> {
  let asked = 0;
  const status = async () => {
    const effective = said[Math.min(asked++, said.length - 1)];
    const runtimeAuthRoutes = [{ provider: 'anthropic', runtime: 'claude-cli', effective }];
    return StatusSchema.parse({ resolvedDefault: MODEL, auth: { runtimeAuthRoutes } });
  };
  const parts = {
    openclaw: { provider: PROVIDERS.anthropic, status, agentTurn: async () => ({ answered: true }) },
    readiness: {
      known: async () => ({ before: StatusSchema.parse({ auth: {} }), recipient: { agent: undefined } }),
      pins: async () => [],
    },
    progress: { limits: { signal: new AbortController().signal, timeoutMs: 1_000 } },
    options: {},
  };
  const delivery = new LoginDelivery(parts as unknown as LoginDeliveryParts);
  const end = await delivery.prove(MODEL).catch((thrown: unknown) => thrown);
  return { asked, end };
}

test('an OpenClaw that was too impatient to see the login is asked again', async () => {
  expect(await prove(late, seen)).toMatchObject({ asked: 2, end: { profile: 'anthropic:claude-cli' } });
});

test('three times, and then it is not effective', async () => {
  expect(await prove(late)).toMatchObject({ asked: 3, end: { code: 'credential_not_effective' } });
});

test('one that would use another credential is believed at once', async () => {
  const stored = { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' };
  expect(await prove(stored)).toMatchObject({ asked: 1, end: { code: 'credential_not_effective' } });
});
