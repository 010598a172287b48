import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { doctor } from '../../worker/doctor/doctor.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { customerWho } from '../support/customer.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { SSH_CLIENTS } from '../support/transport-lab.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

/** Real sshds that allow few sessions on a connection, which is hardening advice. */
const MINUTE = 60_000;
let lab: PracticeLab;
let workers: WorkerLab;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  await workers.worker();
}, MINUTE);
afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
}, MINUTE);

const cases = [1, 2, 3].flatMap((sessions) =>
  SSH_CLIENTS.map(([kind, make]) => [sessions, kind, make] as const),
);

describe('a box whose sshd allows few sessions', () => {
  test.each(cases)(
    'is connected in one sign-in, one step after the other: MaxSessions %d, by %s',
    async (sessions, _kind, make) => {
      const box = await lab.box({}, { sshdConfig: [`MaxSessions ${sessions}`] });
      const before = lab.anthropic.minted.length;
      const customer = customerWho((link) => lab.anthropic.signIn(link));
      const { signal } = new AbortController();
      const connected = await handshake(make(box), customer, { signal });
      expect(connected.profile).toBe('anthropic:manual');
      expect(lab.anthropic.minted.length - before).toBe(1);
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
      expect(await leftOn(box)).toEqual([]);
    },
    2 * MINUTE,
  );

  test.each([1, 2])(
    'is connected again, with the new token in a profile of its own and the old one gone: MaxSessions %d',
    async (sessions) => {
      const [[, make]] = SSH_CLIENTS as [(typeof SSH_CLIENTS)[number]];
      const box = await lab.box({}, { sshdConfig: [`MaxSessions ${sessions}`] });
      const { signal } = new AbortController();
      const customer = () => customerWho((link) => lab.anthropic.signIn(link));
      const { profile, hint } = await handshake(make(box), customer(), { signal });
      const known = { replaces: { profile, hint }, keep: [] };
      const again = await handshake(make(box), customer(), { signal, known });
      expect(again.profile).toBe('anthropic:keyferry');
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
      const { stdout } = await box.run(['openclaw', 'models', 'status', '--json']);
      expect(stdout).not.toContain('anthropic:manual');
      expect(await leftOn(box)).toEqual([]);
    },
    2 * MINUTE,
  );

  test(
    'is connected where OpenClaw is asked before the sign-in is shown, too',
    async () => {
      const [[, make]] = SSH_CLIENTS as [(typeof SSH_CLIENTS)[number]];
      const box = await lab.box({}, { sshdConfig: ['MaxSessions 1'] });
      const file = join(box.home, '.openclaw/openclaw.json');
      const settings = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...settings, agents: { list: [{ id: 'main', default: true }] } }));
      const customer = customerWho((link) => lab.anthropic.signIn(link));
      const { signal } = new AbortController();
      expect((await handshake(make(box), customer, { signal })).profile).toBe('anthropic:manual');
    },
    2 * MINUTE,
  );

  test.each([1, 2, 3])(
    'is connected by a worker, whose holder keeps the sign-in, in one attempt: MaxSessions %d',
    async (sessions) => {
      const box = await lab.box({}, { sshdConfig: [`MaxSessions ${sessions}`] });
      const name = `few-${sessions}`;
      workers.list(name, box);
      const before = lab.anthropic.minted.length;
      const id = await workers.ask(name, { attempts: 3 });
      const over = (phase: string) => phase === 'connected' || phase === 'failed';
      const { link = '' } = await workers.until(id, ({ phase }) => phase === 'waiting' || over(phase));
      await workers.leave(id, lab.anthropic.signIn(link));
      const { phase, attempt } = await workers.until(id, ({ phase }) => over(phase));
      expect({ phase, attempt, tokens: lab.anthropic.minted.length - before }).toEqual({
        phase: 'connected',
        attempt: 1,
        tokens: 1,
      });
      expect(await leftOn(box)).toEqual([]);
    },
    2 * MINUTE,
  );

  test.each(cases)(
    'is examined by the doctor, and not blocked for it: MaxSessions %d, by %s',
    async (sessions, _kind, make) => {
      const box = await lab.box({}, { sshdConfig: [`MaxSessions ${sessions}`] });
      const { signal } = new AbortController();
      const { findings } = await doctor(make(box), { signal, timeoutMs: 30_000 });
      const statusOf = (name: string) => findings.find(({ id }) => id === name)?.status;
      expect([statusOf('ssh'), statusOf('shell'), statusOf('claude')]).toEqual(['ok', 'ok', 'ok']);
      expect(statusOf('credential')).toBeDefined();
    },
    2 * MINUTE,
  );

  test(
    'that allows none blocks before the customer has a link',
    async () => {
      const [[, make]] = SSH_CLIENTS as [(typeof SSH_CLIENTS)[number]];
      const box = await lab.box({}, { sshdConfig: ['MaxSessions 0'] });
      const phases: string[] = [];
      const customer = {
        tell: ({ phase }: { phase: string }) => void phases.push(phase),
        code: () => Promise.reject(new Error('a code was asked for')),
      };
      const { signal } = new AbortController();
      const refused = { phase: 'preparing', error: { code: 'channel_refused' } };
      await expect(handshake(make(box), customer, { signal })).rejects.toMatchObject(refused);
      expect(phases).toEqual(['reaching', 'preparing']);
    },
    2 * MINUTE,
  );
});
