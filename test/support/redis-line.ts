import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to Redis that can break at the worst moment: when a command is done, and its answer not yet here. */
export interface RedisLine {
  readonly url: string;
  /** Breaks once, as the answer to a command that contains this text comes; resolves when it has. */
  loseAnswerTo(text: string): Promise<void>;
  /** Lets nobody connect until it is called again with true. */
  open(isOpen: boolean): void;
  /** What comes from Redis comes so many milliseconds later from now on. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

/** A line on a free port of 127.0.0.1 to the Redis at `url`. */
export async function redisLine(url: string): Promise<RedisLine> {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  let isOpen = true;
  let delayMs = 0;
  let trap: { text: string; broken: () => void } | undefined;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const end = () => {
      for (const socket of [near, far]) socket.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    if (!isOpen) return end();
    let isTrapped = false;
    near.on('data', (chunk) => {
      if (trap && chunk.includes(trap.text)) isTrapped = true;
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (!isTrapped) return void setTimeout(() => near.write(chunk), delayMs);
      end();
      trap?.broken();
      trap = undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (text) =>
      new Promise((broken) => {
        trap = { text, broken };
      }),
    open: (yes) => {
      isOpen = yes;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
