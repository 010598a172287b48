import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Requests, tokens (input, output, from a cache), and millionths of a dollar. */
export type Counts = readonly [number, number, number, number, number];
export type Sums = Record<string, Counts>;

export function plus(sums: Sums, name: string, more: Counts): void {
  const known = sums[name] ?? [0, 0, 0, 0, 0];
  sums[name] = more.map((count, at) => count + (known[at] ?? 0)) as unknown as Counts;
}

interface RecordedAnswer {
  /** What the stand-in had answered by then: provider, model, tokens. */
  answered: readonly [string, string, number, number, number][];
  /** What the gateway said then of `sessions.usage`, without the sums of all chats. */
  said: { cacheStatus: object; sessions: RecordedSession[] };
}
interface RecordedSession {
  key: string;
  sessionId: string;
  usage: null | { modelUsage: { totals: object }[] };
}

/**
 * What a real gateway said (30 November 2026): while it was still counting, once it had counted, and after one chat had been reset
 * and one deleted.
 */
export function recordedUsage(version: string): [RecordedAnswer, RecordedAnswer, RecordedAnswer] {
  const file = new URL(`../fixtures/openclaw/${version}/sessions-usage.jsonl`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line)) as ReturnType<typeof recordedUsage>;
}

interface Session {
  id: string;
  key: string;
  sums: Sums;
}

/** Chats, of which is said what a real gateway said of its own, with other numbers. */
export class Chats {
  readonly #recorded: ReturnType<typeof recordedUsage>;
  /** 2026.7.1 begins a new session where a chat is reset, 2026.9.6 goes on in the same. */
  readonly #resetBegins: boolean;
  readonly #sessions: Session[] = [];

  constructor(version: string) {
    this.#recorded = recordedUsage(version);
    this.#resetBegins = this.#recorded[2].said.sessions.length > this.#recorded[1].said.sessions.length;
  }

  turn(key: string, name: string, counts: Counts): void {
    const known = this.#sessions.find((each) => each.key === key);
    const session = known ?? { id: randomUUID(), key, sums: {} };
    if (!known) this.#sessions.push(session);
    plus(session.sums, name, counts);
  }

  reset(key: string): void {
    if (this.#resetBegins) this.delete(key);
  }

  /** What it has used is said from its archive, under its id. */
  delete(key: string): void {
    for (const session of this.#sessions) if (session.key === key) session.key = `agent:main:${session.id}`;
  }

  /** What the gateway says now. While it counts it has nothing of any chat. */
  said({ isCounting = false } = {}): object {
    const { said } = this.#recorded[isCounting ? 0 : 2];
    const [session] = said.sessions as [RecordedSession];
    const [used] = session.usage?.modelUsage ?? [];
    const sessions = this.#sessions.map(({ id, key, sums }) => ({
      ...session,
      ...{ key, sessionId: id },
      usage: session.usage && {
        ...session.usage,
        modelUsage: Object.entries(sums).map(([name, [count, input, output, cacheRead, cost]]) => {
          const [provider, model] = name.split('/');
          const totals = { ...used?.totals, input, output, cacheRead, totalCost: cost / 1e6 };
          return { ...used, provider, model, count, totals };
        }),
      },
    }));
    return { ...said, sessions };
  }
}
