/** A process with all the simulated boxes of a crowd: one SSH server, on which every customer is a user. */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import { type Running, SimulatedBox } from './box.ts';
import type { Size } from './claude.ts';

/** What the run asks for; `look` is answered with a `Seen`. */
export type Ask =
  | { ask: 'start'; directory: string; delayMs: number; holding: number }
  | { ask: 'look' }
  | { ask: 'cut' };

/** What there is on the boxes. */
export interface Seen {
  connections: number;
  programs: number;
  holders: number;
  /** Codes that came to Anthropic, and those of them that came more than once. */
  codes: number;
  twice: number;
}

const boxes = new Map<string, SimulatedBox>();
const connections = new Map<Connection, Running>();
const codes = new Map<string, number>();

process.on('message', (ask: Ask) => {
  if (ask.ask === 'start') start(ask);
  else if (ask.ask === 'look') process.send?.(seen());
  else for (const connection of connections.keys()) connection.end();
});
process.on('disconnect', () => process.exit());

function start({ directory, delayMs, holding }: Extract<Ask, { ask: 'start' }>): void {
  const [host, identity] = [
    ssh2.utils.generateKeyPairSync('ed25519'),
    ssh2.utils.generateKeyPairSync('ed25519'),
  ];
  const typed = (code: string) => void codes.set(code, (codes.get(code) ?? 0) + 1);
  const boxOf = (user: string) => {
    const number = Number(user.split('-').at(-1));
    const box = boxes.get(user) ?? new SimulatedBox({ delayMs, holds: number % 100 < holding, typed });
    boxes.set(user, box);
    return box;
  };
  const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => serve(connection, boxOf));
  server.listen(0, '127.0.0.1', 4_096, () => {
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(directory, 'identity'), identity.private, { mode: 0o600 });
    writeFileSync(join(directory, 'known_hosts'), `[127.0.0.1]:${port} ${host.public}\n`);
    process.send?.({ port });
  });
}

function serve(connection: Connection, boxOf: (user: string) => SimulatedBox): void {
  const running: Running = new Map();
  let user = '';
  connections.set(connection, running);
  connection.on('authentication', (context) => {
    user = context.username;
    if (context.method === 'publickey') context.accept();
    else context.reject(['publickey']);
  });
  connection.on('error', () => undefined);
  connection.on('close', () => connections.delete(connection));
  connection.on('session', (accept) => {
    const session = accept();
    let size: Size | undefined;
    session.on('pty', (accepted, _, { cols, rows }) => {
      size = { columns: cols, rows };
      accepted?.();
    });
    session.on('window-change', (accepted) => accepted?.());
    session.on('signal', (accepted) => accepted?.());
    session.on('exec', (accepted, _, { command }) => {
      const channel = accepted();
      channel.on('error', () => undefined);
      boxOf(user).exec(command, channel, size, running);
    });
  });
}

function seen(): Seen {
  const running = [...connections.values()].reduce((sum, { size }) => sum + size, 0);
  const holders = [...boxes.values()].reduce((sum, box) => sum + box.holders.size, 0);
  const twice = [...codes.values()].filter((times) => times > 1).length;
  return { connections: connections.size, programs: running, holders, codes: codes.size, twice };
}
