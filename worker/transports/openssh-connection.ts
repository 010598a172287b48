import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { callTimeout, withinLimits } from './deadline.ts';
import type { Master } from './openssh-master.ts';
import { OpensshPty } from './openssh-pty.ts';
import { PtyProcess } from './pty-process.ts';
import { lateMark, ReadyMark } from './ready-mark.ts';
import { Reaper } from './reaper.ts';
import { runChild } from './run-child.ts';
import { commandLine } from './shell.ts';
import {
  atStep,
  closedHere,
  codeOfSshMessage,
  lastLine,
  NO_SSH,
  saysNoSsh,
  TERMINAL_STEP,
} from './ssh-errors.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  ProgramExit,
  Pty,
  RunOptions,
  RunResult,
} from './transport.ts';

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
export class OpensshConnection implements BoxConnection {
  readonly lost: Promise<string>;
  readonly #master: Master;
  readonly #reaper = new Reaper((command, limits) => this.#run(command, limits, 'reaper.0'));
  readonly #closed = new AbortController();
  readonly #endings = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(master: Master) {
    this.#master = master;
    this.lost = master.lost;
    // A link that went away by itself leaves a directory behind.
    void master.lost.then((reason) => {
      this.#closing ??= this.#close(new KeyferryError('connection_lost', { detail: reason }));
    });
  }

  openPty(command: Command, size: { columns: number; rows: number }, limits: CallLimits): Promise<Pty> {
    const mark = new ReadyMark();
    return withinLimits(
      this.#whileOpen(limits),
      () => lateMark(mark, callTimeout(limits, 'a terminal was opened')()),
      async (opened) => {
        const log = this.#logFile();
        const tag = this.#reaper.tag();
        const line = commandLine(command, { tag, readyMark: mark.text, output: 'raw terminal' });
        const args = ['-c', RAW_SSH, log, ...this.#master.sessionArgs, '-tt', 'box', line];
        this.#reaper.starting(tag);
        const client = new PtyProcess({ file: '/bin/sh', args, env: process.env, size });
        const end = () => this.#reaper.end(tag).then(() => client.close());
        opened.add(() => void this.#track(end()));
        const outcome = client.exit.then((ended) => this.#outcome(ended, log, tag));
        const pty = new OpensshPty(
          client,
          outcome.then(({ exit }) => exit),
          end,
        );
        const started = await pty.start(mark).finally(() => this.#reaper.started(tag));
        if (started) return pty;
        const { exit, said } = await outcome;
        const refused = sessionError(said);
        if (refused) throw refused;
        if (exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: exit.reason });
        return pty;
      },
    ).catch((thrown) => {
      throw atStep(thrown, TERMINAL_STEP);
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#run(command, this.#whileOpen(options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close(closedHere());
    return this.#closing;
  }

  hangUp(): void {
    if (this.#closing) return;
    this.#reaper.stop();
    this.#closing = this.#master.close();
    this.#closed.abort(closedHere());
  }

  /** `why`: what calls that are under way end with. */
  async #close(why: KeyferryError): Promise<void> {
    this.#closed.abort(why);
    await this.#reaper.endAll();
    await Promise.all(this.#endings);
    await this.#master.close();
  }

  #run(command: Command, options: RunOptions, reaper?: string): Promise<RunResult> {
    return withinLimits(options, callTimeout(options, `${command.argv[0]} ran`), async (opened) => {
      const tag = reaper ?? this.#reaper.tag();
      const log = this.#logFile();
      const { text: mark } = new ReadyMark();
      const line = commandLine(command, { tag, readyMark: mark, output: 'outputs' });
      const args = [...this.#master.sessionArgs, '-T', '-E', log, 'box', line];
      const ready = { mark, seen: () => this.#reaper.started(tag) };
      this.#reaper.starting(tag);
      const client = runChild({ file: 'ssh', args, env: process.env }, options, ready);
      opened.add(() => void this.#track(this.#reaper.end(tag).then(client.end)));
      const result = await client.result.catch((thrown: unknown) => {
        // It was never begun, or prints too much and is to be ended.
        if (toKeyferryError(thrown).code === 'internal_error') this.#reaper.ended(tag);
        else this.#reaper.started(tag);
        throw thrown;
      });
      const { exit, said } = await this.#outcome(result.exit, log, tag);
      const refused = sessionError(said);
      if (refused) throw refused;
      return { ...result, exit };
    });
  }

  /** How the program ended, told from how its ssh ended: 255 is also what ssh says for its own failures. */
  async #outcome(ended: ProgramExit, log: string, tag: string): Promise<{ exit: ProgramExit; said: string }> {
    // Nothing more is heard of it.
    this.#reaper.started(tag);
    const said = await takeLog(log);
    const known = ended.kind === 'exited' && (ended.code !== 255 || said.includes(EXIT_STATUS_CAME));
    if (known) this.#reaper.ended(tag);
    if (known || ended.kind !== 'exited')
      return { exit: known ? ended : { kind: 'lost', reason: ENDED_HERE }, said };
    if (await this.#master.alive()) {
      if (said.includes(SESSION_OPENED)) this.#reaper.ended(tag);
      // ssh drops the name of the signal; that there was no status is all it shows (OpenSSH 9.2).
      return { exit: { kind: 'signalled', signal: 'unknown' }, said };
    }
    return { exit: { kind: 'lost', reason: 'The SSH connection went away.' }, said };
  }

  #logFile(): string {
    return join(this.#master.directory, randomBytes(8).toString('hex'));
  }

  #track(ending: Promise<void>): void {
    this.#endings.add(ending);
    void ending.then(() => this.#endings.delete(ending));
  }

  #whileOpen<L extends CallLimits>(limits: L): L {
    return { ...limits, signal: AbortSignal.any([limits.signal, this.#closed.signal]) };
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
