import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anthropic } from './anthropic/anthropic.ts';
import { boxProcesses, endBoxProcesses } from './box-processes.ts';
import { type BoxPrograms, linkPrograms, type ProgramChoice } from './box-programs.ts';
import { makeBoxUser, removeBoxUser } from './box-user.ts';
import { isOldOpenclaw } from './programs.ts';
import { startSshd } from './sshd.ts';

/** A `/proc` of its own for the sshd that follows, and all that it starts. What is mounted outside later is there, too. */
const OWN_PROC = 'mount --make-rslave / && mount -t proc -o hidepid=2 proc /proc && exec "$@"';
const ALONE = ['unshare', '--mount', 'sh', '-c', OWN_PROC, 'sh'];
let isAloneHere: boolean | undefined;

/** Containers may not mount, even as root: their boxes see one another's processes. */
export function mayBeAlone(): boolean {
  isAloneHere ??= spawnSync(ALONE[0] ?? '', [...ALONE.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  return isAloneHere;
}

export interface BoxOptions extends BoxPrograms {
  /** Where the programs are linked, below the home. A non-login shell's PATH has it only with `onPath`. */
  binDirectory?: '.npm-global/bin' | '.local/bin' | '.bun/bin' | `.nvm/versions/node/${string}/bin`;
  /** Puts the programs on the PATH of every SSH session. */
  onPath?: boolean;
  /** Set in every SSH session, say ANTHROPIC_API_KEY; `undefined` takes away what the lab sets (HTTPS_PROXY). */
  env?: Readonly<Record<string, string | undefined>>;
  /** The user's login shell; default bash where there is one. */
  shell?: string;
  /** More lines for the box's sshd_config. */
  sshdConfig?: readonly string[];
}

interface RanOnBox {
  /** Null when a signal or the time limit ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Box {
  /** `ssh://user@127.0.0.1:port` */
  readonly target: string;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly home: string;
  /** Where `claude`, `openclaw` and `node` are linked. */
  readonly binDirectory: string;
  /** What `run` gives to programs: a session's environment with the programs on PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
  /** Runs a program as the box's user, without SSH and without a terminal, in its home. */
  run(argv: readonly string[], options?: { input?: string; timeoutMs?: number }): Promise<RanOnBox>;
  /** Process ids of all that runs on the box now. */
  processes(): number[];
  /** Process ids that serve the SSH connections open now; end them to cut the links. */
  sessionPids(): number[];
  /** The end of what its sshd has said. */
  sshdLog(): string;
  /** Ends all that runs on the box, then removes user and files. Safe to call twice. */
  stop(): Promise<void>;
}

/** Brings up a loopback box in `directory`, which becomes its own and is removed with it. */
export async function startBox(directory: string, anthropic: Anthropic, options: BoxOptions): Promise<Box> {
  const {
    shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh',
    onPath = false,
    sshdConfig = [],
  } = options;
  const home = join(directory, 'home');
  mkdirSync(directory, { mode: 0o711 });
  mkdirSync(home, { mode: 0o700 });
  const user = await makeBoxUser(home, shell);
  const marks = { user, home };
  const undo = async () => {
    await endBoxProcesses(marks);
    await removeBoxUser(user);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const binDirectory = join(home, options.binDirectory ?? '.npm-global/bin');
    await linkPrograms(options, binDirectory);
    furnish(home, binDirectory, anthropic, options.openclaw);
    if (user.own) giveTo(user, home);
    const session = sessionEnvironment(home, anthropic, options.env ?? {});
    const path = '/usr/local/bin:/usr/bin:/bin';
    const withPrograms = { ...session, PATH: `${binDirectory}:${session.PATH ?? path}` };
    const sshd = await startSshd({
      directory: join(directory, 'sshd'),
      home,
      user: user.name,
      shell,
      environment: onPath ? withPrograms : session,
      extraConfig: sshdConfig,
      // Other boxes of this machine are those of other users, whose gateways a doctor would name.
      within: user.own && mayBeAlone() ? ALONE : [],
    });
    const { host, port, identityFile, knownHostsFile } = sshd;
    const identity = { HOME: home, USER: user.name, LOGNAME: user.name, SHELL: shell, LANG: 'C.UTF-8' };
    const environment = { ...identity, ...withPrograms };
    let stopped: Promise<void> | undefined;
    return {
      target: `ssh://${user.name}@${host}:${port}`,
      user: user.name,
      host,
      port,
      identityFile,
      knownHostsFile,
      home,
      binDirectory,
      environment,
      uid: user.uid,
      gid: user.gid,
      run: (argv, limits) => runAs(user, environment, argv, limits),
      processes: () => boxProcesses(marks),
      sessionPids: sshd.sessionPids,
      sshdLog: sshd.log,
      stop: () => {
        stopped ??= sshd.stop().then(undo);
        return stopped;
      },
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** What sets this box apart in every session: the way to the stand-in, and temporary files of its own. */
function sessionEnvironment(
  home: string,
  { proxyUrl, caFile }: Anthropic,
  more: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const variables: Record<string, string | undefined> = {
    HTTPS_PROXY: proxyUrl,
    NODE_EXTRA_CA_CERTS: caFile,
    NO_PROXY: '127.0.0.1,localhost',
    // Boxes may share a user, and then would share tmux servers.
    TMPDIR: join(home, '.tmp'),
    TMUX_TMPDIR: join(home, '.tmp'),
    ...more,
  };
  const set = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

/** What a home has before anyone connects Claude: a login shell that finds the programs, OpenClaw's settings. */
function furnish(
  home: string,
  binDirectory: string,
  { baseUrl }: Anthropic,
  openclaw: ProgramChoice = 'none',
): void {
  mkdirSync(join(home, '.tmp'), { mode: 0o700 });
  writeFileSync(join(home, '.profile'), `PATH="${binDirectory}:$PATH"\n`);
  mkdirSync(join(home, '.openclaw'), { mode: 0o700 });
  // As `openclaw config set` would write it, but seconds faster. 2026.4.15 needs `models` next to the base URL.
  const anthropic = isOldOpenclaw(openclaw) ? { baseUrl, models: [] } : { baseUrl };
  const version = typeof openclaw === 'string' && /^\d/.test(openclaw) ? openclaw : '2026.9.6';
  const settings = { models: { providers: { anthropic } }, meta: { lastTouchedVersion: version } };
  writeFileSync(join(home, '.openclaw', 'openclaw.json'), JSON.stringify(settings, null, 2), { mode: 0o600 });
}

function giveTo(user: { uid: number; gid: number }, path: string): void {
  const stat = lstatSync(path);
  // The programs behind symbolic links belong to all boxes.
  if (stat.isSymbolicLink()) return;
  chownSync(path, user.uid, user.gid);
  if (stat.isDirectory()) for (const name of readdirSync(path)) giveTo(user, join(path, name));
}

function runAs(
  user: { uid: number; gid: number; own: boolean },
  env: Record<string, string>,
  [file = '', ...words]: readonly string[],
  { input = '', timeoutMs = 120_000 }: { input?: string; timeoutMs?: number } = {},
): Promise<RanOnBox> {
  return new Promise((resolve, reject) => {
    const as = user.own ? { uid: user.uid, gid: user.gid } : {};
    const child = spawn(file, words, {
      ...as,
      env,
      cwd: env.HOME,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdin.on('error', () => {
      // It ended without reading its input.
    });
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
