import {
  CSRF_HEADER,
  type CustomerState,
  customerStateSchema,
  problemSchema,
  type Session,
  sessionSchema,
} from '../../core/http-api.ts';
import { type Snapshot, snapshotSchema } from '../../core/snapshot.ts';
import type { Refusal } from '../model/state.ts';
import type { Clock } from './clock.ts';

export type Answer<Body> = { ok: true; body: Body } | { ok: false; why: Refusal };

/** Milliseconds for a request with its answer. */
const REQUEST_MS = 15_000;

/** What checks a body. Undefined: there is none that matters. */
type Schema<Body> = { safeParse: (body: unknown) => { data?: Body | undefined } } | undefined;

/** The api's routes for a customer. No method throws: a request that did not get there is `offline`. */
export class Api {
  readonly #origin: string;
  readonly #clock: Clock;
  #csrf = '';

  constructor(origin: string, clock: Clock) {
    this.#origin = origin;
    this.#clock = clock;
  }

  async session(): Promise<Answer<Session>> {
    const answer = await this.#ask('GET', 'session', sessionSchema);
    if (answer.ok) this.#csrf = answer.body.csrf;
    return answer;
  }

  state(): Promise<Answer<CustomerState>> {
    return this.#ask('GET', 'handshake', customerStateSchema);
  }

  /** Starts a handshake; one that is under way already is the answer too. */
  start(): Promise<Answer<Snapshot>> {
    return this.#change('handshake', {}, snapshotSchema);
  }

  sendCode(handshake: string, code: string): Promise<Answer<undefined>> {
    return this.#change('handshake/code', { handshake, code }, undefined);
  }

  cancel(handshake: string): Promise<Answer<undefined>> {
    return this.#change('handshake/cancel', { handshake }, undefined);
  }

  /** A new connect link opened in another tab makes a new session: ours is learnt anew, once. */
  async #change<Body>(route: string, body: object, schema: Schema<Body>): Promise<Answer<Body>> {
    const answer = await this.#ask('POST', route, schema, body);
    if (answer.ok || answer.why !== 'origin_refused') return answer;
    const session = await this.session();
    return session.ok ? this.#ask('POST', route, schema, body) : session;
  }

  async #ask<Body>(
    method: 'GET' | 'POST',
    route: string,
    schema: Schema<Body>,
    body?: object,
  ): Promise<Answer<Body>> {
    try {
      const response = await fetch(`${this.#origin}/api/v1/${route}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_MS),
        ...(body && {
          headers: { 'content-type': 'application/json', [CSRF_HEADER]: this.#csrf },
          body: JSON.stringify(body),
        }),
      });
      this.#clock.heard(response.headers.get('date'));
      if (!response.ok) return { ok: false, why: await reason(response) };
      if (!schema) return { ok: true, body: undefined as Body };
      const { data } = schema.safeParse(await response.json());
      return data === undefined ? { ok: false, why: 'outdated' } : { ok: true, body: data };
    } catch {
      return { ok: false, why: 'offline' };
    }
  }
}

/** A proxy that answers in our stead knows nothing of problems. */
async function reason(response: Response): Promise<Refusal> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (problem.success) return problem.data.code;
  return response.status === 429 ? 'too_many_requests' : 'service_unavailable';
}
