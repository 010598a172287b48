import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { RunBoxRecord } from '../../core/contract/fleet-runs.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import type { Box } from '../../lab/box.ts';
import { GATEWAY_UNIT, startGatewayUnit, systemctl } from '../../lab/gateway.ts';
import { leaks } from '../../lab/leaks.ts';
import { installProgram } from '../../lab/programs.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { canRunUserSystemd, startUserSystemd } from '../../lab/user-systemd.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { Chatting, TAKING_UP } from '../support/chatting.ts';
import { fleetCli } from '../support/fleet-cli.ts';
import { put } from '../support/unwell-box.ts';
import { Watched } from '../support/watched.ts';

/**
 * Boxes that run on the platform's own key are migrated while their gateway serves: the real OpenClaw, as a unit of the real
 * systemd of the box's user, which the lab starts as a login would.
 */
const MINUTE = 60_000;
const VARIABLE = 'ANTHROPIC_API_KEY';
const KEY = `sk-ant-api03-${'p'.repeat(80)}`;
const MODEL = { primary: 'anthropic/claude-sonnet-4-6' };

/** How a platform gives its key to a box: what stands in the provider's entry, beside the variable. */
const WAYS = {
  alice: [
    'the configuration insists on the key of a variable',
    { auth: 'api-key', apiKey: `\${${VARIABLE}}` },
  ],
  bob: ['a variable alone', {}],
} as const;
type Name = keyof typeof WAYS;

interface Line {
  type: string;
  id: string;
  counts: Record<string, number>;
}

/** A system whose boxes run on the platform's key, behind the real programs. */
class Fleet {
  readonly system: System;
  readonly providers: Providers;
  readonly platformKey: string;
  readonly watched: Watched;
  readonly #database: Database;

  private constructor(system: System, providers: Providers, platformKey: string) {
    this.system = system;
    this.providers = providers;
    this.platformKey = platformKey;
    const { databaseUrl: url } = system;
    this.#database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
    this.watched = new Watched(system, this.#database, 10 * MINUTE);
  }

  static async start(customers: readonly string[], openclaw: string): Promise<Fleet> {
    const providers = await startProviders();
    const { text: key } = providers.mint('groq');
    const baseUrl = providers.baseUrl('groq');
    const models = [{ id: 'large' }];
    const platform = { name: 'our-models', baseUrl, api: 'openai-completions', models, key };
    const env = { PLATFORM_PROVIDER: JSON.stringify(platform), WATCH_HOURS: '0' };
    const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim());
    const direct = { NO_PROXY: `127.0.0.1,localhost,${registry.hostname}` };
    // A gateway of another user would keep this one from being restarted.
    const programs = { claude: '2.1.332', openclaw, node: '24', env: direct };
    try {
      const system = await startSystem({ customers, env, programs, workerMain: QUICK_WORKER });
      // Where the way to the registry has a CA of its own, the boxes trust it besides the stand-in's.
      const own = process.env.NODE_EXTRA_CA_CERTS;
      if (own && existsSync(own)) appendFileSync(system.anthropic.caFile, `\n${readFileSync(own)}`);
      const fleet = new Fleet(system, providers, key);
      const npm = await installProgram('npm', '12');
      for (const name of customers) symlinkSync(npm, join(system.box(name).binDirectory, 'npm'));
      return fleet;
    } catch (thrown) {
      await providers.stop();
      throw thrown;
    }
  }

  /** What a command prints, also where it ends with 1. */
  async cli(...words: readonly string[]) {
    const lines = (await fleetCli(this.system, words, [0, 1])) as (Line & RunBoxRecord)[];
    return {
      id: lines.find(({ type }) => type === 'begun')?.id ?? '',
      boxes: lines.filter(({ type }) => type === 'box'),
      counts: lines.find(({ type }) => type === 'end')?.counts ?? {},
    };
  }

  /** The customer's box in the run, once it waits for them no more. */
  migrated(run: string, customer: string): Promise<RunBoxRecord> {
    return this.watched.until(async () => {
      const { boxes } = await this.cli('run', run);
      const box = boxes.find((each) => each.customer === customer);
      return box && /^(?:done|failed|skipped)$/.test(box.state) ? box : undefined;
    }, 'The run did not go on with the box.');
  }

  /** Whose requests the stand-in for Anthropic has seen since. */
  paidSince({ keys, tokens }: Paid) {
    const { apiKeys } = this.system.anthropic.messages;
    return {
      keys: new Set(apiKeys.slice(keys)),
      tokens: new Set(this.system.anthropic.bearers.slice(tokens)),
    };
  }

  get paid(): Paid {
    const { apiKeys } = this.system.anthropic.messages;
    return { keys: apiKeys.length, tokens: this.system.anthropic.bearers.length };
  }

  async stop(): Promise<void> {
    await this.#database.destroy();
    await Promise.all([this.system.stop(), this.providers.stop()]);
  }
}

interface Paid {
  keys: number;
  tokens: number;
}

/** As a host's template leaves a box: its key, and a gateway that runs. */
async function giveKey(box: Box, baseUrl: string, entry: object): Promise<void> {
  const anthropic = { baseUrl, models: [], ...entry };
  const config = { models: { providers: { anthropic } }, agents: { defaults: { model: MODEL } } };
  put(box, '.openclaw/openclaw.json', JSON.stringify(config));
  put(box, '.openclaw/.env', `${VARIABLE}=${KEY}\n`);
  await startUserSystemd(box);
  await startGatewayUnit(box);
}

/** The process of the gateway's unit. */
async function gatewayOf(box: Box): Promise<string> {
  const pid = await systemctl(box, 'show', GATEWAY_UNIT, '-p', 'MainPID', '--value');
  expect(pid).toMatch(/^[1-9]\d*$/);
  return pid;
}

async function configured(box: Box, path: string) {
  const { code, stdout, stderr } = await box.run(['openclaw', 'config', 'get', path, '--json']);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const stepsOf = ({ outcome }: RunBoxRecord) =>
  (outcome.steps ?? []).map(({ step, state }) => `${step} ${state}`);

/** Not where there is no root, systemd, or cgroups that it can use. */
const onSystemd = canRunUserSystemd() ? describe : describe.skip;

onSystemd.each(['2026.9.6', '2026.7.1'])('OpenClaw %s, on the platform’s key', (version) => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.start(Object.keys(WAYS), version);
  }, 10 * MINUTE);
  afterAll(() => fleet?.stop(), MINUTE);

  test.each(Object.entries(WAYS) as [Name, (typeof WAYS)[Name]][])(
    '%s: the gateway serves all the while, on the platform’s key until the customer’s is proved',
    async (name, [, entry]) => {
      const { system, watched } = fleet;
      const box = system.box(name);
      await giveKey(box, system.anthropic.baseUrl, entry);
      const gateway = await gatewayOf(box);
      const start = fleet.paid;
      const chatting = new Chatting(box);
      try {
        await chatting.next();
        expect(fleet.paidSince(start)).toEqual({ keys: new Set([KEY]), tokens: new Set() });

        const restart = name === 'alice' ? [] : ['--restart-gateway'];
        const begun = await fleet.cli('migrate', '--filter', `customer=${name}`, ...restart);
        expect(begun.counts).toMatchObject({ 'waiting-for-customer': 1, failed: 0 });
        expect(begun.boxes[0]?.outcome.credentials).toContain(`variable ${VARIABLE} in ~/.openclaw/.env`);
        await chatting.next();
        expect(fleet.paidSince(start)).toEqual({ keys: new Set([KEY]), tokens: new Set() });

        await watched.connect(name);
        const box_ = await fleet.migrated(begun.id, name);
        expect(box_).toMatchObject({ state: 'done', code: null });
        expect(stepsOf(box_)).toEqual(expect.arrayContaining(['fallback done', 'proof done']));
        const after = fleet.paid;
        await chatting.next();
        expect(fleet.paidSince(after)).toEqual({
          keys: new Set(),
          tokens: new Set([system.anthropic.minted.at(-1)]),
        });
      } finally {
        await chatting.stop();
      }
      console.info(
        `${version}, ${name}: ${JSON.stringify(chatting.answered)} turns, ${chatting.failed.length} failed`,
      );
      expect(chatting.failed.filter(({ printed = '' }) => !TAKING_UP.test(printed))).toEqual([]);
      expect(chatting.failed.length).toBeLessThan(3);
      expect(Object.keys(chatting.answered)).toEqual(['anthropic']);
      expect(fleet.providers.turns('groq')).toEqual([]);
      // That of 2026.7.1 restarts itself once the configuration has its first profile.
      if (version !== '2026.7.1') expect(await gatewayOf(box)).toBe(gateway);
      // The variable stays where it was, and comes after the customer’s; nothing names it any more.
      const kept = await configured(box, 'models.providers.anthropic');
      expect(kept).not.toHaveProperty('auth');
      expect(kept).not.toHaveProperty('apiKey');
      expect(readFileSync(join(box.home, '.openclaw/.env'), 'utf8')).toContain(KEY);
    },
    40 * MINUTE,
  );

  test('no key is in what the processes have printed', () => {
    const { system, platformKey } = fleet;
    expect(leaks([KEY, platformKey, ...system.anthropic.secrets], system.logs())).toEqual([]);
  });
});

onSystemd('an OpenClaw that is replaced under a gateway that runs', () => {
  const NAME = 'carol';
  let fleet: Fleet;
  let box: Box;
  beforeAll(async () => {
    fleet = await Fleet.start([NAME], '2026.7.1');
    box = fleet.system.box(NAME);
    await installByNpm(box, '2026.7.1');
    await giveKey(box, fleet.system.anthropic.baseUrl, {});
  }, 15 * MINUTE);
  afterAll(() => fleet?.stop(), MINUTE);

  const migrate = (...words: string[]) =>
    fleet.cli('migrate', '--filter', `customer=${NAME}`, '--openclaw', '2026.9.6', ...words);
  const versionOf = async () => (await box.run(['openclaw', '--version'])).stdout;

  test(
    'without --restart-gateway it stays as it is, and the box waits for its customer',
    async () => {
      const chatting = new Chatting(box);
      try {
        const { boxes, counts } = await migrate();
        expect(counts).toMatchObject({ 'waiting-for-customer': 1, failed: 0 });
        expect(boxes[0]).toMatchObject({ why: expect.stringContaining('--restart-gateway') });
        expect(boxes.map(stepsOf)).toEqual([expect.arrayContaining(['openclaw left out', 'fallback done'])]);
        await chatting.next();
      } finally {
        await chatting.stop();
      }
      expect(chatting.failed).toEqual([]);
      expect(Object.keys(chatting.answered)).toEqual(['anthropic']);
      expect(await versionOf()).toContain('2026.7.1');
    },
    40 * MINUTE,
  );

  test(
    'with it the gateway is restarted on the new one, and the customer connects',
    async () => {
      const gateway = await gatewayOf(box);
      const chatting = new Chatting(box);
      try {
        await chatting.next();
        const begun = await migrate('--restart-gateway');
        expect(begun.boxes).toMatchObject([{ state: 'waiting-for-customer', code: null }]);
        expect(begun.boxes.map(stepsOf)).toEqual([
          expect.arrayContaining(['openclaw done', 'gateway done', 'fallback done']),
        ]);
        expect(await versionOf()).toContain('2026.9.6');
        expect(await gatewayOf(box)).not.toBe(gateway);
        await chatting.next();
        const isBack = Date.now();
        await fleet.watched.connect(NAME);
        expect(await fleet.migrated(begun.id, NAME)).toMatchObject({ state: 'done', code: null });
        const after = fleet.paid;
        await chatting.next();
        const tokens = new Set([fleet.system.anthropic.minted.at(-1)]);
        expect(fleet.paidSince(after)).toEqual({ keys: new Set(), tokens });
        expect(chatting.failed.filter(({ endedAt }) => endedAt > isBack)).toEqual([]);
      } finally {
        await chatting.stop();
      }
      const gap = gapOf(chatting);
      console.info(
        `${JSON.stringify(chatting.answered)} turns, ${chatting.failed.length} failed, ${gap} ms without one`,
      );
      console.info(
        chatting.failed
          .map(({ printed }) => printed)
          .join('\n---\n')
          .slice(-4_000),
      );
      expect(fleet.providers.turns('groq')).toEqual([]);
    },
    40 * MINUTE,
  );
});

/** As a host's image has it: npm's own files in the home. */
async function installByNpm(box: Box, version: string): Promise<void> {
  rmSync(join(box.binDirectory, 'openclaw'));
  const prefix = join(box.binDirectory, '..');
  const words = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error'];
  const ran = await box.run(['npm', ...words, `openclaw@${version}`], { timeoutMs: 10 * MINUTE });
  expect([ran.code, ran.code === 0 ? '' : ran.stderr.slice(-2_000)]).toEqual([0, '']);
}

/** Milliseconds between the end of the last turn that was answered before one failed and that of the next. */
function gapOf({ turns }: Chatting): number {
  const failed = turns.filter(({ provider }) => provider === undefined);
  const [first, last] = [failed[0], failed.at(-1)];
  if (!first || !last) return 0;
  const next = turns.find(({ begunAt, provider }) => provider !== undefined && begunAt >= last.endedAt);
  return (next?.endedAt ?? 0) - first.begunAt;
}
