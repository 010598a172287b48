import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { dayOf } from '../../core/contract/days.ts';
import { openDatabase } from '../../core/store/database.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { readTo, recordUsage } from '../../core/store/usage.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { lookAtBox } from '../../worker/fleet/look.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { startTestDatabase } from '../support/database.ts';
import { duringTests } from '../support/during-tests.ts';
import { GatewaySocket } from '../support/gateway-socket.ts';
import { rowsOf } from '../support/real-rows.ts';

/**
 * What OpenClaw says of usage, read by looks, against what the stand-in for the providers has answered: to the token. Several
 * hundred turns; of chats that were reset and deleted meanwhile, too. (A gateway of 2026.4.15 tells nobody who is no device of its
 * own.)
 */
const MINUTE = 60_000;
/** Turns before and after the first look, on each version. */
const TURNS = 150;
const AT_ONCE = 4;

const tokens = () => ({
  input: randomInt(1, 3_000),
  output: randomInt(1, 800),
  cacheRead: randomInt(0, 2_000),
  cacheWrite: 0,
});
const { lab, providers, server } = duringTests({
  lab: startLab,
  providers: () => startProviders({ tokens }),
  server: startTestDatabase,
});

const PLATFORM = 'our-models';
const MODELS = ['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4', `${PLATFORM}/large`];

/** Keys in the configuration, which takes no command: OpenClaw counts by provider and model, whosever key it is. */
function configure(
  box: Box,
  version: string,
  keys: Readonly<Record<'anthropic' | 'openai' | 'groq', string>>,
): void {
  pointBox(box, providers, ['anthropic', 'openai'], version);
  const file = join(box.home, '.openclaw/openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const entries = config.models.providers;
  for (const id of ['anthropic', 'openai'] as const)
    entries[id] = { models: [], ...entries[id], apiKey: keys[id] };
  const request = entries.anthropic.request && { request: entries.anthropic.request };
  const ours = {
    baseUrl: providers.baseUrl('groq'),
    api: 'openai-completions',
    models: [{ id: 'large', name: 'large' }],
  };
  entries[PLATFORM] = { ...ours, ...request, apiKey: keys.groq };
  config.agents = { defaults: { model: { primary: MODELS[0], fallbacks: [MODELS[2]] } } };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

/** A chat for each model and lane; one turn after the other in each. */
async function chat(gateway: GatewaySocket, turns: number): Promise<void> {
  let left = turns;
  const lane = async (at: number) => {
    for (let turn = 0; left > 0; turn += 1) {
      left -= 1;
      const sessionKey = `agent:main:${at}-${turn % MODELS.length}`;
      await gateway.call('sessions.patch', { key: sessionKey, model: MODELS[turn % MODELS.length] });
      const message = { agentId: 'main', sessionKey, message: 'hi', idempotencyKey: randomUUID() };
      await gateway.call('agent', message, { isFinal: true });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => lane(at)));
}

/** What the stand-in has answered from the `from`th request on, by provider and model: requests and tokens. */
function answered(from: number): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const { provider, model, status, tokens, method } of providers.requests.slice(from)) {
    const name = `${provider === 'groq' ? PLATFORM : provider}/${model}`;
    if (status !== 200 || method !== 'POST' || !tokens || !MODELS.includes(name)) continue;
    const { input, output, cacheRead, cacheWrite } = tokens;
    sums[name] = [1, input, output, cacheRead, cacheWrite].map(
      (value, at) => value + (sums[name]?.[at] ?? 0),
    );
  }
  return sums;
}

test.each(rowsOf(['2026.7.1', '2026.9.6'], 1))(
  'OpenClaw %s: what is on record is what the providers have answered, to the token',
  async (openclaw) => {
    const from = providers.requests.length;
    const customer = 'alice';
    const box = await lab.freshBox({ openclaw });
    const database = openDatabase(
      { url: server.url, connections: 2, name: 'test' },
      pino({ level: 'silent' }),
    );
    const keys = {
      anthropic: providers.mint('anthropic').text,
      openai: providers.mint('openai').text,
      groq: providers.mint('groq').text,
    };
    try {
      configure(box, openclaw, keys);
      await startGateway(box);
      const gateway = await GatewaySocket.open(box);
      const { host, port, user, identityFile, knownHostsFile } = box;
      const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
      const { signal } = new AbortController();
      const look = async () => {
        const from = await readTo(database, customer, openclaw);
        const { usage } = await lookAtBox(transport, [], { signal, usage: from });
        if (!usage) throw new Error('The look has read no usage.');
        const at = nowDate().toISOString();
        const { finalTo: to, ...read } = usage;
        const reading = {
          customer,
          box: openclaw,
          at,
          ...read,
          ...(to !== undefined && { finalTo: to }),
          platform: PLATFORM,
        };
        await database.transaction().execute((transaction) => recordUsage(transaction, reading));
        return usage.state;
      };
      /** What is on record once OpenClaw has counted all of it; 2026.9.6 says the same for half a minute. */
      const recorded = async (wanted: object) => {
        let found: Record<string, number[]> = {};
        for (let looks = 0; looks < 8; looks += 1) {
          await look();
          const rows = await database
            .selectFrom('usage_daily')
            .select(['provider', 'model', 'kind'])
            .select(({ fn }) =>
              (['requests', 'input', 'output', 'cache_read', 'cache_write'] as const).map((name) =>
                fn.sum(name).as(name),
              ),
            )
            .where('box', '=', openclaw)
            .groupBy(['provider', 'model', 'kind'])
            .execute();
          found = Object.fromEntries(
            rows.map((row) => [
              `${row.provider}/${row.model}`,
              [row.requests, row.input, row.output, row.cache_read, row.cache_write].map(Number),
            ]),
          );
          for (const { provider, kind } of rows) expect(kind === 'platform').toBe(provider === PLATFORM);
          if (isDeepStrictEqual(found, wanted)) break;
          await new Promise((resolve) => setTimeout(resolve, 10_000));
        }
        return found;
      };

      await chat(gateway, TURNS);
      expect(Object.keys(answered(from)).sort()).toEqual([...MODELS].sort());
      expect(await recorded(answered(from))).toEqual(answered(from));

      await gateway.call('sessions.reset', { key: 'agent:main:0-0' });
      await gateway.call('sessions.delete', { key: 'agent:main:1-1' });
      await gateway.call('sessions.delete', { key: 'agent:main:2-2' });
      await chat(gateway, TURNS);
      expect(await recorded(answered(from))).toEqual(answered(from));
      gateway.close();
    } finally {
      await database.destroy();
      await box.stop();
    }
  },
  40 * MINUTE,
);

test.each(rowsOf(['2026.7.1', '2026.9.6'], 1))(
  'OpenClaw %s: a turn is counted on the day that it is where the customer is',
  async (openclaw) => {
    const box = await lab.freshBox({ openclaw });
    const key = (provider: 'anthropic' | 'openai' | 'groq') => providers.mint(provider).text;
    try {
      configure(box, openclaw, { anthropic: key('anthropic'), openai: key('openai'), groq: key('groq') });
      await startGateway(box);
      const gateway = await GatewaySocket.open(box);
      const from = Date.now();
      await chat(gateway, MODELS.length);
      const to = Date.now();
      gateway.close();
      const { host, port, user, identityFile, knownHostsFile } = box;
      const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
      const { signal } = new AbortController();
      // It is never the same day in both; one of them is no whole hour from UTC.
      for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Pacific/Marquesas']) {
        const counted = new Map<string, number>();
        for (let looks = 0; looks < 8 && sumOf(counted) < MODELS.length; looks += 1) {
          if (looks > 0) await new Promise((resolve) => setTimeout(resolve, 10_000));
          const { usage } = await lookAtBox(transport, [], {
            signal,
            usage: { finalTo: undefined, timeZone },
          });
          for (const { day, rows } of usage?.days ?? [])
            counted.set(
              day,
              rows.reduce((sum, row) => sum + row[3], 0),
            );
        }
        const days = new Set([dayOf(from, timeZone), dayOf(to, timeZone)]);
        const elsewhere = [...counted].filter(([day, requests]) => requests > 0 && !days.has(day));
        expect([timeZone, sumOf(counted), elsewhere]).toEqual([timeZone, MODELS.length, []]);
      }
    } finally {
      await box.stop();
    }
  },
  20 * MINUTE,
);

const sumOf = (counted: ReadonlyMap<string, number>) =>
  [...counted.values()].reduce((sum, each) => sum + each, 0);
