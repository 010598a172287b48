import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Readiness } from '../../../worker/handshake/readiness.ts';
import type { Status } from '../../../worker/programs/openclaw/models-status.ts';
import type { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import type { PasteToken } from '../../../worker/programs/openclaw/paste-token.ts';

const GB = 1024 ** 3;
const LIMITS = { signal: new AbortController().signal, timeoutMs: 1_000 };

/** What is asked of an OpenClaw, in order, when there is time before the token. */
async function askedEarly(
  memory: number | undefined,
  status: Partial<Status> = {},
  links = 1,
  { byGateway = false } = {},
): Promise<string[]> {
  const asked: string[] = [];
  const note = <T>(name: string, answer: T): T => {
    asked.push(name);
    return answer;
  };
  const before: Status = {
    resolvedDefault: 'openai/gpt-6-astra',
    agentDir: '',
    allowed: [],
    auth: { missingProvidersInUse: [], providers: [], unusableProfiles: [], runtimeAuthRoutes: [] },
    ...status,
  };
  const openclaw: Pick<
    OpenClaw,
    | 'status'
    | 'offered'
    | 'pins'
    | 'openModelChange'
    | 'changesThroughGateway'
    | 'provider'
    | 'recipient'
    | 'namesAgents'
  > = {
    provider: PROVIDERS.anthropic,
    recipient: { agent: undefined, profile: 'anthropic:manual', own: false },
    namesAgents: false,
    status: async () => note('status', before),
    offered: async () => note('offered', ['anthropic/claude-opus-5-5']),
    pins: async () => note('pins', []),
    openModelChange: () => note('change', { to: async () => true }),
    changesThroughGateway: async () => byGateway,
  };
  const readiness = new Readiness({
    openclaw: openclaw as OpenClaw,
    model: undefined,
    openPrompt: async () => note('prompt', { over: false } as PasteToken),
    limits: LIMITS,
    limitsOfWaiting: LIMITS,
  });
  for (let link = 0; link < links; link += 1) expect(await readiness.beginEarly(memory)).toBeUndefined();
  expect(readiness.modelChange !== undefined).toBe(asked.includes('change'));
  return asked;
}

test.each([
  ['little', 0.6 * GB, []],
  ['enough for one OpenClaw beside claude', GB, ['prompt', 'status', 'offered', 'pins']],
  ['enough for two', 2 * GB, ['prompt', 'status', 'offered', 'change', 'pins']],
  ['memory of which the box says nothing', undefined, ['prompt', 'status', 'offered', 'change', 'pins']],
])('with %s it starts what fits', async (_, memory, asked) => {
  expect(await askedEarly(memory)).toEqual(asked);
});

test('no change waits where a gateway that runs takes it', async () => {
  const asked = await askedEarly(2 * GB, {}, 1, { byGateway: true });
  expect(asked).toEqual(['prompt', 'status', 'offered', 'pins']);
});

test('no change waits for a model that is the default already', async () => {
  const asked = await askedEarly(2 * GB, { resolvedDefault: 'anthropic/claude-sonnet-5' });
  expect(asked).toEqual(['prompt', 'status', 'pins']);
});

test.each([['openai/gpt-6-astra'], ['openai/*'], ['anthropic/claude-opus/*'], ['*']])(
  'no change waits where %s is allowed: it would not add the model',
  async (entry) => {
    const asked = await askedEarly(2 * GB, { allowed: [entry] });
    expect(asked).toEqual(['prompt', 'status', 'offered', 'pins']);
  },
);

test.each([['anthropic/claude-opus-5-5'], ['anthropic/*']])(
  'one waits where %s is allowed',
  async (entry) => {
    const asked = await askedEarly(2 * GB, { allowed: ['openai/gpt-6-astra', entry] });
    expect(asked).toEqual(['prompt', 'status', 'offered', 'change', 'pins']);
  },
);

test('a fresh link starts nothing a second time', async () => {
  expect(await askedEarly(2 * GB, {}, 3)).toEqual(['prompt', 'status', 'offered', 'change', 'pins']);
});
