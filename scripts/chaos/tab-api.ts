import { z } from 'zod';
import {
  type CustomerState,
  customerStateSchema,
  problemSchema,
  type Session,
  sessionSchema,
} from '../../core/contract/http-api.ts';
import { type Snapshot, snapshotSchema } from '../../core/contract/snapshot.ts';
import type { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { Api } from '../../web/client/api.ts';
import type { Answer } from '../../web/client/ask.ts';
import type { Clock } from '../../web/client/clock.ts';

/** The page's requests, by a visitor who keeps cookies as a browser would. */
export class TabApi extends Api {
  readonly #visitor: HeadlessCustomer;

  constructor(visitor: HeadlessCustomer, clock: Clock) {
    super('', clock);
    this.#visitor = visitor;
  }

  override session(): Promise<Answer<Session>> {
    return this.#answer('GET', 'session', sessionSchema);
  }

  override state(): Promise<Answer<CustomerState>> {
    return this.#answer('GET', 'handshake', customerStateSchema);
  }

  override start(): Promise<Answer<Snapshot>> {
    return this.#answer('POST', 'handshake', snapshotSchema, {});
  }

  override sendCode(handshake: string, code: string): Promise<Answer<true>> {
    return this.#answer('POST', 'handshake/code', nothing, { handshake, code });
  }

  override cancel(handshake: string): Promise<Answer<true>> {
    return this.#answer('POST', 'handshake/cancel', nothing, { handshake });
  }

  async #answer<Body>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<Body>,
    body?: object,
  ): Promise<Answer<Body>> {
    try {
      const { status, text } = await this.#visitor.ask(method, path, body);
      const json: unknown = text === '' ? undefined : JSON.parse(text);
      if (status < 300) return { ok: true, body: schema.parse(json) };
      const problem = problemSchema.safeParse(json);
      return { ok: false, why: problem.success ? problem.data.code : 'service_unavailable' };
    } catch {
      return { ok: false, why: 'offline' };
    }
  }
}

const nothing = z.unknown().transform((): true => true);
