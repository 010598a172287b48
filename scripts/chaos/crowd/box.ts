import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { STATUS_SCRIPT } from '../../../worker/doctor/doctor.script.ts';
import { END, HAS, HOLD } from '../../../worker/handshake/holder.script.ts';
import { ENDING } from '../../../worker/programs/openclaw/commands.ts';
import { type Hears, SimulatedClaude, type Size } from './claude.ts';
import { answer, freshOpenClaw, type OpenClawState, pasteAs } from './openclaw.ts';
import { type Asked, readShellLine, withoutEnvironment } from './shell-line.ts';

/** What runs over one SSH connection, by tag: how to end it. */
export type Running = Map<string, () => void>;

export interface BoxOptions {
  /** Milliseconds that programs seem to work. */
  delayMs: number;
  /** It has tmux. */
  holds: boolean;
  /** It has been connected before. */
  isConnected: boolean;
  /** What is wrong with it. */
  fault?: Fault | undefined;
  hears: Hears;
  /**
   * Asked as a command of OpenClaw's (`models auth order`) is about to do what it does, and when it has; the command waits
   * for it. False: it was ended there.
   */
  meets?:
    | ((command: string, when: 'before' | 'after', lost: Promise<unknown>) => Promise<boolean>)
    | undefined;
}

/** `no-openclaw`: there is none, and npm installs none. `other-first`: somebody has put another profile before the customer's. */
export type Fault = 'no-openclaw' | 'other-first';

const PASTE = ['models', 'auth', 'paste-token'];
const PASTED = /\x1b\[200~(.*?)\x1b\[201~/s;

/** A tmux session of a handshake's: its program, and the one client that it has. */
interface Session {
  claude: SimulatedClaude;
  /** Takes the client away, with tmux's last words to it. */
  letGo: ((words: string) => void) | undefined;
}

const NODE = 'v24.16.0 /usr/bin/node';
const OPENCLAW: readonly [string, string][] = [
  ['openclaw', '/usr/local/bin/openclaw'],
  ['openclaw.version', '2026.9.6'],
  ['openclaw.runs', 'node'],
  ['openclaw.node', NODE],
];
/** OpenClaw's configuration is valid, and names neither agents nor keys: a link waits for no answer of it. */
const CHECKED: readonly [string, string][] = [
  ['user', 'box 1000'],
  ['store', 'session w p - - -'],
];
/** What `prepare` looks for besides. */
const PREPARED: readonly [string, string][] = [
  ['node', NODE],
  ['npm', 'yes'],
  ['downloads', 'yes'],
  ['root', 'no'],
  ['path.login', 'yes'],
  ['path.session', 'yes'],
];

/** A box without a machine: it answers the lines that a worker sends, and keeps what it was given. */
export class SimulatedBox {
  readonly holders = new Map<string, Session>();
  readonly openclaw: OpenClawState;
  readonly #options: BoxOptions;

  constructor(options: BoxOptions) {
    this.#options = options;
    this.openclaw = freshOpenClaw(options.isConnected, options.fault === 'other-first');
  }

  /** Runs what a channel asks for; `size` where it has a terminal. */
  exec(line: string, channel: ServerChannel, size: Size | undefined, running: Running): void {
    const asked = readShellLine(line);
    if (!asked) {
      leave(channel, 127);
      return;
    }
    if (asked.mark) channel.write(asked.mark);
    if (asked.mark && asked.both) channel.stderr.write(asked.mark);
    const [program = '', , script] = asked.argv;
    const words = asked.argv.slice(1);
    if (program === 'sh' && script === HOLD) this.#hold(asked, channel, running);
    else if (program === 'sh' && script === HAS)
      leave(channel, this.holders.has(asked.argv[5] ?? '') ? 0 : 1);
    else if (program === 'sh' && script === END) this.#endHolders(asked.argv.slice(5), channel);
    else if (program === 'sh' && words[0] === '-s') void this.#script(channel);
    else if (program === 'sh' && size) void this.#show(channel);
    else if (program === 'sh' && script === ENDING)
      void this.#ask(asked.argv.slice(5), channel, asked.tag, running);
    else if (program === 'sh') reap(asked.argv.at(-1) ?? '', channel, running);
    else if (program.endsWith('/claude')) this.#claude(asked, channel, size, running);
    else if (size) this.#pasteToken(asked, channel, running);
    else void this.#ask(words, channel, asked.tag, running);
  }

  #claude({ tag }: Asked, channel: ServerChannel, size: Size | undefined, running: Running): void {
    const { delayMs, hears } = this.#options;
    if (size) attach(new SimulatedClaude(delayMs, hears), tag, channel, size, running);
    else leave(channel, 1);
  }

  /** As HOLD does: once it is told a line, the only client of the session that is there or begins. */
  #hold({ argv, tag }: Asked, channel: ServerChannel, running: Running): void {
    const [name = '', columns, rows, seconds] = argv.slice(5);
    const size = { columns: Number(columns), rows: Number(rows) };
    const { delayMs, hears, holds } = this.#options;
    if (!holds || withoutEnvironment(argv.slice(9))[1] !== 'setup-token') {
      leave(channel, 1);
      return;
    }
    channel.once('data', () => {
      let session = this.holders.get(name);
      if (session) session.letGo?.(`[detached (from session ${name})]`);
      else {
        session = { claude: new SimulatedClaude(delayMs, hears), letGo: undefined };
        this.holders.set(name, session);
        const begun = session;
        setTimeout(() => this.#end(name, begun), Number(seconds) * 1_000).unref();
      }
      session.letGo = attach(session.claude, tag, channel, size, running, true);
    });
  }

  /** As END does: programs and clients of the sessions are gone. */
  #endHolders(names: readonly string[], channel: ServerChannel): void {
    for (const name of names) this.#end(name, this.holders.get(name));
    leave(channel, 0);
  }

  #end(name: string, session: Session | undefined): void {
    if (!session || this.holders.get(name) !== session) return;
    this.holders.delete(name);
    session.claude.kill();
    session.letGo?.('[exited]');
  }

  /** A terminal in which the doctor has something printed. */
  async #show(channel: ServerChannel): Promise<void> {
    channel.write('keyferry-ran');
    await sleep(this.#options.delayMs);
    leave(channel, 0);
  }

  /** One of Keyferry's examinations: each takes of this what it asks for. */
  async #script(channel: ServerChannel): Promise<void> {
    const asksOpenClaw = (await read(channel)) === STATUS_SCRIPT;
    if (asksOpenClaw) await sleep(this.#options.delayMs);
    if (asksOpenClaw) channel.write(this.#lacks ? '@status none' : this.#status());
    else this.#look(channel);
    leave(channel, 0);
  }

  get #lacks(): boolean {
    return this.#options.fault === 'no-openclaw';
  }

  #status(): string {
    return answer(this.openclaw, ['models', 'status', '--json'], '').out;
  }

  #look(channel: ServerChannel): void {
    const now = Math.floor(Date.now() / 1_000);
    const said: [string, string | number][] = [
      ['whole', 'yes'],
      ['clock.start', now],
      ['clock.end', now],
      ['claude', '/usr/local/bin/claude'],
      ['claude.version', '2.1.330'],
      ['claude.runs', 'node'],
      ['claude.node', NODE],
      ...(this.#lacks ? [] : OPENCLAW),
      ['system', 'Linux x86_64'],
      ['memory.MemTotal', 4_000_000],
      ['memory.MemAvailable', 3_000_000],
      ['memory.SwapTotal', 0],
      ['memory.SwapFree', 0],
      ['avx', 'yes'],
      ['disk', 20_000_000],
      ...(this.#options.holds ? [['tmux', '/usr/bin/tmux'] as [string, string]] : []),
      ...[...this.holders.keys()].map((name): [string, string] => ['holder', name]),
      ['path', '/usr/local/bin:/usr/bin:/bin'],
      ...(this.#options.isConnected ? [] : CHECKED),
      ...PREPARED,
      ['end', 'ok'],
    ];
    channel.write(said.map(([name, value]) => `\n@${name} ${value}\n`).join(''));
  }

  async #ask(words: readonly string[], channel: ServerChannel, tag: string, running: Running): Promise<void> {
    running.set(tag, () => leave(channel, 129));
    channel.once('close', () => running.delete(tag));
    const lost = closed(channel);
    const input = await read(channel);
    await sleep(this.#options.delayMs);
    if (!(await this.#meets(words, 'before', lost))) return;
    const { out, err = '', code = 0 } = answer(this.openclaw, words, input);
    if (!(await this.#meets(words, 'after', lost))) return;
    if (err) channel.stderr.write(err);
    channel.write(`${out}\n`);
    leave(channel, code);
  }

  async #meets(words: readonly string[], when: 'before' | 'after', lost: Promise<unknown>): Promise<boolean> {
    const name = words.slice(0, words[1] === 'auth' ? (words[2] === 'order' ? 4 : 3) : 2).join(' ');
    return (await this.#options.meets?.(name, when, lost)) ?? true;
  }

  #pasteToken({ tag, argv }: Asked, channel: ServerChannel, running: Running): void {
    running.set(tag, () => leave(channel, 129));
    channel.once('close', () => running.delete(tag));
    const lost = closed(channel);
    let field = '';
    void sleep(this.#options.delayMs).then(() =>
      channel.write('│\r\n◆  Paste token for anthropic\r\n│  _\r\n└\r\n'),
    );
    channel.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      const pasted = PASTED.exec(text)?.[1];
      if (pasted !== undefined) {
        field = pasted;
        channel.write(`\x1b[2A\x1b[J│  ${'▪'.repeat(100)}\r\n└\r\n`);
      } else if (text === '\r' && field !== '') void this.#storeToken(argv, field, channel, lost);
    });
  }

  async #storeToken(
    argv: readonly string[],
    token: string,
    channel: ServerChannel,
    lost: Promise<unknown>,
  ): Promise<void> {
    if (!(await this.#meets(PASTE, 'before', lost))) return;
    const profile = pasteAs(this.openclaw, argv, token);
    if (!(await this.#meets(PASTE, 'after', lost))) return;
    const saved = ['Updated config: ~/.openclaw/openclaw.json', `Auth profile: ${profile} (anthropic/token)`];
    channel.write(`\r\n${saved.join('\r\n')}\r\n`);
    await sleep(this.#options.delayMs);
    leave(channel, 0);
  }
}

/**
 * Shows a program on a channel and passes on what is typed. One that nothing holds ends with its channel. The answer
 * takes the channel away from it.
 */
function attach(
  claude: SimulatedClaude,
  tag: string,
  channel: ServerChannel,
  size: Size,
  running: Running,
  isHeld = false,
): (words: string) => void {
  const show = (text: string) => void channel.write(text);
  const type = (chunk: Buffer) => claude.type(chunk.toString());
  let isThere = true;
  const detach = () => {
    isThere = false;
    channel.off('data', type);
    claude.detach(show);
    running.delete(tag);
  };
  claude.attach(size, show);
  channel.on('data', type);
  running.set(tag, () => leave(channel, 129));
  channel.once('close', detach);
  void claude.ended.then((code) => {
    if (!isThere) return;
    if (isHeld) channel.write(`\r\n[keyferry: the program ended with ${code}]\r\n`);
    else leave(channel, code);
  });
  return (words) => {
    if (!isThere) return;
    detach();
    channel.write(`\r\n${words}\r\n`);
    leave(channel, 0);
  };
}

/** As REAP does, by tag: one program, or all of the connection. */
function reap(pattern: string, channel: ServerChannel, running: Running): void {
  const form = new RegExp(`^${pattern.slice(pattern.indexOf('=') + 1)}`);
  for (const [tag, end] of [...running]) if (form.test(`${tag}.`)) end();
  leave(channel, 0);
}

/** Never rejects: a channel whose connection is reset has an error first. */
function closed(channel: ServerChannel): Promise<void> {
  return new Promise((resolve) => channel.once('close', () => resolve()));
}

function leave(channel: ServerChannel, code: number): void {
  if (!channel.writable) return;
  channel.exit(code);
  channel.end();
}

/** What is written to a program, to its end. (An iterator would close the channel after it.) */
function read(channel: ServerChannel): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    channel.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    channel.once('end', () => resolve(text));
  });
}
