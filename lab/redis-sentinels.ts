import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REDIS_PID } from './leftovers.ts';
import { freePort, type LabRedis, launchRedis, startRedis } from './redis.ts';

/** A Redis, a replica of it, and three Sentinels that watch them on loopback. */
export interface LabSentinels {
  /** `host:port` of each, with commas: REDIS_SENTINELS. */
  readonly addresses: string;
  /** What the Sentinels call the Redis that is written to. */
  readonly masterName: string;
  /** The Sentinels' password; Redis's own is in its address. */
  readonly password: string;
  /** The one that is written to until the first failover. */
  readonly master: LabRedis;
  readonly replica: LabRedis;
  stop(): Promise<void>;
}

const MASTER_NAME = 'kf-lab';
const PASSWORD = 'sentinels-of-the-lab';

/** Starts all five; a Redis that is gone for a second is replaced. `password`: of the Redis and its replica. */
export async function startSentinels(password: string): Promise<LabSentinels> {
  const master = await startRedis({ password, settings: ['--masterauth', password] });
  const { port } = new URL(master.url);
  const settings = ['--masterauth', password, '--replicaof', '127.0.0.1', port];
  const replica = await startRedis({ password, settings });
  const sentinels: Sentinel[] = [];
  const stop = async () => {
    await Promise.all(sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all([master.stop(), replica.stop()]);
  };
  try {
    for (let i = 0; i < 3; i += 1) sentinels.push(await startSentinel(port, password));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  const addresses = sentinels.map((sentinel) => `127.0.0.1:${sentinel.port}`).join(', ');
  return { addresses, masterName: MASTER_NAME, password: PASSWORD, master, replica, stop };
}

interface Sentinel {
  port: number;
  stop(): Promise<void>;
}

async function startSentinel(master: string, password: string): Promise<Sentinel> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-redis-${process.pid}-`));
  const port = await freePort();
  const file = join(directory, 'sentinel.conf');
  writeFileSync(
    file,
    `bind 127.0.0.1
port ${port}
dir ${directory}
pidfile ${join(directory, REDIS_PID)}
requirepass ${PASSWORD}
sentinel sentinel-pass ${PASSWORD}
sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master} 2
sentinel auth-pass ${MASTER_NAME} ${password}
sentinel down-after-milliseconds ${MASTER_NAME} 1000
sentinel failover-timeout ${MASTER_NAME} 3000
`,
  );
  const server = await launchRedis([file, '--sentinel'], `redis://:${PASSWORD}@127.0.0.1:${port}`);
  return {
    port,
    stop: async () => {
      const ended = once(server, 'exit');
      if (server.exitCode === null && server.signalCode === null) {
        server.kill();
        await ended;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
