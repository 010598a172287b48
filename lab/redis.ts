import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Stops the server, in order or (SIGKILL) as it stands; what it holds stays in `directory`. */
  halt(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Makes it silent: it runs but answers nobody until it is resumed. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port with what it held. */
  resume(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Additional settings for a Redis of the lab. */
export interface LabRedisOptions {
  /** Its password. */
  password?: string;
  /** Its key and certificate: it then speaks TLS alone. */
  tls?: { key: string; cert: string };
  /** Further settings, as on the command line of `redis-server`. */
  settings?: readonly string[];
}

const START_MS = 10_000;

/** Starts `redis-server` (the system's) on a free port of 127.0.0.1. Throws when it is missing or does not start. */
export async function startRedis({ password, tls, settings = [] }: LabRedisOptions = {}): Promise<LabRedis> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-redis-${process.pid}-`));
  const port = await freePort();
  const url = `${tls ? 'rediss' : 'redis'}://${password ? `:${password}@` : ''}127.0.0.1:${port}`;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const words = [
    ...(tls ? tlsSettings(directory, port, tls) : ['--port', `${port}`]),
    ...['--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    ...['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
    ...['--pidfile', join(directory, REDIS_PID)],
    ...(password ? ['--requirepass', password] : []),
    ...settings,
  ];
  const launch = () => launchRedis(words, url, tls?.cert);
  let server = await launch().catch((thrown) => {
    remove();
    throw thrown;
  });
  const halt = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    // One that is frozen would never hear of it.
    thaw();
    await ended;
  };
  const freeze = () => void server.kill('SIGSTOP');
  const thaw = () => void server.kill('SIGCONT');
  const resume = async () => {
    server = await launch();
  };
  const stop = async () => {
    await halt();
    remove();
  };
  return { url, directory, halt, freeze, thaw, resume, stop };
}

function tlsSettings(
  directory: string,
  port: number,
  { key, cert }: { key: string; cert: string },
): string[] {
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certFile, cert);
  const files = ['--tls-key-file', keyFile, '--tls-cert-file', certFile, '--tls-ca-cert-file', certFile];
  return ['--port', '0', '--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no'];
}

/** Starts `redis-server` with these words and resolves when it answers at `url`. */
export async function launchRedis(words: readonly string[], url: string, ca?: string): Promise<ChildProcess> {
  const server = spawn('redis-server', words, {
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
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: () => 20,
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
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

/** A port of 127.0.0.1 that nobody uses right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port to be had');
  return address.port;
}
