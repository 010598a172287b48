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
