import { type ChildProcess, spawn } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { Capture } from './capture.ts';
import { atMost } from './deadline.ts';
import { JUMP, jumpConfig, sshPath } from './openssh-config.ts';
import type { OpensshOptions } from './openssh-options.ts';
import { MARK, privateDirectory, writePrivate } from './private-directory.ts';
import { signalGroup } from './process-group.ts';
import { lastLine } from './ssh-errors.ts';
import { KEEPALIVE, unreadable } from './ssh-target.ts';

const READY = 'keyferry-ready';
const GOODBYE_MS = 1_000;

/**
 * Ends ssh and removes its directory when this process dies, however it dies: then the pipe on descriptor 3
 * closes. `$$` is the shell's number, which ssh inherits through `exec`.
 */
const DIES_WITH_US = '(cat; kill $$; rm -rf "$0") <&3 >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';

/** One authenticated ssh (ControlMaster) over which the others open their sessions. */
export class Master {
  /** Resolves with undefined once signed in, or with what ssh said when it failed; rejects when ssh was never started. */
  readonly ready: Promise<string | undefined>;
  /** Resolves with the reason when ssh ends without `close()`. */
  readonly lost: Promise<string>;
  /** A private directory (0700) for the socket and the others' messages; gone after `close()`. */
  readonly directory: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #closing: Promise<void> | undefined;
  #isGone = false;

  /** Throws `host_key_unknown`, `identity_unusable` when a file it needs cannot be read. */
  static async start(options: OpensshOptions): Promise<Master> {
    await checkFiles(options);
    const directory = await privateDirectory({ inMemory: options.key !== undefined });
    try {
      return new Master(directory, masterArgs(options, directory, await writeFiles(options, directory)));
    } catch (thrown) {
      await rm(directory, { recursive: true, force: true });
      throw thrown;
    }
  }

  private constructor(directory: string, args: string[]) {
    this.directory = directory;
    this.#child = spawn('/bin/sh', ['-c', DIES_WITH_US, directory, 'ssh', ...args], {
      // A group of its own, because a ProxyJump is another process; and no terminal that ssh could ask.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // LocalCommand runs in $SHELL, which may be nologin for a service.
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    // First: without descriptors it has no streams, and an unhandled error ends the worker.
    const notStarted = new Promise<never>((_, reject) => {
      this.#child.once('error', (error) => reject(toKeyferryError(error)));
    });
    // The rest of what this machine's own ssh says is dropped.
    const stderr = new Capture({ maxBytes: 64 * 1024 });
    this.#child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    // As Node leaves it then, whatever its types say.
    const { stdio }: { stdio?: ChildProcess['stdio'] } = this.#child;
    stdio?.[3]?.on('error', () => undefined);
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', () => {
        this.#isGone = true;
        // The watcher on descriptor 3, and what ssh may have left of a ProxyJump.
        if (this.#child.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL');
      });
      // After `exit`, once all that ssh said has been read.
      this.#child.once('close', () => resolve());
      this.#child.once('error', () => resolve());
    });
    const ready = new Promise<string | undefined>((resolve) => {
      this.#child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes(READY)) resolve(undefined);
      });
      void this.#gone.then(() => resolve(messages(stderr.text())));
    });
    // ssh has signed in, or never will: the key is no longer needed.
    this.ready = Promise.race([notStarted, ready]).finally(() => removeKey(directory));
    this.lost = new Promise((resolve) => {
      void this.#gone.then(() => {
        if (!this.#closing)
          resolve(lastLine(messages(stderr.text())) || 'ssh found the box gone, or was ended.');
      });
    });
  }

  /** First words of every ssh that uses this link; fails, rather than connecting by itself, when it is gone. */
  get sessionArgs(): string[] {
    const options = [
      'ControlMaster=no',
      'ProxyCommand=false',
      'BatchMode=yes',
      'EscapeChar=none',
      'LogLevel=DEBUG2',
    ];
    return [
      '-F',
      '/dev/null',
      '-S',
      socketOf(this.directory),
      ...options.flatMap((option) => ['-o', option]),
    ];
  }

  /** Asks ssh itself whether the link is still up. */
  async alive(): Promise<boolean> {
    if (this.#isGone) return false;
    const check = spawn('ssh', [...this.sessionArgs, '-O', 'check', 'box'], { stdio: 'ignore' });
    return new Promise((resolve) => {
      check.once('error', () => resolve(false));
      check.once('exit', (code) => resolve(code === 0 && !this.#isGone));
    });
  }

  /** Ends ssh and removes its directory. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // If it has not signed in yet, the key is still there.
    await removeKey(this.directory);
    if (!this.#isGone) this.#child.kill('SIGTERM');
    await atMost(GOODBYE_MS, this.#gone);
    if (!this.#isGone && this.#child.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** What ssh says about a working connection (OpenSSH 9.2), which is not a reason for a failure. */
const USUAL = /^(Authenticated to |Transferred: |Bytes per second: ).*$/gm;

function messages(said: string): string {
  return said.replaceAll(USUAL, '');
}

function socketOf(directory: string): string {
  return join(directory, 's');
}

/** Names of the files that hold a key given as such. */
const KEY = { identity: 'key', certificate: 'key-cert.pub' } as const;

/** Files that ssh reads, by what they are. */
interface Files {
  identity?: string;
  certificate?: string;
  config?: string;
}

async function writeFiles(options: OpensshOptions, directory: string): Promise<Files> {
  const { key, jump } = options;
  const write = (name: string, text: string) => writePrivate(directory, name, text);
  await write(MARK, pinnedLines(options));
  const { identityFile: identity, certificateFile: certificate } = options;
  return {
    ...(identity === undefined ? {} : { identity }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(jump ? { config: await write('config', jumpConfig(jump)) } : {}),
    ...(key ? { identity: await write(KEY.identity, key.privateKey.reveal()) } : {}),
    ...(key?.certificate ? { certificate: await write(KEY.certificate, key.certificate) } : {}),
  };
}

async function removeKey(directory: string): Promise<void> {
  await Promise.all(Object.values(KEY).map((name) => rm(join(directory, name), { force: true })));
}

async function checkFiles(options: OpensshOptions): Promise<void> {
  const { knownHostsFile, hostKeys, identityFile, jump } = options;
  if (knownHostsFile === undefined && !hostKeys?.length) throw new KeyferryError('host_key_unknown');
  const check = (file: string | undefined, code: 'host_key_unknown' | 'identity_unusable') =>
    file === undefined
      ? undefined
      : access(file).catch((cause) => {
          throw unreadable(code, file, cause);
        });
  await check(knownHostsFile, 'host_key_unknown');
  await check(identityFile, 'identity_unusable');
  await check(jump?.knownHostsFile, 'host_key_unknown');
  await check(jump?.identityFile, 'identity_unusable');
}

/** The keys given as such, for any name: this file is for one box. */
function pinnedLines({ hostKeys = [] }: OpensshOptions): string {
  return hostKeys.map(({ algorithm, publicKey }) => `* ${algorithm} ${publicKey}\n`).join('');
}

function masterArgs(options: OpensshOptions, directory: string, files: Files): string[] {
  const { host, port, user, agentSocket, proxyJump } = options;
  const { identity, certificate, config = options.configFile } = files;
  const { intervalMs, misses } = options.keepalive ?? KEEPALIVE;
  const knownHosts = [join(directory, MARK), options.knownHostsFile].filter((file) => file !== undefined);
  const settings = [
    'ControlPersist=no',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHosts.map(sshPath).join(' ')}`,
    'GlobalKnownHostsFile=/dev/null',
    'KnownHostsCommand=none',
    'VerifyHostKeyDNS=no',
    'UpdateHostKeys=no',
    'CheckHostIP=no',
    `ServerAliveInterval=${Math.max(1, Math.round(intervalMs / 1000))}`,
    `ServerAliveCountMax=${misses}`,
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'RemoteCommand=none',
    // From this level on ssh says that a key was accepted and more is needed; `messages` omits the rest.
    'LogLevel=VERBOSE',
    // Runs once ssh has signed in and listens on its socket: nothing has to watch for that.
    'PermitLocalCommand=yes',
    `LocalCommand=echo ${READY}`,
    ...(identity ? [`IdentityFile=${sshPath(identity)}`] : []),
    // Without this ssh offers the agent's keys first, and sshd gives up after six.
    ...(identity && !agentSocket ? ['IdentitiesOnly=yes'] : []),
    ...(certificate ? [`CertificateFile=${sshPath(certificate)}`] : []),
    ...(agentSocket ? [`IdentityAgent=${sshPath(agentSocket)}`] : []),
  ];
  return [
    ...(config ? ['-F', config] : []),
    ...['-M', '-N', '-T', '-S', socketOf(directory)],
    ...settings.flatMap((setting) => ['-o', setting]),
    ...(files.config ? ['-J', JUMP] : proxyJump ? ['-J', proxyJump] : []),
    ...(port ? ['-p', String(port)] : []),
    ...(user ? ['-l', user] : []),
    '--',
    host,
  ];
}
