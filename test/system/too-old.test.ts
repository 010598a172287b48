import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { customerStateSchema, type Offer } from '../../core/contract/http-api.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';

const MINUTE = 60_000;
let system: System;
let [old, updated]: PracticePrograms[] = [];

beforeAll(async () => {
  [old, updated] = [practicePrograms({ openclaw: '2026.5.22' }), practicePrograms()];
  system = await startSystem({ env: { METHODS: 'setup-token,claude-login' } });
  installOpenClaw(old);
}, 2 * MINUTE);
afterAll(async () => {
  await system?.stop();
  for (const programs of [old, updated]) programs?.remove();
}, MINUTE);

/** In place of the one that is there. */
function installOpenClaw(programs: PracticePrograms | undefined): void {
  const path = join(system.box('alice').binDirectory, 'openclaw');
  rmSync(path);
  writeFileSync(path, programs?.openclaw.script ?? '', { mode: 0o755 });
}

/** What is told and done is on record a moment later. */
async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    if (isDeepStrictEqual(await ask(), expected)) return;
    await sleep(500);
  }
  expect(await ask()).toEqual(expected);
}

test(
  'a box that was seen to be too old is not offered the login on its page, until the doctor finds it updated',
  async () => {
    const methods = async () => {
      const { session } = await HeadlessCustomer.open(await system.connectLink('alice'));
      return session.offers?.[0]?.methods;
    };
    const customer = await HeadlessCustomer.open(await system.connectLink('alice'));
    const both = [{ method: 'setup-token' }, { method: 'claude-login' }];
    expect(customer.session.offers?.[0]?.methods).toEqual(both);
    await customer.post('handshake', { provider: 'anthropic', method: 'claude-login' });
    const end = async () => {
      const { text } = await customer.ask('GET', 'handshake');
      const { snapshot } = customerStateSchema.parse(JSON.parse(text));
      return [snapshot?.error?.code, snapshot?.link];
    };
    await eventually(end, ['method_not_available', undefined]);
    const tooOld: Offer['methods'] = [
      { method: 'setup-token' },
      { method: 'claude-login', lacks: 'version' },
    ];
    await eventually(methods, tooOld);

    installOpenClaw(updated);
    const run = await system.platform('POST', '/api/v1/boxes/alice/doctor', {});
    expect(run.status).toBe(202);
    await eventually(methods, both);
  },
  4 * MINUTE,
);
