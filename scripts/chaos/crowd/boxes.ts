/** A process with all the simulated boxes of a crowd: one SSH server, on which every customer is a user. */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import { type Fault, type Running, SimulatedBox } from './box.ts';
import type { Size } from './claude.ts';
import { machineNow } from './machine-now.ts';
import { codeFor } from './secrets.ts';

/** What the run asks for; `look` is answered with a `Seen`, `times` with `Times`. */
export type Ask =
  | { ask: 'start'; directory: string; delayMs: number; holding: number; networks: number; faults?: Faults }
  | { ask: 'look' }
  | { ask: 'times' }
  | { ask: 'cut' };

/** Of the boxes that are connected from the start, by the last two digits of their number, what is wrong with them. */
export type Faults = Readonly<Record<number, Fault>>;

/** What there is on the boxes. */
export interface Seen {
  connections: number;
  programs: number;
  holders: number;
  /** Codes that came to Anthropic, and those of them that came more than once. */
  codes: number;
  twice: number;
}

/** When links were on a screen of a box first, and codes typed, each by the code; `machineNow`, of all so far. */
export interface Times {
  shown: [code: string, at: number][];
  typed: [code: string, at: number][];
}

const boxes = new Map<string, SimulatedBox>();
const connections = new Map<Connection, Running>();
const codes = new Map<string, number>();
const [shownAt, typedAt] = [new Map<string, number>(), new Map<string, number>()];

process.on('message', (ask: Ask) => {
  if (ask.ask === 'start') void start(ask);
  else if (ask.ask === 'look') process.send?.(seen());
  else if (ask.ask === 'times') process.send?.({ shown: [...shownAt], typed: [...typedAt] } satisfies Times);
  else for (const connection of connections.keys()) connection.end();
});
process.on('disconnect', () => process.exit());

/** What `start` is answered with: where the boxes are, in as many networks as were asked for. */
export interface Places {
  places: { host: string; port: number }[];
}

/** Where nothing listens: boxes that are off. */
const CLOSED = 1;
/** Those whose boxes are connected from the start. */
const WATCHED = 'watched-';

async function start({
  directory,
  delayMs,
  holding,
  networks,
  faults = {},
}: Extract<Ask, { ask: 'start' }>): Promise<void> {
  const [host, identity] = [
    ssh2.utils.generateKeyPairSync('ed25519'),
    ssh2.utils.generateKeyPairSync('ed25519'),
  ];
  const hears = {
    typed: (code: string) => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      typedAt.set(code, typedAt.get(code) ?? machineNow());
    },
    shown: (link: string) => void shownAt.set(codeFor(link), machineNow()),
  };
  const boxOf = (user: string) => {
    const number = Number(user.split('-').at(-1));
    const isConnected = user.startsWith(WATCHED);
    const holds = number % 100 < holding;
    const fault = isConnected ? faults[number % 100] : undefined;
    const box = boxes.get(user) ?? new SimulatedBox({ delayMs, holds, isConnected, fault, hears });
    boxes.set(user, box);
    return box;
  };
  const listen = async (address: string) => {
    const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => serve(connection, boxOf));
    await new Promise<void>((resolve) => server.listen(0, address, 4_096, resolve));
    return { host: address, port: (server.address() as AddressInfo).port };
  };
  const places = await Promise.all(Array.from({ length: networks }, (_, at) => listen(`127.0.${at}.1`)));
  // The second is of boxes that are off.
  const known = places.flatMap(({ host: address, port }) =>
    [port, CLOSED].map((at) => `[${address}]:${at} ${host.public}\n`),
  );
  writeFileSync(join(directory, 'identity'), identity.private, { mode: 0o600 });
  writeFileSync(join(directory, 'known_hosts'), known.join(''));
  process.send?.({ places } satisfies Places);
}

function serve(connection: Connection, boxOf: (user: string) => SimulatedBox): void {
  const running: Running = new Map();
  let user = '';
  connections.set(connection, running);
  // As sshd does where somebody types; ssh2's types know it of clients alone.
  (connection as Connection & Pick<ssh2.Client, 'setNoDelay'>).setNoDelay(true);
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
