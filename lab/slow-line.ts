import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A line to a server whose answers can be held up. */
export interface SlowLine {
  readonly port: number;
  /** Milliseconds that each answer comes later from now on. */
  slow(ms: number): void;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and passes everything on to another. */
export async function startSlowLine(to: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => other.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    keep(near, far);
    keep(far, near);
    // One after the other, so that none overtakes another when the line becomes quick again.
    const late = new Transform({
      transform: (chunk, _, done) => {
        if (delayMs === 0) done(null, chunk);
        else setTimeout(done, delayMs, null, chunk);
      },
    });
    near.pipe(far).pipe(late).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    slow: (ms) => {
      delayMs = ms;
    },
    stop: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
