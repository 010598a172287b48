import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Box } from './box.ts';
import type { PracticePrograms } from './practice/programs.ts';

/** Phases in which a box can be held; the others wait for the customer or for the stand-in. */
export type Gated = 'reaching' | 'preparing' | 'opening' | 'installing';

/** Where a box can be held: in a phase, or just before the token is pasted (`pasting`, early in `installing`). */
export type GatedAt = Gated | 'pasting';

/** Something that a handshake on a box waits for. */
export interface Gate {
  open(): void;
}

/** What each program must not begin while its gate is closed, as a pattern of sh for its words. */
const HELD_AT: Partial<Record<GatedAt, string>> = {
  opening: '*setup-token*',
  pasting: '*paste-token*',
  // The change of the default model: a plain one, or one that is started early and waits for the model.
  installing: "*agents.defaults.model* | *'config patch'*",
};

/** The simulated programs, with gates that can be closed. */
export function withGates({
  claude,
  openclaw,
}: PracticePrograms): Pick<PracticePrograms, 'claude' | 'openclaw'> {
  return { claude: { script: gated(claude.script) }, openclaw: { script: gated(openclaw.script) } };
}

function gated(script: string): string {
  const [shebang = '', ...rest] = script.split('\n');
  const cases = Object.entries(HELD_AT).map(([phase, words]) => `  ${words}) gate="$HOME/gate-${phase}" ;;`);
  const wait = `case "$*" in\n${cases.join('\n')}\n  *) gate= ;;\nesac\nif [ -p "$gate" ]; then read -r _ <"$gate"; fi`;
  return [shebang, wait, ...rest].join('\n');
}

/** Gates of boxes; `remove` afterwards. */
export class Gates {
  readonly #undo: (() => void)[] = [];

  /** Holds the next handshake on the box when it gets to a phase; close `installing` before there is a link. */
  close(box: Box, phase: GatedAt): Gate {
    if (phase === 'reaching') return this.#closeSshd(box);
    // A survey of the box reads ~/.npmrc, the others look for their own gate.
    const path = join(box.home, phase === 'preparing' ? '.npmrc' : `gate-${phase}`);
    execFileSync('mkfifo', ['-m', '666', path]);
    this.#undo.push(() => rmSync(path, { force: true }));
    return { open: () => this.#openPipe(path) };
  }

  remove(): void {
    for (const undo of this.#undo) undo();
  }

  /** The kernel still takes connections for a stopped sshd, which then say nothing. */
  #closeSshd(box: Box): Gate {
    const pid = sshdOf(box);
    process.kill(pid, 'SIGSTOP');
    const open = () => void process.kill(pid, 'SIGCONT');
    this.#undo.push(open);
    return { open };
  }

  /**
   * Lets the reader of the pipe continue, and nobody waits there again. The pipe goes first: one that were left
   * behind by an opener whose reader had just been ended would hold up the next handshake for good. Opened for
   * both ways a pipe does not wait for its other end.
   */
  #openPipe(path: string): void {
    const pipe = openSync(path, constants.O_RDWR);
    rmSync(path);
    closeSync(pipe);
  }
}

/** Takes the box off the network: nothing listens where its sshd did. */
export function shutOff(box: Box): void {
  process.kill(sshdOf(box), 'SIGTERM');
}

function sshdOf(box: Box): number {
  return Number(readFileSync(join(dirname(box.knownHostsFile), 'sshd.pid'), 'utf8'));
}
