import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type CustomerState, customerStateSchema } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { type System, startSystem } from '../../lab/system.ts';

/** A customer who connects again: from the page's request to what OpenClaw on the box then has. */
const MINUTE = 60_000;
const KEY = `sk-ant-api03-${'k'.repeat(95)}`;
let system: System;

beforeAll(async () => {
  system = await startSystem({ customers: ['alice', 'bob'], env: { METHODS: 'setup-token' } });
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
async function signIn(customer: HeadlessCustomer) {
  const { text } = await customer.post('handshake');
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
