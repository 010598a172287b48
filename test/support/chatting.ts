import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';

const MINUTE = 60_000;
/** By which the customer's own commands are told from those of Keyferry. */
const MARK = 'CHATS=1';
/** Milliseconds that an answer may take. */
const WITHIN_MS = 10 * MINUTE;
/** Milliseconds between two looks at the configuration. */
const LOOK_MS = 50;

/**
 * What a gateway of 2026.9.6 says to a turn that it was preparing while its configuration changed, whatever changed in it: the
 * turn is not tried again (openclaw/openclaw#154456). See docs/fleet.md.
 */
export const TAKING_UP = /plugin generation was superseded|owner config was replaced during the read/;

export interface Turn {
  /** Milliseconds since 1970. */
  begunAt: number;
  endedAt: number;
  /** Who answered it. */
  provider?: string;
  /** What was printed where nobody did. */
  printed?: string;
}

/** A customer who chats through their gateway all the time, one turn after another. */
export class Chatting {
  readonly turns: Turn[] = [];
  /** When OpenClaw's configuration has changed. */
  readonly changes: number[] = [];
  readonly #box: Box;
  #isOver = false;
  readonly #stream: Promise<unknown>;

  constructor(box: Box) {
    this.#box = box;
    this.#stream = Promise.all([this.#chat(), this.#watch()]);
  }

  /** How many turns each provider has answered. */
  get answered(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { provider } of this.turns)
      if (provider !== undefined) counts[provider] = (counts[provider] ?? 0) + 1;
    return counts;
  }

  /** Turns that nobody answered. */
  get failed(): Turn[] {
    return this.turns.filter(({ provider }) => provider === undefined);
  }

  /** The same, but for one for each change of the configuration that was refused for it, and whose next one was answered. */
  get unexplained(): Turn[] {
    return unexplained(this.turns, this.changes);
  }

  /** Waits until a turn that begins from now on was answered. Throws where none is in time. */
  async next(): Promise<Turn> {
    const from = Date.now();
    while (Date.now() - from < WITHIN_MS) {
      const turn = this.turns.find(({ begunAt, provider }) => begunAt >= from && provider !== undefined);
      if (turn) return turn;
      await sleep(200);
    }
    throw new Error(`No turn was answered: ${JSON.stringify(this.failed.at(-1))}`);
  }

  /** Resolves once the turn that is under way has ended, and another one where nobody answered that. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#stream;
  }

  async #chat(): Promise<void> {
    while (!this.#isOver) await this.#turn();
    if (this.turns.at(-1)?.provider === undefined) await this.#turn();
  }

  async #turn(): Promise<void> {
    const words = ['env', MARK, 'openclaw', 'agent', '--agent', 'main', '--message', 'hi', '--json'];
    const begunAt = Date.now();
    const ran = await this.#box.run(words, { timeoutMs: 5 * MINUTE });
    const provider = whoAnswered(findJson(ran.stdout))?.provider;
    const printed = `${ran.code}: ${ran.stdout.slice(-500)} ${ran.stderr.slice(-1_500)}`;
    this.turns.push({ begunAt, endedAt: Date.now(), ...(provider ? { provider } : { printed }) });
  }

  async #watch(): Promise<void> {
    const file = join(this.#box.home, '.openclaw/openclaw.json');
    for (let last = readFileSync(file, 'utf8'); !this.#isOver; await sleep(LOOK_MS)) {
      // OpenClaw puts another file in its place: for a moment there may be none.
      const now = existsSync(file) ? readFileSync(file, 'utf8') : last;
      if (now !== last) this.changes.push(Date.now());
      last = now;
    }
  }
}

/**
 * Turns that nobody answered, but for `TAKING_UP` where the configuration has changed since the turn before began: one
 * for each change at most, and none after which another one failed. Pure.
 */
export function unexplained(turns: readonly Turn[], changes: readonly number[]): Turn[] {
  const left = [...changes];
  return turns.filter(({ begunAt, endedAt, provider, printed = '' }, at) => {
    if (provider !== undefined) return false;
    const from = turns[at - 1]?.begunAt ?? begunAt;
    const change = left.findIndex((time) => time >= from && time <= endedAt);
    const next = turns[at + 1];
    const isExplained = TAKING_UP.test(printed) && change >= 0 && (!next || next.provider !== undefined);
    if (isExplained) left.splice(change, 1);
    return !isExplained;
  });
}

/** Whether a process is one of the customer's own commands. */
export function isChatting(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(MARK);
  } catch {
    return false;
  }
}
