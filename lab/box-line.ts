import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Box } from './box.ts';
import type { BoxEntry } from './boxes-file.ts';

/** The network between workers and the sshd of a box. */
export interface BoxLine {
  /** The box as an entry of the inventory, reached through the line. */
  readonly entry: BoxEntry;
  /** Resets every connection, at both of its ends; the next one gets through. Returns how many there were. */
  cut(): number;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and passes everything on to the box's sshd. */
export async function startBoxLine(box: Box): Promise<BoxLine> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => other.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(box.port, box.host);
    keep(client, upstream);
    keep(upstream, client);
    client.pipe(upstream).pipe(client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  // The same keys, pinned for this address; it lies in the box's directory and goes with it.
  const knownHosts = `${box.knownHostsFile}.line`;
  writeFileSync(
    knownHosts,
    readFileSync(box.knownHostsFile, 'utf8').replaceAll(`]:${box.port} `, `]:${port} `),
  );
  chmodSync(knownHosts, 0o644);
  const cut = () => {
    const open = sockets.size / 2;
    for (const socket of sockets) socket.resetAndDestroy();
    return open;
  };
  return {
    entry: { ssh: `ssh://${box.user}@127.0.0.1:${port}`, knownHosts, identity: box.identityFile },
    cut,
    stop: async () => {
      const closed = once(server.close(), 'close');
      cut();
      await closed;
    },
  };
}
