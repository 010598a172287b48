import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { lookAtBox } from '../../worker/fleet/look.ts';
import type { AgentsKnown } from '../../worker/fleet/other-agents.ts';
import type { Watched } from '../../worker/fleet/read-look.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { put } from '../support/unwell-box.ts';

const MINUTE = 60_000;
const { lab } = duringTests({ lab: startPracticeLab });

const PROFILE = 'anthropic:keyferry';
const MODEL = 'anthropic/claude-opus-4-6';
const CONNECTION: Watched = {
  id: '11111111-1111-4111-8111-111111111111',
  provider: 'anthropic',
  method: 'setup-token',
  profile: PROFILE,
  hint: '3456',
  model: MODEL,
  position: 0,
  connectedAt: '2026-11-01T00:00:00.000Z',
};
const STORE = '.openclaw/agents/main/agent/auth-profiles.json';
const CONFIG = '.openclaw/openclaw.json';
const token = (end: string) => `sk-ant-oat01-${'x'.repeat(87)}${end}`;
const credential = { type: 'token', provider: 'anthropic', token: token('Zz123456') };

function look(
  box: Pick<Box, 'host' | 'port' | 'user' | 'identityFile' | 'knownHostsFile'>,
  agents?: AgentsKnown,
) {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  return lookAtBox(transport, [CONNECTION], { signal: new AbortController().signal, agents });
}
async function seen(box: Box) {
  return (await look(box)).seen.get(CONNECTION.id);
}

function connect(box: Box, state: object = {}, config: object = {}) {
  const store = { version: 1, profiles: { [PROFILE]: credential }, ...state };
  put(box, STORE, JSON.stringify(store));
  const auth = { profiles: { [PROFILE]: { provider: 'anthropic', mode: 'token' } } };
  const agents = { defaults: { model: { primary: MODEL } } };
  put(box, CONFIG, JSON.stringify({ auth, agents, ...config }));
}

const attention = (code: string) => ({ outcome: 'attention', code });
const later = () => Date.now() + 60 * MINUTE;

/** What is wrong, how it is made, and what a look says. */
const FAULTS: [string, (box: Box) => void, object][] = [
  ['nothing', connect, { outcome: 'working' }],
  ['the profile was deleted', (box) => connect(box, { profiles: {} }), attention('credential_missing')],
  [
    'another token was stored under its name',
    (box) => connect(box, { profiles: { [PROFILE]: { ...credential, token: token('Yy654321') } } }),
    attention('credential_replaced'),
  ],
  [
    'it has expired',
    (box) => connect(box, { profiles: { [PROFILE]: { ...credential, expires: Date.now() - MINUTE } } }),
    attention('credential_expired'),
  ],
  [
    'another profile is first in the order',
    (box) =>
      connect(box, {
        profiles: { [PROFILE]: credential, 'anthropic:manual': { ...credential, token: token('Yy654321') } },
        order: { anthropic: ['anthropic:manual', PROFILE] },
      }),
    attention('other_credential_first'),
  ],
  [
    'it is in a cooldown',
    (box) => connect(box, { usageStats: { [PROFILE]: { cooldownUntil: later(), cooldownReason: 'auth' } } }),
    attention('credential_in_cooldown'),
  ],
  [
    'it is disabled',
    (box) =>
      connect(box, { usageStats: { [PROFILE]: { disabledUntil: later(), disabledReason: 'billing' } } }),
    attention('key_no_credit'),
  ],
  [
    'the default model was moved',
    (box) => connect(box, {}, { agents: { defaults: { model: { primary: 'openai/gpt-5.4' } } } }),
    attention('model_moved'),
  ],
  [
    'the key of the configuration wins',
    (box) =>
      connect(
        box,
        {},
        {
          models: {
            providers: { anthropic: { auth: 'api-key', apiKey: 'sk-ant-api03-inline', models: [] } },
          },
        },
      ),
    attention('credential_overridden'),
  ],
  [
    'a variable stands in ~/.openclaw/.env, beside which the profile wins',
    (box) => {
      connect(box);
      put(box, '.openclaw/.env', 'ANTHROPIC_API_KEY=sk-ant-api03-env\n');
    },
    { outcome: 'working' },
  ],
  [
    'the gateway’s unit has another state directory',
    (box) => {
      rmSync(join(box.home, '.openclaw/.env'), { force: true });
      connect(box);
      put(
        box,
        '.config/systemd/user/openclaw-gateway.service',
        `[Service]\nExecStart=/usr/bin/openclaw gateway --port 18789\nEnvironment=OPENCLAW_STATE_DIR=${box.home}/old\n`,
      );
    },
    attention('gateway_other_store'),
  ],
  [
    'the configuration is damaged',
    (box) => {
      rmSync(join(box.home, '.config/systemd'), { recursive: true });
      put(box, CONFIG, '{"agents": {"defaults": {"model": 7');
    },
    attention('openclaw_config_invalid'),
  ],
];

describe.each(['2026.4.15', '2026.9.6'] as const)('a practice box like OpenClaw %s', (version) => {
  test(
    'one look finds each fault, by its code, and starts nothing that stays',
    async () => {
      const box = await lab.box({ openclaw: version });
      const found: Record<string, unknown> = {};
      for (const [named, make] of FAULTS) {
        make(box);
        found[named] = await seen(box);
      }
      expect(found).toEqual(Object.fromEntries(FAULTS.map(([named, , wanted]) => [named, wanted])));
      expect(await leftOn(box)).toEqual([]);
    },
    4 * MINUTE,
  );
});

test(
  'the default agent has a model of its own',
  async () => {
    const box = await lab.box({ openclaw: '2026.9.6' });
    const entries = { main: { model: { primary: 'openai/gpt-5.4' } } };
    connect(box, {}, { agents: { defaults: { model: { primary: MODEL } }, entries } });
    expect(await seen(box)).toEqual(attention('model_moved'));
  },
  2 * MINUTE,
);

test(
  'a look asks about one other agent, in turn, and tells what was not so when it worked',
  async () => {
    const box = await lab.box({ openclaw: '2026.9.6' });
    const of = (ops: object) => ({
      agents: {
        defaults: { model: { primary: MODEL } },
        entries: { main: { default: true }, ops, dev: { model: { primary: 'openai/gpt-5.4' } } },
      },
    });
    const opsStore = STORE.replace('main', 'ops');
    const put_ = (ops: object, profiles: object = { [PROFILE]: credential }, order: object = {}) => {
      connect(box, {}, of(ops));
      put(box, opsStore, JSON.stringify({ version: 1, profiles, ...order }));
    };
    const lookToo = async (agents: AgentsKnown) => {
      const { seen: all, states } = await look(box, agents);
      return {
        seen: all.get(CONNECTION.id),
        known: { [CONNECTION.id]: states.get(CONNECTION.id)?.agents ?? [] },
      };
    };
    put_({});
    const first = await lookToo({});
    const { seen: second, known } = await lookToo(first);
    // A model of its own that it has always had is no fault, and neither is a store without the credential.
    expect([first.seen, second]).toEqual([
      { outcome: 'working', agent: 'ops' },
      { outcome: 'working', agent: 'dev' },
    ]);
    expect(known[CONNECTION.id]).toEqual([
      { id: 'ops', asIs: [] },
      { id: 'dev', asIs: ['credential_missing', 'model_moved'] },
    ]);
    const other = { 'anthropic:manual': { ...credential, token: token('Yy654321') } };
    const found: unknown[] = [];
    for (const make of [
      () => put_({ model: { primary: 'openai/gpt-5.4' } }),
      () => put_({}, {}),
      () =>
        put_(
          {},
          { [PROFILE]: credential, ...other },
          { order: { anthropic: ['anthropic:manual', PROFILE] } },
        ),
      () => put_({}),
    ]) {
      make();
      found.push((await lookToo({ known, wanted: 'ops' })).seen);
    }
    expect(found).toEqual([
      { ...attention('model_moved'), agent: 'ops' },
      { ...attention('credential_missing'), agent: 'ops' },
      { ...attention('other_credential_first'), agent: 'ops' },
      { outcome: 'working', agent: 'ops' },
    ]);
    // One that is not there any more is as good as one that works.
    expect((await lookToo({ known, wanted: 'gone' })).seen).toEqual({ outcome: 'working', agent: 'gone' });
    connect(box);
    expect((await lookToo({ known, wanted: 'ops' })).seen).toEqual({ outcome: 'working', agent: 'ops' });
    expect((await lookToo({ known })).seen).toEqual({ outcome: 'working' });
  },
  3 * MINUTE,
);

test(
  'a clock that is an hour off',
  async () => {
    const box = await lab.box({ openclaw: '2026.9.6' });
    connect(box);
    const date = '#!/bin/sh\nexec /bin/date -d "1 hour" "$@"\n';
    writeFileSync(join(box.binDirectory, 'date'), date, { mode: 0o755 });
    writeFileSync(join(box.home, '.bashrc'), `PATH=${box.binDirectory}:$PATH\n`);
    expect(await seen(box)).toEqual(attention('clock_wrong'));
  },
  2 * MINUTE,
);

test(
  'a box without OpenClaw, and one that is off',
  async () => {
    const without = await lab.box({}, { openclaw: 'none' });
    expect(await seen(without)).toEqual(attention('openclaw_missing'));
    const box = await lab.box();
    connect(box);
    const first = await look(box);
    expect(first.seen.get(CONNECTION.id)).toEqual({ outcome: 'working' });
    // Its own files go with it.
    const kept = mkdtempSync(join(tmpdir(), 'look-'));
    const identityFile = join(kept, 'identity');
    const knownHostsFile = join(kept, 'known_hosts');
    copyFileSync(box.identityFile, identityFile);
    copyFileSync(box.knownHostsFile, knownHostsFile);
    await box.stop();
    const off = await look({ ...box, identityFile, knownHostsFile });
    rmSync(kept, { recursive: true });
    expect(off.seen.get(CONNECTION.id)).toEqual({ outcome: 'unreachable', code: 'box_unreachable' });
  },
  2 * MINUTE,
);
