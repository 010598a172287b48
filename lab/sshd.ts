import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { quote } from '../worker/transports/shell.ts';
import { signalAll } from './signal-all.ts';

export interface SshdOptions {
  /** An empty directory of its own: configuration, keys and log go there. */
  directory: string;
  /** The box's home directory; sessions start there with HOME set to it. */
  home: string;
  /**
   * Who signs in. Another user than the one running this needs root, and has to exist with a password field of
   * `*` rather than `!` (useradd -p '*'), which sshd takes for locked.
   */
  user?: string;
  /** The user's login shell; default /bin/sh. */
  shell?: string;
  /** Sessions per connection; sshd's own default is 10. */
  maxSessions?: number;
  /** Path of a CA's public key whose user certificates are let in. */
  trustedUserCa?: string;
  /** Set in every session, in addition to a clean PATH, HOME, USER and LANG. */
  environment?: Readonly<Record<string, string>>;
  /** Where it listens; default 127.0.0.1. */
  address?: string;
  /** Words before sshd's own that start it somewhere else, such as `ip netns exec name`. */
  within?: readonly string[];
  /** More lines of sshd_config. */
  extraConfig?: readonly string[];
}

export interface Sshd {
  host: string;
  port: number;
  user: string;
  identityFile: string;
  knownHostsFile: string;
  /** Process ids that serve the connections open now; end them to cut the links. */
  sessionPids(): number[];
  /** The end of what it has said. */
  log(): string;
  /** Ends the server and its connections. */
  stop(): Promise<void>;
}

/** Characters of what sshd says that are kept. */
const MOST_SAID = 10_000;

/** A real, throwaway sshd on loopback. Works as any user; `ready` is when it listens. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const { directory, user = userInfo().username, address = '127.0.0.1', within = [] } = options;
  mkdirSync(directory, { recursive: true });
  // sshd run by root needs its privilege separation directory, which a machine without the service lacks.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const file = (name: string) => join(directory, name);
  for (const key of ['host_ed25519', 'host_ecdsa', 'identity'])
    makeKey(file(key), key.split('_')[1] ?? 'ed25519');
  writeFileSync(file('authorized_keys'), readFileSync(file('identity.pub')), { mode: 0o644 });
  writeFileSync(file('environment'), sessionScript(options, user), { mode: 0o755 });
  writeFileSync(file('session'), cleanScript(file('environment')), { mode: 0o755 });
  mkdirSync(file(NO_HOME), { recursive: true });
  // sshd opens authorized_keys and the session script as the user who signs in.
  chmodSync(directory, 0o711);
  const program = [...within, '/usr/sbin/sshd', '-D', '-e', '-f', file('sshd_config')];
  const { server, port, log } = await listenSomewhere(program, (at) => {
    writeFileSync(
      file('known_hosts'),
      knownHosts(address, at, [file('host_ed25519.pub'), file('host_ecdsa.pub')]),
    );
    writeFileSync(file('sshd_config'), sshdConfig(options, user, at, file));
  });
  return {
    host: address,
    port,
    user,
    identityFile: file('identity'),
    knownHostsFile: file('known_hosts'),
    sessionPids: () => sshdChildren(server.pid),
    log,
    stop: () => stop(server),
  };
}

/** On a port that is free; another process may take it first, and then there is another. */
async function listenSomewhere(
  [program = '', ...words]: readonly string[],
  configure: (port: number) => void,
): Promise<{ server: ChildProcess; port: number; log: () => string }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    configure(port);
    const server = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-MOST_SAID);
    });
    try {
      await listening(server, () => said);
      return { server, port, log: () => said };
    } catch (error) {
      if (tries === 5 || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

function sshdConfig(
  options: SshdOptions,
  user: string,
  port: number,
  file: (name: string) => string,
): string {
  const { maxSessions = 10, trustedUserCa, address = '127.0.0.1', extraConfig = [] } = options;
  return [
    // First come, first kept: the caller's lines win.
    ...extraConfig,
    `Port ${port}`,
    `ListenAddress ${address}`,
    `HostKey ${file('host_ed25519')}`,
    `HostKey ${file('host_ecdsa')}`,
    `PidFile ${file('sshd.pid')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PrintMotd no',
    'PrintLastLog no',
    `AllowUsers ${user}`,
    `MaxSessions ${maxSessions}`,
    // Many tests connect at once; the default starts to drop at ten.
    'MaxStartups 100',
    ...(trustedUserCa ? [`TrustedUserCAKeys ${trustedUserCa}`] : []),
    `ForceCommand exec ${file('session')}`,
    `SetEnv HOME=${file(NO_HOME)}`,
    '',
  ].join('\n');
}

/**
 * sshd starts `cleanScript` by the user's shell. That shell gets an empty home: the user may be the machine's own, and
 * the box's start-up files are for the session's shell, which would otherwise read them a second time.
 */
const NO_HOME = 'no-home';

/** What sshd itself sets. By SSH_CLIENT bash knows that sshd runs it, and reads ~/.bashrc for a command too. */
const FROM_SSHD = ['TERM', 'SSH_CLIENT', 'SSH_CONNECTION', 'SSH_TTY'];

/** Nothing of the machine's own may get into the box. */
function cleanScript(session: string): string {
  const kept = FROM_SSHD.map((name) => `\${${name}:+"${name}=$${name}"}`).join(' ');
  return `#!/bin/sh
exec env -i ${kept} /bin/sh ${quote(session)} "$SSH_ORIGINAL_COMMAND"
`;
}

/**
 * What sshd would have done itself: the command by the login shell, or that shell. The variables are exported, not
 * given to `env`: one can be a secret, and would be seen among its arguments.
 */
function sessionScript({ home, shell = '/bin/sh', environment = {} }: SshdOptions, user: string): string {
  const variables = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    USER: user,
    LOGNAME: user,
    SHELL: shell,
    LANG: 'C.UTF-8',
    ...environment,
  };
  const words = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`);
  return `#!/bin/sh
cd ${quote(home)} || exit 1
unset OLDPWD
export ${words.join(' ')}
if [ -n "$1" ]; then exec ${quote(shell)} -c "$1"; fi
exec ${quote(shell)} -l
`;
}

function makeKey(path: string, type: string): void {
  if (existsSync(path)) return;
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'keyferry-lab', '-f', path]);
}

function knownHosts(address: string, port: number, publicKeyFiles: string[]): string {
  return publicKeyFiles
    .map((path) => readFileSync(path, 'utf8').split(' ').slice(0, 2).join(' '))
    .map((key) => `[${address}]:${port} ${key}\n`)
    .join('');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function listening(server: ChildProcess, said: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.stderr?.on('data', () => {
      if (/Server listening on/.test(said())) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`sshd ended with ${code}:\n${said()}`)));
  });
}

/** The listener's children and theirs, as far as they are sshd: a connection's monitor and its worker. */
function sshdChildren(pid: number | undefined): number[] {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children
    .filter((child) => readOrEmpty(`/proc/${child}/comm`).startsWith('sshd'))
    .flatMap((child) => [...sshdChildren(child), child]);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const pids = sshdChildren(server.pid);
  const gone = server.exitCode !== null || server.signalCode !== null;
  const ended = gone ? Promise.resolve() : new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  signalAll(pids, 'SIGTERM');
  await ended;
}
