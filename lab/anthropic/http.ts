import type { IncomingMessage, ServerResponse } from 'node:http';

const LONGEST_BODY = 16 * 1024 * 1024;

/** A request's body as text; rejects past 16 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error('The body is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** One server-sent event; `[DONE]` is how OpenAI's protocols end. */
export interface ServerEvent {
  readonly name?: string;
  readonly data: object | '[DONE]';
}

/** What an endpoint answers: a stream of events, JSON, or text, which is HTML if no header says otherwise. */
export type Reply =
  | { readonly events: readonly ServerEvent[] }
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Sends a reply. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if ('events' in reply) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const { name, data } of reply.events) {
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`);
    }
    response.end();
    return;
  }
  const { status, body, headers = {} } = reply;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (typeof body !== 'string') sendJson(response, status, body);
  else response.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/html' }).end(body);
}

/** Answers with an error in the form of Anthropic's API. */
export function sendApiError(response: ServerResponse, status: number): void {
  const [type, message] = API_ERRORS[status] ?? ['api_error', 'Internal server error'];
  sendJson(response, status, { type: 'error', error: { type, message } });
}

const API_ERRORS: Record<number, [string, string]> = {
  401: ['authentication_error', 'Invalid bearer token'],
  403: ['forbidden', 'Request not allowed'],
  404: ['not_found_error', 'Not found'],
  429: ['rate_limit_error', 'This request would exceed your rate limit. Please try again later.'],
};
