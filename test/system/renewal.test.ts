import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type CustomerState, customerStateSchema } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';

/** A customer who connects again: from the page's request to what OpenClaw on the box then has. */
const MINUTE = 60_000;
const KEY = `sk-ant-api03-${'k'.repeat(95)}`;
let system: System;

beforeAll(async () => {
  system = await startSystem({
    customers: ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace'],
    workerMain: QUICK_WORKER,
    env: { METHODS: 'setup-token,claude-login' },
  });
}, 2 * MINUTE);
afterAll(() => system?.stop(), MINUTE);

async function until(
  customer: HeadlessCustomer,
  isThere: (snapshot: NonNullable<CustomerState['snapshot']>) => boolean,
): Promise<NonNullable<CustomerState['snapshot']>> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { text } = await customer.ask('GET', 'handshake');
    const { snapshot } = customerStateSchema.parse(JSON.parse(text));
    if (snapshot && isThere(snapshot)) return snapshot;
    await sleep(200);
  }
  throw new Error('It has not come to that.');
}

/** Signs in as on the page; the end of that handshake. */
async function signIn(customer: HeadlessCustomer, method = 'setup-token') {
  const { text } = await customer.post('handshake', { provider: 'anthropic', method });
  const { handshake } = JSON.parse(text) as { handshake: string };
  const mine = (one: { handshake: string }) => one.handshake === handshake;
  const { link = '' } = await until(customer, (one) => mine(one) && one.phase === 'waiting');
  await customer.sendCode(handshake, system.anthropic.signIn(link));
  return until(customer, (one) => mine(one) && isFinal(one.phase));
}

/** What the record says, once it says this of the last handshake. */
async function recorded(name: string, handshake: string): Promise<ConnectionRecord[]> {
  for (let tries = 0; ; tries += 1) {
    const { text } = await system.platform('GET', `/api/v1/customers/${name}/connections`);
    const { items } = JSON.parse(text) as { items: ConnectionRecord[] };
    if (items.some((one) => one.handshake === handshake) || tries === 240) return items;
    await sleep(250);
  }
}

const openclaw = (name: string, ...words: string[]) => system.box(name).run(['openclaw', ...words]);

/** Profiles that OpenClaw lists, and the order that is set. */
async function onBox(name: string): Promise<{ profiles: string[]; order: string[] | null }> {
  const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout.slice(stdout.indexOf('{')));
  const { auth } = json(await openclaw(name, 'models', 'status', '--json'));
  const stored = auth.providers.find(({ provider }: { provider: string }) => provider === 'anthropic');
  const words = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--json'];
  const profiles = (stored?.profiles.labels ?? []).map((label: string) => label.split('=', 1)[0] ?? '');
  return { profiles, order: json(await openclaw(name, ...words)).order };
}

/** One turn as a chat makes it; the token that answered it. */
async function answering(name: string): Promise<string | undefined> {
  await openclaw(name, 'infer', 'model', 'run', '--local', '--json', '--prompt', 'hi');
  return system.anthropic.bearers.at(-1);
}

test(
  'connects twice: a token that is refused leaves the first one answering; a good one leaves exactly one, and it is the new one',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('alice'));
    const first = await signIn(customer);
    expect(first.phase).toBe('connected');
    const [token] = system.anthropic.minted;
    expect(await recorded('alice', first.handshake)).toMatchObject([{ profile: 'anthropic:manual' }]);
    expect(await onBox('alice')).toEqual({ profiles: ['anthropic:manual'], order: null });

    system.anthropic.messages.next(401);
    const refused = await signIn(customer);
    expect([refused.phase, refused.error?.code]).toEqual(['failed', 'key_rejected']);
    expect(await onBox('alice')).toEqual({ profiles: ['anthropic:manual'], order: null });
    expect(await answering('alice')).toBe(token);

    const again = await signIn(customer);
    expect(again.phase).toBe('connected');
    const records = await recorded('alice', again.handshake);
    expect(records).toMatchObject([{ profile: 'anthropic:keyferry', handshake: again.handshake }]);
    expect(await onBox('alice')).toEqual({ profiles: ['anthropic:keyferry'], order: null });
    expect(await answering('alice')).toBe(system.anthropic.minted.at(-1));
  },
  5 * MINUTE,
);

test(
  'a key of the customer’s own stays, behind the new token, and the old token goes',
  async () => {
    const named = ['--provider', 'anthropic', '--profile-id', 'anthropic:work'];
    await system.box('bob').run(['openclaw', 'models', 'auth', 'paste-api-key', ...named], { input: KEY });
    const customer = await HeadlessCustomer.open(await system.connectLink('bob'));
    const first = await signIn(customer);
    expect(first.phase).toBe('connected');
    await recorded('bob', first.handshake);
    expect(await onBox('bob')).toEqual({
      profiles: ['anthropic:work', 'anthropic:keyferry'],
      order: ['anthropic:keyferry', 'anthropic:work'],
    });
    const again = await signIn(customer);
    await recorded('bob', again.handshake);
    expect(await onBox('bob')).toEqual({
      profiles: ['anthropic:work', 'anthropic:keyferry-2'],
      order: ['anthropic:keyferry-2', 'anthropic:work'],
    });
    expect(await answering('bob')).toBe(system.anthropic.minted.at(-1));
  },
  5 * MINUTE,
);

/** One turn as a chat of an agent's makes it, with the runtime that the model has; the token that answered it. */
async function chatting(name: string): Promise<string | undefined> {
  const { code } = await openclaw(name, 'agent', 'exec', '--json', 'hi');
  return code === 0 ? system.anthropic.bearers.at(-1) : undefined;
}

const configOf = async (name: string) =>
  (await openclaw(name, 'config', 'get', 'agents.defaults', '--json')).stdout;

test(
  'moves from setup-token to claude-login without a gap: a login that is not answered leaves the token; then the token goes',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('carol'));
    const first = await signIn(customer);
    await recorded('carol', first.handshake);
    const token = system.anthropic.minted.at(-1);
    const before = await configOf('carol');

    system.anthropic.messages.next(429);
    const failed = await signIn(customer, 'claude-login');
    expect([failed.phase, failed.error?.code]).toEqual(['failed', 'turn_failed']);
    expect(await onBox('carol')).toEqual({ profiles: ['anthropic:manual'], order: null });
    expect(await configOf('carol')).toBe(before);
    expect(await answering('carol')).toBe(token);

    const moved = await signIn(customer, 'claude-login');
    expect(moved.phase).toBe('connected');
    const records = await recorded('carol', moved.handshake);
    expect(records.map(({ method, profile }) => [method, profile])).toEqual([
      ['claude-login', 'anthropic:claude-cli'],
    ]);
    expect(await onBox('carol')).toEqual({ profiles: [], order: null });
    expect(await chatting('carol')).toBe(system.anthropic.minted.at(-1));
    const { stdout } = await system.box('carol').run(['sh', '-c', 'ls -a "$HOME/.openclaw"']);
    expect(stdout).not.toContain('keyferry-proof');
  },
  5 * MINUTE,
);

test(
  'a token of somebody else’s beside Keyferry’s own: the move to claude-login ends before there is a link, and nothing changes',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('dave'));
    const first = await signIn(customer);
    await recorded('dave', first.handshake);
    const theirs = [
      'models',
      'auth',
      'paste-token',
      '--provider',
      'anthropic',
      '--profile-id',
      'anthropic:work',
    ];
    const input = `sk-ant-oat01-${'w'.repeat(95)}\n`;
    expect((await system.box('dave').run(['openclaw', ...theirs], { input })).code).toBe(0);
    const before = await onBox('dave');

    const { text } = await customer.post('handshake', { provider: 'anthropic', method: 'claude-login' });
    const { handshake } = JSON.parse(text) as { handshake: string };
    const mine = (one: { handshake: string }) => one.handshake === handshake;
    const end = await until(customer, (one) => mine(one) && (isFinal(one.phase) || one.link !== undefined));
    expect([end.phase, end.error?.code, end.link]).toEqual(['failed', 'other_credential_first', undefined]);
    expect(await onBox('dave')).toEqual(before);
  },
  5 * MINUTE,
);

/** What lies beside the login that Claude Code uses. */
const beside = async (name: string) =>
  (await system.box(name).run(['sh', '-c', 'ls -a "$HOME/.claude"'])).stdout.match(/\S*keyferry\S*/g);

test(
  'renews a claude-login without a gap: one that is not answered leaves the old one; a good one takes its place',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('erin'));
    const first = await signIn(customer, 'claude-login');
    expect(first.phase).toBe('connected');
    const old = system.anthropic.minted.at(-1);
    const before = await configOf('erin');

    system.anthropic.messages.next(429);
    const failed = await signIn(customer, 'claude-login');
    expect([failed.phase, failed.error?.code]).toEqual(['failed', 'turn_failed']);
    expect([await beside('erin'), await configOf('erin')]).toEqual([null, before]);
    expect(await chatting('erin')).toBe(old);

    // The first turn is beside it; what fails now fails in its place.
    let turns = 0;
    const release = system.anthropic.messages.hold((token) => {
      if (token !== old && ++turns === 1) system.anthropic.messages.next(429);
      return false;
    });
    const late = await signIn(customer, 'claude-login');
    release();
    expect([late.phase, late.error?.code]).toEqual(['failed', 'turn_failed']);
    expect([turns, await beside('erin')]).toEqual([2, null]);
    expect(await chatting('erin')).toBe(old);

    const renewed = await signIn(customer, 'claude-login');
    expect([renewed.phase, renewed.connection?.profile]).toEqual(['connected', 'anthropic:claude-cli']);
    expect(await beside('erin')).toBeNull();
    expect(await chatting('erin')).toBe(system.anthropic.minted.at(-1));
  },
  5 * MINUTE,
);

test(
  'a worker process that is killed while a claude-login is renewed, beside the old one or in its place: one answers, and the next finishes',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('frank'));
    expect((await signIn(customer, 'claude-login')).phase).toBe('connected');
    for (const at of [1, 2]) {
      const old = system.anthropic.minted.at(-1);
      let turns = 0;
      const release = system.anthropic.messages.hold((token) => token !== old && ++turns === at);
      const ending = signIn(customer, 'claude-login');
      while (turns < at) await sleep(50);
      const fresh = system.anthropic.minted.at(-1);
      await system.workers[0]?.stop('SIGKILL');
      expect([at, await chatting('frank')]).toEqual([at, at === 1 ? old : fresh]);
      await system.workers[0]?.start();
      release();
      expect([at, (await ending).phase]).toEqual([at, 'connected']);
      // They did not have to sign in again.
      expect([at, system.anthropic.minted.at(-1)]).toEqual([at, fresh]);
      expect([at, await beside('frank'), await chatting('frank')]).toEqual([at, null, fresh]);
    }
  },
  5 * MINUTE,
);

test(
  'a worker process that is killed once a login has replaced the token: the next attempt, not answered, leaves the new one, not what was there by hand',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('grace'));
    const first = await signIn(customer);
    await recorded('grace', first.handshake);
    const until = Date.now() + 600 * MINUTE;
    const byHand = { accessToken: 'by-hand', expiresAt: until, refreshTokenExpiresAt: until };
    const input = JSON.stringify({ claudeAiOauth: byHand });
    const keep = 'mkdir -p "$HOME/.claude" && cat >"$HOME/.claude/.credentials.json"';
    expect(await system.box('grace').run(['sh', '-c', keep], { input })).toMatchObject({ code: 0 });

    const store = join(system.box('grace').home, '.openclaw/agents/main/agent/auth-profiles.json');
    const stored = () => readFileSync(store, 'utf8');
    expect(stored()).toContain('anthropic:manual');
    const ending = signIn(customer, 'claude-login');
    const isOver = ending.then(() => true);
    while (stored().includes('anthropic:manual'))
      if (await Promise.race([isOver, sleep(10)])) throw new Error('The token was never removed.');
    await system.workers[0]?.stop('SIGKILL');
    expect(await beside('grace')).toEqual(['.keyferry']);
    const fresh = system.anthropic.minted.at(-1);
    system.anthropic.messages.next(429);
    await system.workers[0]?.start();
    const end = await ending;
    expect([end.phase, end.error?.code]).toEqual(['failed', 'turn_failed']);
    expect([await beside('grace'), await onBox('grace')]).toEqual([null, { profiles: [], order: null }]);
    expect(await chatting('grace')).toBe(fresh);
  },
  5 * MINUTE,
);
