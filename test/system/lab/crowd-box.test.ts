import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ask, Places } from '../../../scripts/chaos/crowd/boxes.ts';
import { commandFor } from '../../../worker/boxes/survey.ts';
import { type Preflight, preflight } from '../../../worker/doctor/preflight.ts';
import { Holder } from '../../../worker/handshake/holder.ts';
import { findJson, StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import { Ssh2Transport } from '../../../worker/transports/ssh2.ts';
import type { BoxConnection, Pty } from '../../../worker/transports/transport.ts';
import { type PracticeLab, startPracticeLab } from '../../support/practice-lab.ts';
import { limits, SIZE, TransportScreen } from '../../support/transport-lab.ts';

/** What the crowd's boxes of `npm run chaos` simulate, by the worker's own means; a box with a real tmux does the same. */
const BOXES = fileURLToPath(new URL('../../../scripts/chaos/crowd/boxes.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'keyferry-crowd-box-'));
const LIMITS = { ...limits(), timeoutMs: 60_000 };
/** tmux moves the cursor where there was a blank. */
const ASKS = /Paste(?: |\x1b\[\d*[CX])+code/;
const OWN = 'anthropic:keyferry';
const TOKEN = `sk-ant-oat01-${'Ab3_x-9'.repeat(13)}tail`;

let lab: PracticeLab;
let boxes: ChildProcess;
const connections: BoxConnection[] = [];
const transports: Record<string, () => Promise<Ssh2Transport>> = {
  simulated: async () => simulated,
  real: async () => {
    const { host, port, user, identityFile, knownHostsFile } = await lab.box({});
    return new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  },
};
let simulated: Ssh2Transport;

beforeAll(async () => {
  boxes = fork(BOXES, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answered = once(boxes, 'message');
  boxes.send({ ask: 'start', directory, delayMs: 50, holding: 100, networks: 1 } satisfies Ask);
  lab = await startPracticeLab();
  const [{ places }] = (await answered) as [Places];
  const [{ host = '', port = 0 } = {}] = places;
  simulated = new Ssh2Transport({
    host,
    port,
    user: 'crowd-0',
    identityFile: join(directory, 'identity'),
    knownHostsFile: join(directory, 'known_hosts'),
  });
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

afterAll(async () => {
  boxes.disconnect();
  await lab?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function shows(pty: Pty, words: RegExp): Promise<TransportScreen> {
  const screen = new TransportScreen(pty);
  for (let tries = 0; !words.test(screen.text); tries += 1) {
    if (tries === 600) throw new Error(`It shows ${JSON.stringify(screen.text.slice(-500))}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return screen;
}

describe.each(Object.keys(transports))('on a box that is %s', (kind) => {
  let transport: Ssh2Transport;
  let survey: Preflight;

  const connect = async () => {
    const connection = await transport.connect(LIMITS);
    connections.push(connection);
    return connection;
  };
  const claude = (connection: BoxConnection, name: string) => {
    const holder = new Holder(connection, { tmux: survey.tmux ?? 'tmux', name, seconds: 60 });
    const opened = holder.open(commandFor(survey, survey.claude, ['setup-token']), SIZE, LIMITS);
    return { holder, opened };
  };

  beforeAll(async () => {
    transport = (await transports[kind]?.()) as Ssh2Transport;
    survey = await preflight(await connect(), LIMITS);
  });

  test('whoever attaches last is the only client of a session: the one before is let go, and the program goes on', async () => {
    const first = await claude(await connect(), 'handshake-attach').opened;
    await shows(first, ASKS);
    const second = claude(await connect(), 'handshake-attach');
    const screen = await shows(await second.opened, ASKS);
    expect(await first.exit).toMatchObject({ kind: 'lost' });
    expect(screen.text).not.toMatch(/detached/);
    expect((await preflight(await connect(), LIMITS)).holders).toEqual(['handshake-attach']);
    await second.holder.end();
  });

  test('ending a session ends what is attached to it, and the program', async () => {
    const { holder, opened } = claude(await connect(), 'handshake-end');
    const pty = await opened;
    const screen = await shows(pty, ASKS);
    expect(
      await new Holder(await connect(), { tmux: survey.tmux ?? '', name: 'handshake-end', seconds: 0 }).end(),
    ).toBe(true);
    expect(await pty.exit).toMatchObject({ kind: 'lost' });
    expect(screen.text).not.toMatch(/the program ended/);
    expect((await preflight(await connect(), LIMITS)).holders).not.toContain('handshake-end');
    expect(await holder.end()).toBe(true);
  });

  test('a token is stored under the profile that `paste-token` is told', async () => {
    const connection = await connect();
    const openclaw = (...args: string[]) => commandFor(survey, survey.openclaw, args);
    const named = ['--provider', 'anthropic', '--profile-id', OWN];
    const pty = await connection.openPty(openclaw('models', 'auth', 'paste-token', ...named), SIZE, LIMITS);
    const screen = await shows(pty, /Paste token/);
    pty.write(`\x1b[200~${TOKEN}\x1b[201~`);
    for (let tries = 0; tries < 100 && !/▪{9}/.test(screen.text); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    pty.write('\r');
    await pty.exit;
    expect(screen.text).toMatch(/Auth profile: anthropic:keyferry \(anthropic\/token\)/);
    const { stdout } = await connection.run(openclaw('models', 'status', '--json'), LIMITS);
    const [provider] = StatusSchema.parse(findJson(stdout)).auth.providers;
    expect(provider?.profiles?.labels).toEqual([expect.stringMatching(/^anthropic:keyferry=token:/)]);
  });
});
