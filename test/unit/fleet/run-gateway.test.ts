import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Gateways, GatewayUnit } from '../../../worker/doctor/gateway.ts';
import {
  begunBefore,
  gatewayNext,
  isAnother,
  restartGateway,
} from '../../../worker/fleet/runs/prepare-step.ts';
import type { Commands } from '../../../worker/programs/openclaw/commands.ts';
import { LocalTransport } from '../../../worker/transports/local.ts';

const { signal } = new AbortController();
let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'keyferry-test-'));
});
afterAll(() => rmSync(place, { recursive: true }));

const ASKED = { serves: true, replaces: true, isLeft: false, mayRestart: true };
const others = [{ name: 'root', uid: '0' }];
/** A box with a gateway by this unit. */
const gateways = (key: string, more: Partial<Gateways> = {}) =>
  ({
    units: [{ key, active: 'active' } as GatewayUnit],
    processes: [],
    others: [],
    ...more,
  }) as unknown as Gateways;
const USER = gateways('user/openclaw-gateway.service');

test('a gateway whose program is replaced is restarted, if that was asked for', () => {
  expect(gatewayNext(USER, ASKED)).toEqual({ restarts: true, held: undefined });
  const { restarts, held } = gatewayNext(USER, { ...ASKED, mayRestart: false });
  expect([restarts, held]).toEqual([false, expect.stringMatching(/only with --restart-gateway/)]);
  expect(gatewayNext(USER, { ...ASKED, serves: false })).toEqual({ restarts: false, held: undefined });
});

test('one that somebody has left on files that are gone is restarted, whatever is to be done besides', () => {
  expect(gatewayNext(USER, { ...ASKED, replaces: false })).toEqual({ restarts: false, held: undefined });
  expect(gatewayNext(USER, { ...ASKED, replaces: false, isLeft: true }).restarts).toBe(true);
});

test('where a restart is not possible from here, nothing is replaced', () => {
  const held = { restarts: false, held: expect.stringMatching(/cannot be restarted from here/) };
  for (const where of [
    gateways('system/openclaw.service'),
    gateways('user/openclaw-gateway.service', { others }),
    gateways('process/7', { units: [] }),
    undefined,
  ])
    expect(gatewayNext(where, ASKED)).toEqual(held);
});

test('a gateway that was stopped and started is another one', () => {
  const running = (...pids: number[]) =>
    gateways('user/openclaw-gateway.service', {
      processes: pids.map((pid) => ({ key: `process/${pid}` })) as unknown as Gateways['processes'],
    });
  expect(isAnother(running(7), running(8))).toBe(true);
  expect(isAnother(running(7), running(7))).toBe(false);
  expect(isAnother(running(6, 7), running(7, 8))).toBe(false);
  // One that has just been started may not be seen yet.
  expect(isAnother(running(7), running())).toBe(true);
  expect(isAnother(running(7), undefined)).toBe(false);
  expect(isAnother(running(), running(8))).toBe(false);
});

test('whether a process has begun before a file was put there', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const connection = await new LocalTransport().connect({ signal, timeoutMs: 10_000 });
  try {
    const pids = [`${child.pid}`];
    expect(await begunBefore(connection, process.execPath, pids, signal)).toBe(false);
    await sleep(2_100);
    const file = join(place, 'package.json');
    writeFileSync(file, '{}');
    expect(await begunBefore(connection, file, pids, signal)).toBe(true);
    expect(await begunBefore(connection, file, [], signal)).toBe(false);
    expect(await begunBefore(connection, join(place, 'none'), pids, signal)).toBe(false);
  } finally {
    await connection.close();
    child.kill();
  }
});

type Gateway = Pick<Commands, 'anyEnd' | 'gatewayCall'>;

/** One of whom both OpenClaw's commands and its calls are answered by `answer`. */
function gateway(answer: Gateway['anyEnd']): Gateway {
  return { anyEnd: answer, gatewayCall: (method, _, limits) => answer(['gateway', 'call', method], limits) };
}

test('a restart has the time that OpenClaw takes for turns that are under way, and to start again', async () => {
  const given: number[] = [];
  const anyEnd = async (_: readonly string[], { timeoutMs }: { timeoutMs: number }) => {
    given.push(timeoutMs);
    return { exit: { kind: 'exited', code: 0 } as const, stdout: '', stderr: '' };
  };
  const { signal } = new AbortController();
  const none = { run: () => Promise.reject(new Error('Nothing else was expected.')) };
  const done = await restartGateway(none, gateway(anyEnd), ['openclaw-gateway.service'], signal);
  expect(done).toMatchObject({ step: 'gateway', state: 'done' });
  // TimeoutStopSec of the unit that 2026.9.6 writes, and the longest start that was seen.
  expect(given[0]).toBeGreaterThan(330_000 + 90_000);
});

test('what OpenClaw refuses to restart systemd does, where units of this user’s run it', async () => {
  const ended = (code: number, stderr = '') => ({
    exit: { kind: 'exited', code } as const,
    stdout: '',
    stderr,
  });
  const refused = ended(1, 'SERVICE_DEFINITION_UNKNOWN: [system-ownership-unverified]');
  /** Answers to `gateway call health`, the last one again and again. */
  const saying =
    (...health: ReturnType<typeof ended>[]) =>
    async ([, verb]: readonly string[]) =>
      verb === 'restart' ? refused : ((health.length > 1 ? health.shift() : health[0]) ?? ended(1));
  const anyEnd = saying(ended(1), ended(0));
  const times = { everyMs: 1, answersMs: 60_000 };
  const asked: string[][] = [];
  const connection = (code: number) => ({
    run: async ({ argv }: { argv: readonly string[] }) => {
      asked.push(argv.slice(4));
      return ended(code);
    },
  });
  const units = ['openclaw-gateway.service'];
  expect(await restartGateway(connection(0), gateway(anyEnd), units, signal, times)).toMatchObject({
    state: 'done',
    words: expect.stringContaining('systemd has restarted openclaw-gateway.service, and the gateway answers'),
  });
  expect(asked).toEqual([units]);
  await expect(restartGateway(connection(1), gateway(anyEnd), units, signal)).rejects.toMatchObject({
    code: 'gateway_down',
  });
  await expect(restartGateway(connection(0), gateway(anyEnd), [], signal)).rejects.toMatchObject({
    code: 'gateway_down',
  });
  expect(asked).toHaveLength(2);
  // What fails in another way may be waiting for a customer's turn.
  const other = gateway(async () => ended(1, 'Timed out while draining.'));
  await expect(restartGateway(connection(0), other, units, signal)).rejects.toMatchObject({
    code: 'gateway_down',
  });
  expect(asked).toHaveLength(2);
  const silent = gateway(saying(ended(1)));
  await expect(
    restartGateway(connection(0), silent, units, signal, { everyMs: 1, answersMs: 0 }),
  ).rejects.toMatchObject({ code: 'gateway_down' });
  // One that is asked too slowly is asked again; whoever ends the run ends that, too.
  const slow = [new KeyferryError('box_call_timeout'), ended(1), ended(0)];
  const slowly = async ([, verb]: readonly string[]) => {
    if (verb === 'restart') return refused;
    const next = slow.shift() ?? ended(1);
    if (next instanceof Error) throw next;
    return next;
  };
  expect(await restartGateway(connection(0), gateway(slowly), units, signal, times)).toMatchObject({
    words: expect.stringContaining('and the gateway answers'),
  });
  const ending = new AbortController();
  const endless = async ([, verb]: readonly string[]) => {
    if (verb === 'restart') return refused;
    ending.abort(new KeyferryError('worker_stopped'));
    throw new KeyferryError('box_call_timeout');
  };
  await expect(
    restartGateway(connection(0), gateway(endless), units, ending.signal, times),
  ).rejects.toMatchObject({ code: 'worker_stopped' });
  const unasked = gateway(saying(ended(1, 'gateway_credentials_required')));
  expect(await restartGateway(connection(0), unasked, units, signal, times)).toMatchObject({
    words: expect.stringContaining('could not be asked'),
  });
});
