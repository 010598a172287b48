import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rowOf } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { changeProfiles, changeState, putBeside } from '../../lab/openclaw-store.ts';
import { testOnBox } from '../../worker/connections/on-box.ts';
import { duringTests } from '../support/during-tests.ts';
import { put } from '../support/unwell-box.ts';
import { WatchedBox } from '../support/watched-box.ts';

/** What one look says of a real OpenClaw after a whole handshake, with each of the faults that there can be. */
const MINUTE = 60_000;
/** Looks at each version while nothing is wrong: a hundred in all. */
const HEALTHY = 33;

const { lab } = duringTests({ lab: startLab });

const signal = new AbortController().signal;
const attention = (code: string) => ({ outcome: 'attention', code });
const WORKING = { outcome: 'working' };
const OTHER = 'anthropic:other';
/** As a configuration names a variable. */
const VARIABLE = ['$', '{ANTHROPIC_API_KEY}'].join('');
const otherKey = { type: 'api_key' as const, provider: 'anthropic', key: 'sk-ant-api03-of-somebody-else' };

const inHour = () => Date.now() + 60 * MINUTE;

/** A program of the box's own in the place of the machine's. */
function inPlaceOf(box: Box, name: string, script: string): void {
  writeFileSync(join(box.binDirectory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  put(box, '.bashrc', `PATH=${box.binDirectory}:$PATH\n`);
}

/** What is wrong, how it is made, and what a look says of it. */
type Fault = [named: string, make: (on: WatchedBox) => void, wanted: (version: string) => object];
const FAULTS: Fault[] = [
  [
    'the profile was deleted',
    ({ state, record }) =>
      changeProfiles(state, (profiles) => {
        delete profiles[record.profile];
        profiles[OTHER] = otherKey;
      }),
    () => attention('credential_missing'),
  ],
  [
    'another token was stored under its name, as `paste-token` of somebody else does',
    ({ state, record }) =>
      changeProfiles(state, (profiles) => {
        (profiles[record.profile] as { token?: string }).token = `sk-ant-oat01-${'x'.repeat(91)}other-AA`;
      }),
    () => attention('credential_replaced'),
  ],
  [
    'it has expired',
    ({ state, record }) =>
      changeProfiles(state, (profiles) => {
        (profiles[record.profile] as { expires?: number }).expires = Date.now() - MINUTE;
      }),
    () => attention('credential_expired'),
  ],
  [
    'another profile is first in the order',
    ({ state, record }) => putBeside(state, { [OTHER]: otherKey }, { anthropic: [OTHER, record.profile] }),
    () => attention('other_credential_first'),
  ],
  [
    'a variable wins, which the configuration names',
    (on) => {
      put(on.box, '.bashrc', 'export ANTHROPIC_API_KEY=sk-ant-api03-of-the-platform\n');
      useKey(on, VARIABLE);
    },
    () => attention('credential_overridden'),
  ],
  [
    'a variable of ~/.openclaw/.env wins, which the configuration names',
    (on) => {
      put(on.box, '.openclaw/.env', 'ANTHROPIC_API_KEY=sk-ant-api03-of-the-platform\n');
      useKey(on, VARIABLE);
    },
    () => attention('credential_overridden'),
  ],
  [
    'it is in a cooldown',
    ({ state, record }) =>
      changeState(state, (there) => {
        there.usageStats = {
          [record.profile]: { cooldownUntil: inHour(), cooldownReason: 'auth', errorCount: 1 },
        };
      }),
    // 2026.4.15 and 2026.7.1 do not say why, and a limit of the rate is no fault: it has to last.
    (version) => ({
      ...attention('credential_in_cooldown'),
      ...(version !== '2026.9.6' && { mustLast: true }),
    }),
  ],
  [
    'it is disabled',
    ({ state, record }) =>
      changeState(state, (there) => {
        there.usageStats = {
          [record.profile]: { disabledUntil: inHour(), disabledReason: 'billing', errorCount: 1 },
        };
      }),
    () => attention('key_no_credit'),
  ],
  [
    'the default model was moved',
    (on) =>
      on.configure(({ agents }) => {
        Object.assign(agents.defaults, { model: { primary: 'openai/gpt-5.4' } });
      }),
    () => attention('model_moved'),
  ],
  [
    'the default agent has a model of its own',
    (on) =>
      on.configure(({ agents }) => {
        Object.assign(agents, { list: [{ id: 'main', model: { primary: 'openai/gpt-5.4' } }] });
      }),
    () => attention('model_moved'),
  ],
  [
    'its gateway is down (a stand-in for systemctl says so)',
    ({ box }) => {
      put(
        box,
        '.config/systemd/user/openclaw-gateway.service',
        '[Service]\nExecStart=/usr/bin/openclaw gateway\n',
      );
      const unit = `Id=openclaw-gateway.service\\nFragmentPath=${box.home}/.config/systemd/user/openclaw-gateway.service`;
      const states = 'ActiveState=failed\\nUnitFileState=enabled';
      inPlaceOf(box, 'systemctl', `case $1 in --user) printf '${unit}\\n${states}\\n' ;; esac`);
    },
    () => attention('gateway_down'),
  ],
  [
    'its gateway has another state directory',
    ({ box }) =>
      put(
        box,
        '.config/systemd/user/openclaw-gateway.service',
        `[Service]\nExecStart=/usr/bin/openclaw gateway --port 18789\nEnvironment=OPENCLAW_STATE_DIR=${box.home}/old\n`,
      ),
    () => attention('gateway_other_store'),
  ],
  [
    'its store is unreadable',
    ({ state }) => {
      for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' }))
        if (/\.sqlite$|auth-profiles\.json$/.test(name))
          writeFileSync(join(state, name), 'not what it was\n'.repeat(500));
        else if (/\.sqlite-(?:wal|shm)$/.test(name)) rmSync(join(state, name));
    },
    // 2026.4.15 and 2026.7.1 take it for an empty one, and say nothing.
    (version) => attention(version === '2026.9.6' ? 'store_unreadable' : 'credential_missing'),
  ],
  [
    'its clock is an hour off',
    ({ box }) => inPlaceOf(box, 'date', 'exec /bin/date -d "1 hour" "$@"'),
    () => attention('clock_wrong'),
  ],
];

function useKey(on: WatchedBox, apiKey: string): void {
  on.configure((config) => {
    const anthropic = { auth: 'api-key', apiKey, baseUrl: 'https://api.anthropic.com', models: [] };
    Object.assign(config, { models: { providers: { anthropic } } });
  });
}

describe.each(['2026.9.6', '2026.7.1', '2026.4.15'])('OpenClaw %s, connected', (version) => {
  test(
    'one look finds each fault, by its code',
    async () => {
      const on = await WatchedBox.connect(lab, version);
      // What OpenClaw remembers of its profiles is on record from then on.
      await on.openclaw('models', 'auth', 'order', 'set', '--provider', 'anthropic', on.record.profile);
      const found: Record<string, unknown> = { nothing: await on.look() };
      on.keep();
      for (const [named, make] of FAULTS) {
        make(on);
        found[named] = await on.look();
        on.restore();
      }
      const wanted = FAULTS.map(([named, , code]) => [named, code(version)]);
      expect(found).toEqual({ nothing: WORKING, ...Object.fromEntries(wanted) });
      expect(await on.look()).toEqual(WORKING);
    },
    60 * MINUTE,
  );

  test(
    'a token that was revoked is found by a turn alone',
    async () => {
      const on = await WatchedBox.connect(lab, version);
      const row = rowOf(on.record.provider);
      if (!row) throw new Error('no row');
      const turn = () => testOnBox(on.transport, row, on.record, { signal });
      expect(await turn()).toBeUndefined();
      const body = JSON.stringify({ token: lab.anthropic.minted.at(-1) });
      await fetch(`${lab.anthropic.baseUrl}/v1/oauth/token/revoke`, { method: 'POST', body });
      expect(await on.look()).toEqual(WORKING);
      expect(await turn()).toBe('key_rejected');
    },
    30 * MINUTE,
  );

  test(
    `${HEALTHY + Number(version === '2026.9.6')} looks at a box on which nothing is wrong say so, each of them`,
    async () => {
      const on = await WatchedBox.connect(lab, version);
      const seen = new Map<string, number>();
      for (let at = 0; at < HEALTHY + Number(version === '2026.9.6'); at += 1) {
        const said = JSON.stringify(await on.look());
        seen.set(said, (seen.get(said) ?? 0) + 1);
      }
      expect([...seen.keys()]).toEqual([JSON.stringify(WORKING)]);
    },
    90 * MINUTE,
  );
});

test.each(['2026.9.6', '2026.7.1', '2026.4.15'])(
  'OpenClaw %s: of another agent it finds what was not so when the connection worked, and nothing while all is as it was',
  async (version) => {
    const on = await WatchedBox.connect(lab, version);
    const { id, profile } = on.record;
    const agents = (ops: object) =>
      on.configure((config) => {
        const dev = { id: 'dev', model: { primary: 'openai/gpt-5.4' } };
        Object.assign(config.agents, { list: [{ id: 'main', default: true }, { id: 'ops', ...ops }, dev] });
      });
    agents({});
    const first = await on.lookToo({});
    const { seen: second, known } = await on.lookToo(first);
    on.keep();
    const ofOps = { known, wanted: 'ops' };
    agents({ model: { primary: 'openai/gpt-5.4' } });
    const moved = await on.lookToo(ofOps);
    on.restore();
    const orderOfOps = (...profiles: string[]) =>
      on.openclaw('models', 'auth', 'order', 'set', '--provider', 'anthropic', '--agent', 'ops', ...profiles);
    if (version === '2026.7.1') {
      // Of an agent's order it keeps what that agent has a store of its own for.
      const named = ['--provider', 'anthropic', '--profile-id', OTHER];
      const paste = ['openclaw', 'models', 'auth', '--agent', 'ops', 'paste-api-key', ...named];
      const { code, stderr } = await on.box.run(paste, { input: `${otherKey.key}\n`, timeoutMs: 5 * MINUTE });
      expect([code, stderr]).toEqual([0, stderr]);
      await orderOfOps(OTHER, profile);
    } else {
      // It has an order of its own from then on, and the default one has none.
      await orderOfOps(profile);
      putBeside(on.state, { [OTHER]: otherKey }, { anthropic: [OTHER, profile] });
    }
    const behind = await on.lookToo(ofOps);
    on.restore();
    const again = await on.lookToo(ofOps);
    const working = (agent: string) => ({ outcome: 'working', agent });
    expect([first.seen, second, moved.seen, behind.seen, again.seen]).toEqual([
      working('ops'),
      working('dev'),
      { ...attention('model_moved'), agent: 'ops' },
      { ...attention('other_credential_first'), agent: 'ops' },
      working('ops'),
    ]);
    expect(known[id]).toEqual([
      { id: 'ops', asIs: [] },
      { id: 'dev', asIs: ['model_moved'] },
    ]);
  },
  45 * MINUTE,
);

test.each(['2026.9.6', '2026.7.1'])(
  'OpenClaw %s: a gateway that runs and refuses every turn is found by a turn',
  async (version) => {
    const on = await WatchedBox.connect(lab, version);
    const row = rowOf(on.record.provider);
    if (!row) throw new Error('no row');
    const order = (...profiles: string[]) =>
      on.openclaw('models', 'auth', 'order', 'set', '--provider', 'anthropic', ...profiles);
    await order(on.record.profile);
    // The only one that it uses is refused; named, the customer's answers.
    const token = `sk-ant-oat01-${'x'.repeat(91)}other-AA`;
    putBeside(on.state, { [OTHER]: { type: 'token', provider: 'anthropic', token } }, { anthropic: [OTHER] });
    const end = await startGateway(on.box);
    const turn = () => testOnBox(on.transport, row, on.record, { signal });
    expect(await turn()).toBe('gateway_refuses');
    // A gateway of 2026.7.1 keeps the order in mind.
    if (version === '2026.9.6') {
      await order(on.record.profile);
      expect(await turn()).toBeUndefined();
    }
    await end();
  },
  45 * MINUTE,
);
