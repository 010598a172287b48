import fc from 'fast-check';
import { ZodError } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS, preferredModel } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { checkStatus, checkUsable } from '../../../worker/programs/openclaw/credential-proof.ts';
import {
  agentOf,
  findJson,
  hasCredential,
  inOrder,
  isAnswered,
  readOffered,
  type Status,
  StatusSchema,
} from '../../../worker/programs/openclaw/models-status.ts';
import { readPins } from '../../../worker/programs/openclaw/sessions.ts';
import type { Meter } from '../meter.ts';
import { expected, must, mustNotSteer } from '../oracles/finding.ts';
import { Runs } from '../oracles/secrets.ts';
import type { Secrets } from '../words.ts';
import { documentTarget } from './document.ts';

const MODEL = 'anthropic/claude-opus-5';

/** `models status --json` as 2026.4.15 and 2026.9.6 print it, with made-up names. */
const STATUS = {
  agentDir: '/home/x/.openclaw/agents/main/agent',
  resolvedDefault: MODEL,
  allowed: [MODEL],
  auth: {
    missingProvidersInUse: ['openai'],
    providers: [
      {
        provider: 'anthropic',
        effective: { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' },
        env: { source: 'env: ANTHROPIC_API_KEY' },
        profiles: { labels: ['anthropic:manual=token:sk-ant-o...ABCDtail', 'anthropic:old@x=token:…'] },
      },
    ],
    unusableProfiles: [
      { profileId: 'anthropic:manual', kind: 'cooldown', reason: 'rate_limit', until: 1_795_000_000_000 },
    ],
    oauth: { providers: [{ provider: 'anthropic', effectiveProfiles: [{ profileId: 'anthropic:manual' }] }] },
  },
};
const CATALOG = {
  models: [
    { key: 'anthropic/claude-opus-5' },
    { key: 'claude-cli/claude-sonnet-4-20250514' },
    { key: 'openai/x' },
  ],
};
const SESSIONS = {
  sessions: [
    { key: 'agent:main:1', providerOverride: 'openai' },
    { key: 'b', modelOverride: 'openai/gpt' },
  ],
};
const TURN = { ok: true, provider: 'anthropic', model: MODEL, outputs: [{ text: 'ready' }] };

const bases = [STATUS, CATALOG, SESSIONS, TURN].flatMap((json) => [
  JSON.stringify(json, null, 2),
  `[plugins] loaded 3\n${JSON.stringify(json)}\n[openclaw] done {x}\n`,
]);

const json = fc.oneof(
  fc.json(),
  fc.constantFrom(
    'null',
    '-1e999',
    '1e300',
    '"\\u202e\\u001b[2J"',
    '{"__proto__":{"a":1}}',
    '"until":1e300',
    '[{',
    '}]',
    '{\n',
    '[\n',
  ),
  fc
    .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 1, max: 20_000 }))
    .map(([unit, most]) => unit.repeat(most)),
);

/** What a handshake does with each answer; an answer of another form is an error of the catalogue there. */
function parse(text: string, { token, code }: Secrets, meter: Meter): void {
  const answer = findJson(text);
  if (answer === undefined) meter.meet('no JSON');
  const status = StatusSchema.safeParse(answer);
  if (status.success) meter.meet('a status');
  if (status.success) judge(status.data, { token, code });
  const pins = (json: unknown) => readPins(json, 'anthropic:manual', PROVIDERS.anthropic);
  const offered = (json: unknown) => readOffered(json, PROVIDERS.anthropic);
  for (const read of [offered, pins]) {
    try {
      const names = read(answer);
      if (read === offered) preferredModel(PROVIDERS.anthropic, names, 'best');
    } catch (thrown) {
      if (!(thrown instanceof ZodError)) throw thrown;
    }
  }
  must(
    !isAnswered(answer, 'isError=true', MODEL, PROVIDERS.anthropic),
    'a turn that says that it failed counts',
  );
  isAnswered(answer, '', MODEL, PROVIDERS.anthropic);
}

function judge(status: Status, { token, code }: Pick<Secrets, 'token' | 'code'>): void {
  agentOf(status);
  hasCredential(status, PROVIDERS.anthropic);
  inOrder(status, PROVIDERS.anthropic);
  const redactor = new Redactor();
  for (const known of [token, code]) redactor.add(new Secret(known));
  const known = new Runs([token, code]);
  for (const check of [
    () =>
      checkStatus(status, {
        provider: PROVIDERS.anthropic,
        profile: 'anthropic:manual',
        model: MODEL,
        token: new Secret(token),
      }),
    () => checkUsable(status, 'anthropic:manual'),
  ]) {
    try {
      for (const warning of check() ?? []) {
        mustNotSteer(warning, 'a warning');
        known.mustNotStandIn([redactor.text(warning)], 'a warning');
      }
    } catch (thrown) {
      const { code: row, detail = '' } = expected(thrown);
      const told = new KeyferryError(row, { detail: redactor.text(detail) });
      known.mustNotStandIn(told.detail?.split('\n') ?? [], 'an error of OpenClaw’s');
    }
  }
}

export const openclawTarget = documentTarget({
  name: 'openclaw',
  what: 'findJson, models status, list, sessions, turn; the proof',
  share: 0.2,
  bases,
  hostile: json,
  parse,
});
