import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Readiness } from '../../../worker/handshake/readiness.ts';
import { Sessions } from '../../../worker/handshake/sessions.ts';
import { type Status, StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import type { OpenClaw, Recipient } from '../../../worker/programs/openclaw/openclaw.ts';
import type { PasteToken } from '../../../worker/programs/openclaw/paste-token.ts';
import type { BoxConnection, Command, Pty } from '../../../worker/transports/transport.ts';

const COMMAND: Command = { argv: ['openclaw'] };
const SIZE = { columns: 80, rows: 24 };
const LIMITS = { signal: new AbortController().signal, timeoutMs: 1_000 };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const statusOf = (resolvedDefault: string, labels: string[] = [], more: object = {}) =>
  StatusSchema.parse({
    resolvedDefault,
    agentDir: '/home/u/.openclaw/agents/ops/agent',
    auth: { providers: [{ provider: 'anthropic', profiles: { labels } }] },
    ...more,
  });

interface Said {
  namesAgents?: boolean;
  agent?: string;
  status: (agent: string | undefined) => Promise<Status>;
  sessions?: Sessions;
}

/** An OpenClaw, and for whom each of its prompts was opened. */
function ready({ namesAgents = false, agent, status, sessions }: Said) {
  const opened: Recipient[] = [];
  const closed: Recipient[] = [];
  const openclaw = {
    provider: PROVIDERS.anthropic,
    recipient: { agent, profile: 'anthropic:manual', own: false },
    namesAgents,
    status: (_: unknown, of?: string) => status(of),
    explained: async (error: KeyferryError) => error,
  };
  const openPrompt = async () => {
    const whom = openclaw.recipient;
    const pty = await sessions?.openPty(COMMAND, SIZE, LIMITS);
    opened.push(whom);
    const prompt = { over: false, close: async () => void closed.push(whom) };
    void pty?.exit.then(() => Object.assign(prompt, { over: true }));
    return Object.assign(prompt, pty && { close: () => pty.close() }) as unknown as PasteToken;
  };
  const readiness = new Readiness({
    openclaw: openclaw as unknown as OpenClaw,
    model: undefined,
    openPrompt,
    sessions,
    limits: LIMITS,
    limitsOfWaiting: LIMITS,
  });
  return { readiness, opened, closed };
}

test('the default agent is asked for its own model, and the prompt is for it alone', async () => {
  const { readiness, opened } = ready({
    namesAgents: true,
    status: async (of) => statusOf(of === 'ops' ? 'anthropic/claude-sonnet-5' : 'openai/gpt-5.4'),
  });
  const { recipient } = await readiness.settled();
  await readiness.prompt();
  expect(recipient).toEqual({ agent: 'ops', profile: 'anthropic:manual', own: true });
  expect(opened).toEqual([recipient]);
  expect((await readiness.choice()).model).toBe('anthropic/claude-sonnet-5');
});

test('an agent that follows everybody’s default leaves the model with everybody', async () => {
  const { readiness } = ready({ namesAgents: true, status: async () => statusOf('openai/gpt-5.4') });
  expect((await readiness.known()).recipient).toMatchObject({ agent: 'ops', own: false });
});

test('one that was named gets a model of its own', async () => {
  const { readiness } = ready({
    namesAgents: true,
    agent: 'ops',
    status: async () => statusOf('openai/gpt-5.4'),
  });
  expect((await readiness.known()).recipient).toMatchObject({ agent: 'ops', own: true });
});

test.each([
  ['an API key of the customer’s own', 'anthropic:manual=sk-ant-a...kkkkkkkk'],
  ['a token that works', 'anthropic:manual=token:sk-ant-o...tttttttt'],
])(
  'a prompt that was opened for the name of %s is closed, and nothing was pasted there',
  async (_, label) => {
    const { readiness, opened, closed } = ready({ status: async () => statusOf('openai/gpt-5.4', [label]) });
    await readiness.beginEarly(undefined);
    const { recipient } = await readiness.settled();
    await readiness.prompt();
    expect(recipient.profile).toBe('anthropic:keyferry');
    expect(opened.map(({ profile }) => profile)).toEqual(['anthropic:manual', 'anthropic:keyferry']);
    expect(closed.map(({ profile }) => profile)).toEqual(['anthropic:manual']);
  },
);

test('the prompt that is open already is the one that the token goes into', async () => {
  const { readiness, opened, closed } = ready({
    status: async () => statusOf('openai/gpt-5.4', ['anthropic:keyferry=token:sk-ant-o...tttttttt']),
  });
  await readiness.beginEarly(undefined);
  expect(opened.length).toBe(2);
  const { recipient } = await readiness.settled();
  await readiness.prompt();
  expect(recipient.profile).toBe('anthropic:keyferry-2');
  expect(opened.map(({ profile }) => profile)).toEqual(['anthropic:manual', 'anthropic:keyferry-2']);
  expect(closed.map(({ profile }) => profile)).toEqual(['anthropic:manual']);
});

test('a token waits until OpenClaw says what it has, however late: it is pasted over nothing', async () => {
  let say = (_: Status) => {};
  const said = new Promise<Status>((resolve) => {
    say = resolve;
  });
  const { readiness } = ready({ status: () => said });
  let isSettled = false;
  const settled = readiness.settled().then((known) => {
    isSettled = true;
    return known;
  });
  await jest.advanceTimersByTimeAsync(119_000);
  expect(isSettled).toBe(false);
  say(statusOf('anthropic/claude-opus-5', ['anthropic:manual=token:sk-ant-o...tttttttt']));
  expect((await settled).recipient.profile).toBe('anthropic:keyferry');
});

test('it is asked a second time, and then the handshake fails, with the token where it was', async () => {
  let asked = 0;
  const { readiness, opened } = ready({
    status: async () => {
      asked += 1;
      throw new KeyferryError('box_call_timeout');
    },
  });
  await expect(readiness.settled()).rejects.toMatchObject({ code: 'box_call_timeout' });
  expect([asked, opened]).toEqual([2, []]);
});

test('a dead end is told once, without a second try', async () => {
  let asked = 0;
  const { readiness, opened } = ready({
    namesAgents: true,
    status: async () => {
      asked += 1;
      throw new KeyferryError('agent_unclear');
    },
  });
  expect((await readiness.beginEarly(undefined))?.code).toBe('agent_unclear');
  expect([asked, opened]).toEqual([1, []]);
});

/** As sshd with MaxSessions 1: a session is refused while another is open. */
function oneSession(): Sessions {
  let isOpen = false;
  const take = async () => {
    await Promise.resolve();
    if (isOpen) throw new KeyferryError('channel_refused');
    isOpen = true;
  };
  const openPty = async () => {
    await take();
    let end = () => {};
    const exit = new Promise<void>((resolve) => {
      end = resolve;
    }).then(() => {
      isOpen = false;
    });
    return { exit, close: async () => end() } as unknown as Pty;
  };
  const run = async () => {
    await take();
    isOpen = false;
  };
  return new Sessions({ lost: new Promise(() => {}), openPty, run } as unknown as BoxConnection);
}

test('a prompt that has taken a box’s only session makes room for the question for whom it is', async () => {
  const sessions = oneSession();
  const { readiness, opened } = ready({
    sessions,
    status: async () => {
      await sessions.run(COMMAND, LIMITS);
      return statusOf('openai/gpt-5.4');
    },
  });
  const signIn = await sessions.openPty(COMMAND, SIZE, LIMITS);
  // The code comes before the early prompt was refused beside the sign-in, as on a busy machine.
  void readiness.beginEarly(undefined);
  sessions.oneByOne(() => signIn.close());
  let whom: string | undefined;
  const settled = readiness.settled();
  void settled.then(async ({ recipient }) => {
    await readiness.prompt();
    whom = recipient.profile;
  });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(whom).toBe('anthropic:manual');
  expect(opened.length).toBe(2);
});

test('so does one that was opened early just as the sign-in was over', async () => {
  const sessions = oneSession();
  const { readiness, opened } = ready({
    sessions,
    status: async () => {
      await sessions.run(COMMAND, LIMITS);
      return statusOf('openai/gpt-5.4');
    },
  });
  const signIn = await sessions.openPty(COMMAND, SIZE, LIMITS);
  await expect(sessions.run(COMMAND, LIMITS)).rejects.toMatchObject({ code: 'channel_refused' });
  await signIn.close();
  await signIn.exit;
  await readiness.beginEarly(undefined);
  expect(opened.length).toBe(1);
  sessions.oneByOne(() => signIn.close());
  let whom: string | undefined;
  void readiness.settled().then(async ({ recipient }) => {
    await readiness.prompt();
    whom = recipient.profile;
  });
  await jest.advanceTimersByTimeAsync(900);
  expect(whom).toBe('anthropic:manual');
  expect(opened.length).toBe(2);
});

test('a prompt that nobody waits for is the one that the token goes into, though it could be spared', async () => {
  const sessions = new Sessions({
    lost: new Promise(() => {}),
    openPty: async () => ({ exit: new Promise(() => {}), close: async () => {} }),
  } as unknown as BoxConnection);
  const { readiness, opened } = ready({ sessions, status: async () => statusOf('openai/gpt-5.4') });
  await readiness.beginEarly(undefined);
  sessions.oneByOne();
  await readiness.settled();
  const prompt = await readiness.prompt();
  expect(await readiness.prompt()).toBe(prompt);
  expect(opened.length).toBe(1);
});
