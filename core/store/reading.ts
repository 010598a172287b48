import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError } from '../contract/errors.ts';

/** Milliseconds that an answer may take, and for which nothing is asked after one that did not come. */
const ANSWER_MS = 3_000;
const AWAY_MS = 2_000;

/** Asks the database what a page shows: nobody waits long for it, and not everybody while it is away. */
export class Reading {
  readonly #answerMs: number;
  /** By `performance.now()`: until then the database counts as away. */
  #awayUntil = 0;

  /** `answerMs`: milliseconds that an answer may take. */
  constructor(answerMs = ANSWER_MS) {
    this.#answerMs = answerMs;
  }

  /** The answer. Rejects with `history_unavailable` if there is none, within seconds. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (performance.now() < this.#awayUntil) throw new KeyferryError('history_unavailable');
    const late = new AbortController();
    const deadline = sleep(this.#answerMs, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${this.#answerMs} ms`);
    });
    deadline.catch(() => undefined);
    try {
      return await Promise.race([question(), deadline]);
    } catch (thrown) {
      // What it says of one question alone (SQLSTATE 22: a value that it does not take) says nothing of it.
      if (!isOfQuestion(thrown)) this.#awayUntil = performance.now() + AWAY_MS;
      const detail = `The database said: ${thrown instanceof Error ? thrown.message : 'nothing'}`;
      throw new KeyferryError('history_unavailable', { detail, cause: thrown });
    } finally {
      late.abort();
    }
  }
}

const isOfQuestion = (thrown: unknown) =>
  thrown instanceof Error && 'code' in thrown && /^22/.test(String(thrown.code));
