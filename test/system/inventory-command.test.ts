import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { CommandTransport } from '../../worker/transports/command.ts';
import type { CallLimits } from '../../worker/transports/transport.ts';
import { customerWho } from '../support/customer.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

let lab: PracticeLab;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-command-'));
  lab = await startPracticeLab();
});

afterAll(async () => {
  await lab?.stop();
  rmSync(directory, { recursive: true });
});

const limits = (timeoutMs = 60_000): CallLimits => ({ signal: new AbortController().signal, timeoutMs });

/**
 * Onto a box of the lab without SSH. As with docker exec, its programs are in a session of their own, and
 * ending the command does not end them.
 */
function onto({ uid, gid, home, environment }: Box): [string, ...string[]] {
  const user =
    process.getuid?.() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return ['env', '-C', home, 'setsid', '--wait', ...user, 'env', '-i', ...variables];
}

function transport(box: Box): CommandTransport {
  const plain = onto(box);
  const terminal = plain.flatMap((word) => (word === '--wait' ? ['--wait', '--ctty'] : [word]));
  return new CommandTransport({ plain, terminal: terminal as typeof plain });
}

// First, for what is cleaned up behind its back takes seconds.
test('a command that hangs is left at the deadline', async () => {
  const once = `mkdir ${join(directory, 'hung')} 2>/dev/null && exec sleep 1000; exec "$@"`;
  const hanging: [string, ...string[]] = ['sh', '-c', once, 'sh'];
  const connecting = new CommandTransport({ plain: hanging, terminal: hanging }).connect(limits(300));
  await expect(connecting).rejects.toMatchObject({ code: 'box_call_timeout' });
});

test('a box that a command leads to is connected, and nothing stays on it', async () => {
  const box = await lab.box();
  const customer = customerWho((link) => lab.anthropic.signIn(link));
  const { signal } = new AbortController();
  await expect(handshake(transport(box), customer, { signal })).resolves.toMatchObject({
    profile: 'anthropic:manual',
  });
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(box)).toEqual([]);
});

describe('a program that outlives its command', () => {
  const script = (file: string) => ['sh', '-c', `trap "" HUP; echo $$ >${file}; exec sleep 1000`] as const;
  const pidIn = async (file: string) => {
    while (!existsSync(file) || !readFileSync(file, 'utf8').endsWith('\n'))
      await new Promise((resolve) => setTimeout(resolve, 10));
    return Number(readFileSync(file, 'utf8'));
  };
  const alive = (pid: number) => existsSync(`/proc/${pid}`);

  test('is still ended: in a terminal, on abort, and with its connection', async () => {
    const box = await lab.box();
    const connection = await transport(box).connect(limits());
    const file = (name: string) => join(box.home, name);

    const pty = await connection.openPty({ argv: script(file('one')) }, { columns: 80, rows: 24 }, limits());
    const one = await pidIn(file('one'));
    await pty.close();
    expect(alive(one)).toBe(false);

    const abort = new AbortController();
    const run = connection.run({ argv: script(file('two')) }, { ...limits(), signal: abort.signal });
    const rejected = expect(run).rejects.toThrow('enough');
    const two = await pidIn(file('two'));
    abort.abort(new Error('enough'));
    await rejected;

    void connection.run({ argv: script(file('three')) }, limits()).catch(() => {});
    const three = await pidIn(file('three'));
    await connection.close();
    expect([two, three].filter(alive)).toEqual([]);
    expect(await leftOn(box)).toEqual([]);
  });
});

test.each<[string, [string, ...string[]], RegExp]>([
  ['is not there', ['no-such-program'], /no-such-program.*No such file/],
  ['fails', ['sh', '-c', 'echo Error: No such container: alice >&2; exit 1'], /No such container: alice/],
])('a command that %s leads to no box', async (_what, plain, detail) => {
  const connecting = new CommandTransport({ plain, terminal: plain }).connect(limits());
  await expect(connecting).rejects.toMatchObject({
    code: 'box_unreachable',
    detail: expect.stringMatching(detail),
  });
});
