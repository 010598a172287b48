import { writeFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import type { Running, SimulatedBox } from './box.ts';
import type { Size } from './claude.ts';

/** Where nothing listens: boxes that are off. */
export const CLOSED = 1;

/** The files with which boxes are reached: the server's keys are pinned in the first. */
export const accessIn = (directory: string) => ({
  knownHosts: join(directory, 'known_hosts'),
  identity: join(directory, 'identity'),
});

/**
 * An SSH server at each of these addresses, on which every customer is a user with a box. `connections` has those that
 * are there, with what runs over each.
 */
export async function serveBoxes(
  directory: string,
  addresses: readonly string[],
  boxOf: (user: string) => SimulatedBox,
  connections: Map<Connection, Running> = new Map(),
): Promise<{ places: { host: string; port: number }[]; stop: () => void }> {
  const { utils, Server: SshServer } = ssh2;
  const [host, identity] = [utils.generateKeyPairSync('ed25519'), utils.generateKeyPairSync('ed25519')];
  const servers: Server[] = [];
  const listen = async (address: string) => {
    const server = new SshServer({ hostKeys: [host.private] }, (connection) =>
      serve(connection, boxOf, connections),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, address, 4_096, resolve));
    return { host: address, port: (server.address() as AddressInfo).port };
  };
  const places = await Promise.all(addresses.map(listen));
  // The second is of boxes that are off.
  const known = places.flatMap(({ host: address, port }) =>
    [port, CLOSED].map((at) => `[${address}]:${at} ${host.public}\n`),
  );
  const files = accessIn(directory);
  writeFileSync(files.identity, identity.private, { mode: 0o600 });
  writeFileSync(files.knownHosts, known.join(''));
  const stop = () => {
    for (const server of servers) server.close();
    for (const connection of connections.keys()) connection.end();
  };
  return { places, stop };
}

function serve(
  connection: Connection,
  boxOf: (user: string) => SimulatedBox,
  connections: Map<Connection, Running>,
): void {
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
