import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';

const MINUTE = 60_000;
/** By which the customer's own commands are told from those of Keyferry. */
const MARK = 'CHATS=1';
/** Milliseconds that an answer may take. */
const WITHIN_MS = 10 * MINUTE;

interface Turn {
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
  readonly #box: Box;
  #isOver = false;
  readonly #stream: Promise<void>;

  constructor(box: Box) {
    this.#box = box;
    this.#stream = this.#chat();
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

  /** Resolves once the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#stream;
  }

  async #chat(): Promise<void> {
    const words = ['env', MARK, 'openclaw', 'agent', '--agent', 'main', '--message', 'hi', '--json'];
    while (!this.#isOver) {
      const begunAt = Date.now();
      const ran = await this.#box.run(words, { timeoutMs: 5 * MINUTE });
      const provider = whoAnswered(findJson(ran.stdout))?.provider;
      const printed = `${ran.code}: ${ran.stdout.slice(-500)} ${ran.stderr.slice(-1_500)}`;
      this.turns.push({ begunAt, endedAt: Date.now(), ...(provider ? { provider } : { printed }) });
    }
  }
}

/** Whether a process is one of the customer's own commands. */
export function isChatting(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(MARK);
  } catch {
    return false;
  }
}
