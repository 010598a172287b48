import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { LookupFunction } from 'node:net';

/** What came back, with the body as text. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const WITHIN_MS = 10_000;

/** Every name is this machine: browsers know that of `*.localhost`, most resolvers do not. */
export const lookupLoopback: LookupFunction = (_name, { all }, done) => {
  if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/**
 * One request to a server on loopback, by the name that `url` has for it; over a connection of its own, unless an `agent`
 * keeps some. Rejects when nothing answers in 10 s.
 */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
    agent = false,
  }: { method?: string; headers?: Record<string, string>; body?: string; agent?: Agent | false } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const asking = request(url, { method, headers, signal, lookup: lookupLoopback, agent });
    asking.once('error', reject);
    asking.once('response', async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      } catch (thrown) {
        reject(thrown);
      }
    });
    asking.end(body);
  });
}
