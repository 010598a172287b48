import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Readiness } from '../../../worker/handshake/readiness.ts';
import { reportedWarnings } from '../../../worker/handshake/warnings.ts';
import { checkStatus } from '../../../worker/programs/openclaw/credential-proof.ts';
import { inOrder, StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import type { BoxConnection, RunResult } from '../../../worker/transports/transport.ts';
import { expected } from '../oracles/finding.ts';

/** What an `openclaw` on a box prints, by a word of its command line. */
type Answers = Readonly<Record<string, unknown>>;

/** OpenClaw's answers of a size, and what a handshake does with them. */
export interface Answering {
  name: string;
  /** Characters of its largest answer. */
  most: number;
  answers(size: number): Answers;
  /** Everything that is asked of OpenClaw; what it ends in is a row of the catalogue. */
  ask(openclaw: OpenClaw): Promise<unknown>;
}

const LIMITS = { signal: new AbortController().signal, timeoutMs: 60_000 };
const MIB = 1024 * 1024;
const TOKEN = `sk-ant-oat01-${'Zy9_w-Q4'.repeat(11)}abcdefg`;
const MODEL = 'anthropic/claude-opus-5';

/** So many entries that their JSON has some `size` characters. */
function entries<Entry>(size: number, entry: (at: number) => Entry): Entry[] {
  const each = JSON.stringify(entry(12_345)).length + 1;
  return Array.from({ length: Math.floor(size / each) }, (_, at) => entry(at));
}

const catalog = (size: number) => ({
  models: entries(size, (at) => ({ key: `anthropic/claude-x${at}` })),
});

function statusWith(auth: object, more: object = {}) {
  const labels = ['anthropic:manual=token:sk-ant-o...abcdefg'];
  const anthropic = { provider: 'anthropic', effective: { kind: 'profiles' }, profiles: { labels } };
  return { resolvedDefault: MODEL, ...more, auth: { providers: [anthropic], ...auth } };
}

/** The choice of a default model, as `Readiness` makes it. */
function choose(openclaw: OpenClaw, model?: string): Promise<unknown> {
  const openPrompt = () => Promise.reject(new Error('not asked for'));
  return new Readiness({ openclaw, model, openPrompt, limits: LIMITS, limitsOfWaiting: LIMITS }).choice();
}

async function prove(openclaw: OpenClaw): Promise<void> {
  const status = await openclaw.status(LIMITS);
  inOrder(status, PROVIDERS.anthropic);
  reportedWarnings(
    checkStatus(status, {
      provider: PROVIDERS.anthropic,
      profile: 'anthropic:manual',
      model: MODEL,
      token: new Secret(TOKEN),
    }),
    new Redactor(),
  );
}

export const ANSWERING: readonly Answering[] = [
  {
    name: 'models allowed and offered',
    most: MIB,
    answers: (size) => ({
      status: statusWith({}, { resolvedDefault: '', allowed: entries(size, (at) => `a${at}`) }),
      list: catalog(size),
    }),
    ask: (openclaw) => choose(openclaw),
  },
  {
    name: 'models allowed by prefixes',
    most: MIB,
    answers: (size) => ({
      status: statusWith({}, { resolvedDefault: '', allowed: entries(size, (at) => `a${at}/*`) }),
      list: { models: entries(size, (at) => ({ key: `anthropic/claude-${'/'.repeat(150)}${at}` })) },
    }),
    ask: (openclaw) => choose(openclaw),
  },
  {
    name: 'a model that is not offered',
    most: MIB,
    answers: (size) => ({ status: statusWith({}), list: catalog(size) }),
    ask: (openclaw) => choose(openclaw, 'anthropic/claude-none'),
  },
  {
    name: 'providers without a credential',
    most: MIB,
    answers: (size) => ({
      status: statusWith({ missingProvidersInUse: entries(size, (at) => `provider-${at}`) }),
    }),
    ask: prove,
  },
  {
    name: 'profiles',
    most: MIB,
    answers: (size) => ({
      status: statusWith({
        unusableProfiles: entries(size / 3, (at) => ({ profileId: `anthropic:${at}` })),
        oauth: {
          providers: entries(size / 3, (at) => ({ provider: `p${at}`, profiles: [{ profileId: 'x' }] })),
        },
        providers: [
          {
            provider: 'anthropic',
            effective: { kind: 'profiles' },
            profiles: { labels: entries(size / 3, (at) => `anthropic:${at}=`) },
          },
        ],
      }),
    }),
    ask: prove,
  },
  {
    name: 'pinned chats',
    most: MIB,
    answers: (size) => ({
      sessions: {
        sessions: entries(size, (at) => ({ key: `agent:main:${at}`, providerOverride: 'openai' })),
      },
    }),
    ask: (openclaw) => openclaw.pins(LIMITS),
  },
  ...['a\n', 'Error: no\n    at f (/x.js:1:2)\n', '[\n', '\x1b]'].map((unit) => ({
    name: `a failure that prints ${JSON.stringify(unit)}`,
    most: MIB,
    answers: (size: number) => ({ status: unit.repeat(size / unit.length) }),
    ask: (openclaw: OpenClaw) => openclaw.status(LIMITS),
  })),
];

/** Asks an OpenClaw that answers so. A text that is no JSON is what it prints before it fails. */
export async function askAll({ ask }: Answering, answers: ReadonlyMap<string, string>): Promise<void> {
  const found = { path: '/usr/bin/openclaw', version: undefined };
  const survey = {
    claude: found,
    openclaw: found,
    path: '/usr/bin',
    variables: [],
    memoryAvailable: undefined,
    tmux: undefined,
    holders: [],
  };
  const run: BoxConnection['run'] = async ({ argv }): Promise<RunResult> => {
    const stdout = [...answers].find(([word]) => argv.includes(word))?.[1] ?? '';
    const code = stdout.startsWith('{') ? 0 : 1;
    return { exit: { kind: 'exited', code }, stdout, stderr: '' };
  };
  const openclaw = new OpenClaw({ run } as BoxConnection, survey, {
    provider: PROVIDERS.anthropic,
    redactor: new Redactor(),
  });
  await ask(openclaw).catch(expected);
}

/** The answers as they are printed. */
export function printed(answers: Answers): Map<string, string> {
  const text = (answer: unknown) => (typeof answer === 'string' ? answer : JSON.stringify(answer));
  return new Map(Object.entries(answers).map(([word, answer]) => [word, text(answer)]));
}

// Kept honest: an answer of another form than the schema's would be read in no time.
StatusSchema.parse(statusWith({}));
