/**
 * What opens terminals on a box. Four kinds satisfy it (ssh2, the system's OpenSSH, a command, local) and one
 * contract test suite runs on all of them. Every call has a deadline and takes an AbortSignal; every
 * failure is a `KeyferryError` from the catalogue.
 */

/** Limits that every call on a box carries. */
export interface CallLimits {
  /** Aborting rejects the call with the signal's reason and frees what it had opened. */
  signal: AbortSignal;
  /** Milliseconds until the call rejects with the catalogue's own timeout error. */
  timeoutMs: number;
}

/** A program to run on the box: words, never a shell string. The transport does the quoting. */
export interface Command {
  /** argv[0] is a path or a name that the box's PATH finds. */
  argv: readonly [string, ...string[]];
  /** Set for this program alone, on top of what the box gives. */
  env?: Readonly<Record<string, string>>;
  /** It yields to everything else on the box, as far as the box can arrange that. */
  givesWay?: boolean | undefined;
}

/** How a program ended. `lost` means that the link went away first, so how it ended is not known. */
export type ProgramExit =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; signal: string }
  | { kind: 'lost'; reason: string };

/** A terminal on the box with one program in it. */
export interface Pty {
  /** Raw bytes as they come. Set once, at once after `openPty`; chunks that came earlier are kept until then. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Sends text as typed. Never logs or echoes it. No-op once the program has ended. */
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** Flow control: while paused the box's program blocks rather than this process's memory growing. */
  pause(): void;
  resume(): void;
  /** Resolves (never rejects) once the program has ended AND all of its output has been delivered. */
  readonly exit: Promise<ProgramExit>;
  /** Ends the program and frees the channel: hang-up first, then kill. Safe to call twice. */
  close(): Promise<void>;
}

export interface RunResult {
  exit: ProgramExit;
  /** At most `maxBytes` of it; UTF-8. */
  stdout: string;
  stderr: string;
}

export interface RunOptions extends CallLimits {
  /**
   * Bytes that stdout and stderr may have each; default 1 MiB. A program that prints more is ended, unread from there
   * on, and the call rejects with `box_flooded`.
   */
  maxBytes?: number;
  /**
   * Written to the program's stdin, which is then closed. A promise, which must never reject, is waited for. Without
   * it stdin is empty.
   */
  input?: string | Promise<string>;
}

/** One authenticated link to a box, on which several terminals and commands run at the same time. */
export interface BoxConnection {
  openPty(command: Command, size: { columns: number; rows: number }, limits: CallLimits): Promise<Pty>;
  /** Runs a program without a terminal and waits for its end. Throws `box_unusable` for a login shell that prints on and on. */
  run(command: Command, options: RunOptions): Promise<RunResult>;
  /** Resolves with the reason when the link goes away by itself; never resolves after `close()`. */
  readonly lost: Promise<string>;
  /** Ends all programs on this link, then the link. Safe to call twice. */
  close(): Promise<void>;
  /**
   * Cuts the link without asking the box for anything: it hangs up what runs in terminals, and what has none sees the
   * end of its input. For a worker that has thousands and must end; not where a link is a process of this machine's.
   */
  hangUp?(): void;
  /** Reads nothing more that the box sends, until `resume`: it waits there, and this process has time for others. */
  pause?(): void;
  resume?(): void;
}

/** What a worker may do to a link without asking the box. */
export type LinkControl = Pick<BoxConnection, 'hangUp' | 'pause' | 'resume'>;

export interface Transport {
  readonly kind: 'ssh2' | 'openssh' | 'command' | 'local';
  /** Reaches the box, checks its host key before anything is sent, signs in. */
  connect(limits: CallLimits): Promise<BoxConnection>;
}
