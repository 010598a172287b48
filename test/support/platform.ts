import { type ApiLab, BASE } from './api-lab.ts';
import { checkDocumented } from './documented.ts';
import type { Answer, Headers } from './visitor.ts';

/** A server of the platform's, with its API key. */
export class PlatformServer {
  readonly #lab: ApiLab;

  constructor(lab: ApiLab) {
    this.#lab = lab;
  }

  /** A body that is a text is sent as it is. Throws if the answer is none that the document says can come. */
  async ask(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const all = {
      authorization: `Bearer ${this.#lab.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const answer = await this.#lab.visitor(BASE).send(method, path, all, sent);
    checkDocumented(method, path, answer);
    return answer;
  }

  /** The body of an answer that must be a success. */
  async get<Body>(path: string): Promise<Body> {
    const { status, text, json } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return json as Body;
  }
}
