import { type ApiLab, BASE } from './api-lab.ts';
import type { Answer, Headers } from './visitor.ts';

/** A server of the platform's, with its API key. */
export class PlatformServer {
  readonly #lab: ApiLab;

  constructor(lab: ApiLab) {
    this.#lab = lab;
  }

  /** A body that is a text is sent as it is. */
  ask(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const all = {
      authorization: `Bearer ${this.#lab.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    return this.#lab.visitor(BASE).send(method, path, all, sent);
  }

  /** The body of an answer that must be a success. */
  async get<Body>(path: string): Promise<Body> {
    const { status, text, json } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return json as Body;
  }
}
