import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { REDIS_PID } from './leftovers.ts';

/** A Redis of one's own on loopback, set up as Keyferry asks for it (AOF, noeviction). */
export interface LabRedis {
  readonly url: string;
  /** Where its files lie: append-only files and dumps. */
  readonly directory: string;
  /** Stops the server; what it holds stays in `directory`. */
  halt(): Promise<void>;
  /** Starts it again on the same port with what it held. */
  resume(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** Starts `redis-server` (the system's) on a free port of 127.0.0.1. Throws when it is missing or does not start. */
export async function startRedis(): Promise<LabRedis> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-redis-${process.pid}-`));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  let server = await launch(directory, port, url).catch((thrown) => {
    remove();
    throw thrown;
  });
  const halt = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  };
  const resume = async () => {
    server = await launch(directory, port, url);
  };
  const stop = async () => {
    await halt();
    remove();
  };
  return { url, directory, halt, resume, stop };
}

async function launch(directory: string, port: number, url: string): Promise<ChildProcess> {
  const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', directory, '--save', ''];
  const pidFile = ['--pidfile', join(directory, REDIS_PID)];
  const keeping = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  const server = spawn('redis-server', [...settings, ...keeping, ...pidFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a Ctrl-C in the terminal must not take it away from those who still write to it.
    detached: true,
  });
  let printed = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-4_000);
    });
  const ended = new Promise<never>((_, reject) => {
    server.once('error', () =>
      reject(new Error('redis-server is missing: install the package redis-server')),
    );
    server.once('exit', () => reject(new Error(`redis-server ended at once:\n${printed}`)));
  });
  ended.catch(() => {});
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {});
  const late = setTimeout(() => redis.disconnect(), START_MS);
  try {
    await Promise.race([redis.ping(), ended]);
  } finally {
    clearTimeout(late);
    redis.disconnect();
  }
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port to be had');
  return address.port;
}
