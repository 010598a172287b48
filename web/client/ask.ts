import type { z } from 'zod';
import { CSRF_HEADER, problemSchema } from '../../core/contract/http-api.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import { hear } from '../messages/heard.ts';
import type { Refusal } from '../model/state.ts';
import type { Clock } from './clock.ts';

export type Answer<Body> = { ok: true; body: Body } | { ok: false; why: Refusal };

/** Milliseconds for a request and its answer. */
const REQUEST_MS = 15_000;

/** Reads an answer. Undefined: this page is too old to read it. May throw if the answer broke off. */
export type Read<Body> = (response: Response) => Promise<Body | undefined>;

/** A body that a schema checks. */
export const json =
  <Schema extends z.ZodType>(schema: Schema): Read<z.infer<Schema>> =>
  async (response) =>
    tolerant(schema).safeParse(await response.json()).data;

/** For answers whose body does not matter. */
export const nothing: Read<true> = async () => true;

/** A request to the api, and how its answer is read. */
export interface Question<Body> {
  method: 'GET' | 'POST';
  address: string;
  /** Called with the time at the api. */
  clock: Clock;
  body?: object | undefined;
  /** The session's token against forgery; sent with every change. */
  csrf?: string | undefined;
  read: Read<Body>;
}

/** Asks the api. Never throws: a request that did not arrive is `offline`. */
export async function ask<Body>(question: Question<Body>): Promise<Answer<Body>> {
  const { method, address, clock, body, csrf, read } = question;
  const giveUp = new AbortController();
  const patience = setTimeout(() => giveUp.abort(), REQUEST_MS);
  try {
    const response = await fetch(address, {
      method,
      redirect: 'error',
      signal: giveUp.signal,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(csrf !== undefined && { [CSRF_HEADER]: csrf }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    clock.heard(response.headers.get('date'));
    if (!response.ok) return { ok: false, why: await reason(response) };
    const found = await read(response);
    return found === undefined ? { ok: false, why: 'outdated' } : { ok: true, body: found };
  } catch {
    return { ok: false, why: 'offline' };
  } finally {
    clearTimeout(patience);
  }
}

/** A proxy that answers in our place does not send problem documents. */
async function reason(response: Response): Promise<Refusal> {
  const problem = tolerant(problemSchema).safeParse(await response.json().catch(() => undefined));
  if (problem.success) {
    const { code, title } = problem.data;
    hear({ code, message: title });
    return code;
  }
  return response.status === 429 ? 'too_many_requests' : 'service_unavailable';
}
