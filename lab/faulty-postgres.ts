import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asked, type LabPostgres, NOBODY, startPostgres } from './postgres.ts';
import { startSlowLine } from './slow-line.ts';
import { startSmallDisk } from './small-disk.ts';

/** A PostgreSQL that can do what one in production does on a bad day. */
export interface FaultyPostgres extends LabPostgres {
  /** Milliseconds that each of its answers takes longer from now on. */
  slow(ms: number): void;
  /** Whether it refuses writes, as after a failover that the address does not follow. */
  setReadOnly(isOn: boolean): Promise<void>;
  /** Leaves it no room: a table that has to grow cannot (SQLSTATE 53100). */
  fill(): void;
  /** Gives it room again. */
  clear(): void;
}

/** Room for the databases of such a server: an empty one takes 8 MB. Its write-ahead log lies elsewhere. */
const MEGABYTES = 64;

/** Starts one. Its `url` leads through the line that can be slow. Linux only. */
export async function startFaultyPostgres(): Promise<FaultyPostgres> {
  const place = mkdtempSync(join(tmpdir(), `keyferry-postgres-${process.pid}-`));
  const undo: (() => unknown)[] = [() => rmSync(place, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const disk = await startSmallDisk(place, MEGABYTES, NOBODY);
    undo.push(disk.stop);
    const server = await startPostgres({ through: disk.words });
    undo.push(server.stop);
    const line = await startSlowLine(Number(new URL(server.url('postgres')).port));
    undo.push(line.stop);
    await asked(server.url('postgres'), `create tablespace small location '${place}'`);
    const through = (address: string) => {
      const url = new URL(address);
      url.port = `${line.port}`;
      return url.href;
    };
    return {
      ...server,
      url: (name) => through(server.url(name)),
      database: async (template) => through(await server.database(template, 'small')),
      slow: line.slow,
      setReadOnly: async (isOn) => {
        await asked(server.url('postgres'), `alter system set default_transaction_read_only = ${isOn}`);
        await asked(server.url('postgres'), 'select pg_reload_conf()');
      },
      fill: disk.fill,
      clear: disk.clear,
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
