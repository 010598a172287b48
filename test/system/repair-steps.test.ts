import { chmodSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import type { PracticeStyles } from '../../lab/practice/programs.ts';
import { configKeyOut } from '../../worker/fleet/repairs/config-key-out.ts';
import { orderBack } from '../../worker/fleet/repairs/order-back.ts';
import { cooldownClear, profileBack } from '../../worker/fleet/repairs/profile-back.ts';
import type { OnBox } from '../../worker/fleet/repairs/repair.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { duringTests } from '../support/during-tests.ts';
import { startPracticeLab } from '../support/practice-lab.ts';
import { put } from '../support/unwell-box.ts';

/** What single repairs do on a box when something is in their way. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startPracticeLab });

const PROFILE = 'anthropic:keyferry';
const OTHER = 'anthropic:other';
const MODEL = 'anthropic/claude-opus-4-6';
const CONFIG = '.openclaw/openclaw.json';
const token = `sk-ant-oat01-${'x'.repeat(87)}Zz123456`;

/** A box whose OpenClaw has these profiles and this entry for Anthropic, and writes down what it is asked to do. */
async function boxWith(
  profiles: readonly string[],
  entry: object = {},
  styles: PracticeStyles = {},
): Promise<Box> {
  const box = await lab.box(styles);
  const credential = { type: 'token', provider: 'anthropic', token };
  const all = Object.fromEntries(profiles.map((id) => [id, credential]));
  put(box, '.openclaw/agents/main/agent/auth-profiles.json', JSON.stringify({ version: 1, profiles: all }));
  const modes = profiles.map((id) => [id, { provider: 'anthropic', mode: 'token' }]);
  const agents = { defaults: { model: { primary: MODEL } } };
  const models = { providers: { anthropic: entry } };
  put(box, CONFIG, JSON.stringify({ auth: { profiles: Object.fromEntries(modes) }, agents, models }));
  const path = join(box.binDirectory, 'openclaw');
  renameSync(path, `${path}-itself`);
  put(box, path.slice(box.home.length + 1), `#!/bin/sh\necho "$*" >> ~/asked\nexec ${path}-itself "$@"\n`);
  chmodSync(path, 0o755);
  return box;
}

function on(box: Box, more: Partial<OnBox> = {}): OnBox {
  const record = {
    provider: 'anthropic',
    profile: PROFILE,
    model: MODEL,
    position: 0,
    hint: '3456',
  } as ConnectionRecord;
  return {
    record,
    here: [record],
    row: PROVIDERS.anthropic,
    transport: new Ssh2Transport(box),
    agent: undefined,
    good: undefined,
    openCopy: async () => {},
    putBack: async () => PROFILE,
    signal: new AbortController().signal,
    givenUp: new AbortController().signal,
    ...more,
  };
}

const entryOf = (box: Box) =>
  JSON.parse(readFileSync(join(box.home, CONFIG), 'utf8')).models.providers.anthropic;
const askedOf = (box: Box) =>
  existsSync(join(box.home, 'asked')) ? readFileSync(join(box.home, 'asked'), 'utf8').split('\n') : [];
const ended = (work: Promise<unknown>): Promise<ErrorCode | undefined> =>
  work.then(
    () => undefined,
    (thrown) => (thrown as KeyferryError).code,
  );

const VARIABLE = 'ANTHROPIC_API_KEY';
const KEY = { auth: 'api-key', apiKey: 'sk-ant-api03-inline', models: [] };

test.each([
  ['2026.4.15', 'restarts its gateway, which it says is needed', ['gateway restart']],
  ['2026.9.6', 'takes it up while its gateway runs', []],
] as const)(
  'the configuration’s key goes out of use, unless the credential is refused; %s %s',
  async (openclaw, _, restarts) => {
    const box = await boxWith([PROFILE], KEY, { openclaw });
    lab.anthropic.messages.next('any');
    expect(await configKeyOut.see(on(box))).toEqual({ auth: 'api-key', key: 'in the configuration' });
    expect(await ended(configKeyOut.do(on(box), { auth: 'api-key' }))).toBeUndefined();
    expect(entryOf(box)).toEqual({ apiKey: KEY.apiKey, models: [] });
    expect(askedOf(box).filter((line) => line.startsWith('gateway'))).toEqual(restarts);
    await configKeyOut.undo?.(on(box), { auth: 'api-key' }, { auth: null });
    expect(entryOf(box)).toEqual(KEY);
    // Where the provider refuses the credential, the configuration's key answers again.
    lab.anthropic.messages.next(401);
    expect(await ended(configKeyOut.do(on(box), { auth: 'api-key' }))).toBe('key_rejected');
    expect(entryOf(box)).toEqual(KEY);
  },
  2 * MINUTE,
);

test.each([`\${${VARIABLE}}`, { source: 'env', provider: 'default', id: VARIABLE }])(
  'what names a key (%j) goes out of the configuration with the word, and comes back with it',
  async (apiKey) => {
    const named = { auth: 'api-key', apiKey, models: [] };
    const box = await boxWith([PROFILE], named);
    lab.anthropic.messages.next('any');
    const before = await configKeyOut.see(on(box));
    expect(before).toEqual({
      auth: 'api-key',
      apiKey: typeof apiKey === 'string' ? apiKey : JSON.stringify(apiKey),
    });
    expect(await ended(configKeyOut.do(on(box), before))).toBeUndefined();
    expect(entryOf(box)).toEqual({ models: [] });
    expect(await configKeyOut.see(on(box))).toEqual({ auth: null });
    await configKeyOut.undo?.(on(box), before, { auth: null });
    expect(entryOf(box)).toEqual(named);
  },
  2 * MINUTE,
);

test(
  'the configuration’s key answers again where the repair is ended between taking it out and the turn',
  async () => {
    const box = await boxWith([PROFILE], KEY);
    const ending = new AbortController();
    const transport = new Ssh2Transport(box);
    let links = 0;
    const connect: typeof transport.connect = (limits) => {
      links += 1;
      // The second one is for the turn.
      if (links === 2) ending.abort(new KeyferryError('worker_stopped'));
      return transport.connect(limits);
    };
    const stopped = on(box, { transport: { kind: transport.kind, connect }, signal: ending.signal });
    expect(await ended(configKeyOut.do(stopped, { auth: 'api-key' }))).toBe('worker_stopped');
    expect(links).toBe(3);
    expect(entryOf(box)).toEqual(KEY);
  },
  2 * MINUTE,
);

test(
  'undoing removes the profile also where nobody could look afterwards, and is not done where another credential has its name',
  async () => {
    const box = await boxWith([PROFILE]);
    const another = on(box, { record: { ...on(box).record, hint: '9999' } });
    expect(await ended(profileBack.undo?.(another, {}, {}) as Promise<void>)).toBe('profile_not_removed');
    expect(await profileBack.see(on(box))).toMatchObject({ profile: PROFILE });
    await profileBack.undo?.(on(box), {}, {});
    expect(await profileBack.see(on(box))).toMatchObject({ profile: null });
  },
  2 * MINUTE,
);

test(
  'an order is put back without a profile that is not there, and then as it was, which was none',
  async () => {
    const box = await boxWith([PROFILE, OTHER]);
    const gone = { ...on(box).record, profile: 'anthropic:keyferry-2', position: 1 };
    const both = on(box, { here: [gone, on(box).record] });
    const before = await orderBack.see(both);
    expect(before).toEqual({ order: null, profiles: [PROFILE, OTHER], wanted: [PROFILE] });
    await orderBack.do(both, before);
    expect(await orderBack.see(both)).toMatchObject({ order: [PROFILE] });
    await orderBack.undo?.(both, before, {});
    expect(await orderBack.see(both)).toMatchObject({ order: null });
  },
  2 * MINUTE,
);

test(
  'a credential that was put back has the place among the customer’s that is on record, not the first one',
  async () => {
    const back = 'anthropic:keyferry-3';
    const box = await boxWith([back, PROFILE, OTHER]);
    const { record } = on(box);
    const first = { ...record, id: 'first' };
    const lost = { ...record, id: 'lost', profile: 'anthropic:keyferry-2', position: 1 };
    const both = on(box, { record: lost, here: [lost, first], putBack: async () => back });
    await profileBack.do(both, {});
    expect(await orderBack.see(both)).toMatchObject({ order: [PROFILE, back] });
  },
  2 * MINUTE,
);

test(
  'a credential whose copy cannot be opened is not logged out of: it stays as it was',
  async () => {
    const box = await boxWith([PROFILE]);
    const openCopy = async () => {
      throw new KeyferryError('vault_unreadable');
    };
    expect(await ended(cooldownClear.do(on(box, { openCopy }), {}))).toBe('vault_unreadable');
    expect(await cooldownClear.see(on(box))).toMatchObject({ profile: PROFILE });
  },
  2 * MINUTE,
);

test(
  'a credential that was logged out is put back once more where that has failed, unless its provider has refused it',
  async () => {
    const box = await boxWith([PROFILE]);
    const tries: ErrorCode[] = [];
    const failing = (code: ErrorCode) => {
      const putBack = async () => {
        tries.push(code);
        throw new KeyferryError(code);
      };
      return ended(cooldownClear.do(on(box, { putBack }), {}));
    };
    expect(await failing('vault_unavailable')).toBe('vault_unavailable');
    expect(await failing('key_rejected')).toBe('key_rejected');
    expect(tries).toEqual(['vault_unavailable', 'vault_unavailable', 'key_rejected']);
    expect(await cooldownClear.see(on(box))).toEqual({ profile: null, paused: null });
  },
  2 * MINUTE,
);
