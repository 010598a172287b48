import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyferryError } from '../../core/contract/errors.ts';
import { type Client, ClientConnection, type ClientLine, type Told } from './client-connection.ts';
import type { Master } from './openssh-master.ts';
import { commandLine } from './shell.ts';
import { codeOfSshMessage, lastLine, NO_SSH, saysNoSsh } from './ssh-errors.ts';
import type { Command, ProgramExit } from './transport.ts';

/**
 * ssh passes its own terminal's modes on, and until it has made that terminal raw, what is typed would be echoed
 * and cooked here. So it is raw before ssh starts, and the command line sets the box's terminal right. Messages
 * of ssh itself go to a file, never among the program's output; what a box says beside a terminal, which sshd never
 * does, goes nowhere, for it would fill the disk.
 */
const RAW_SSH =
  'command -v ssh >/dev/null 2>&1 || { echo "sh: ssh: not found" >"$0"; exit 127; }; ' +
  'stty raw -echo && exec ssh -E "$0" "$@" 2>/dev/null';

/** Lines of ssh's own at LogLevel DEBUG2 (OpenSSH 9.2) that tell a program's 255 from ssh's. */
const SESSION_OPENED = 'master session id';
const EXIT_STATUS_CAME = 'Received exit status from master';
/** Bytes of what ssh says about one session that are read; it needs some 5 KB. */
const MOST_SAID = 64 * 1024;
const ENDED_HERE = 'Keyferry ended its ssh.';

/** Sessions over one ControlMaster. */
export class OpensshConnection extends ClientConnection {
  readonly lost: Promise<string>;
  readonly #master: Master;

  constructor(master: Master) {
    super();
    this.#master = master;
    this.lost = master.lost;
    // A link that was lost leaves a directory behind.
    void master.lost.then((reason) => this.end(new KeyferryError('connection_lost', { detail: reason })));
  }

  hangUp(): void {
    this.cut(() => this.#master.close());
  }

  protected override endLink(): Promise<void> {
    return this.#master.close();
  }

  protected client(command: Command, line: ClientLine): Client {
    const log = join(this.#master.directory, randomBytes(8).toString('hex'));
    const words = commandLine(command, line);
    const tell = (ended: ProgramExit) => this.#tell(ended, log);
    const { sessionArgs } = this.#master;
    if (line.output === 'outputs')
      return { file: 'ssh', args: [...sessionArgs, '-T', '-E', log, 'box', words], tell };
    return { file: '/bin/sh', args: ['-c', RAW_SSH, log, ...sessionArgs, '-tt', 'box', words], tell };
  }

  /** How the program ended, derived from how its ssh ended: 255 is also ssh's code for its own failures. */
  async #tell(ended: ProgramExit, log: string): Promise<Told> {
    const said = await takeLog(log);
    const refusal = sessionError(said);
    if (ended.kind !== 'exited')
      return { exit: { kind: 'lost', reason: ENDED_HERE }, isOver: false, refusal };
    if (ended.code !== 255 || said.includes(EXIT_STATUS_CAME)) return { exit: ended, isOver: true, refusal };
    if (!(await this.#master.alive()))
      return { exit: { kind: 'lost', reason: 'The SSH connection was lost.' }, isOver: false, refusal };
    // ssh drops the name of the signal; that there was no status is all it shows (OpenSSH 9.2).
    const exit = { kind: 'signalled', signal: 'unknown' } as const;
    return { exit, isOver: said.includes(SESSION_OPENED), refusal };
  }
}

async function readStart(path: string, most: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** ssh's messages about one session; the file is removed. */
async function takeLog(file: string): Promise<string> {
  const said = await readStart(file, MOST_SAID).catch(() => '');
  await rm(file, { force: true });
  return said;
}

/** Why no session was opened, or undefined when one was. */
function sessionError(said: string): KeyferryError | undefined {
  if (said.includes(SESSION_OPENED)) return undefined;
  if (saysNoSsh(said)) return new KeyferryError('internal_error', { detail: NO_SSH });
  const messages = said.replaceAll(/^debug\d: .*$/gm, '');
  const code = codeOfSshMessage(messages);
  const detail = `ssh said: ${lastLine(messages.split('\n').find((line) => line.trim() !== '') ?? '')}`;
  if (code === 'channel_refused' || code === 'worker_short') return new KeyferryError(code, { detail });
  return new KeyferryError('connection_lost', { detail });
}
