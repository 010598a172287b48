import type { IncomingMessage } from 'node:http';
import type { FieldError } from '../../core/contract/platform-problem.ts';
import { fieldError, InputInvalid } from './input.ts';

/** A Host header's form: a name or an address, perhaps a port. No user, no path, no second name. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)$/i;

/**
 * Ensures that every reader of a request sees the same host and path, including a proxy in front. A target in
 * absolute form becomes the path that it names (RFC 9112, 3.2.2). Throws `input_invalid` for one that is neither, and
 * for a second Host, one that is not a name, or one that differs from the target's.
 */
export function checkTarget(request: IncomingMessage): void {
  const { headers, rawHeaders, url = '' } = request;
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  // HTTP/1.0 may have none; we serve nothing there.
  if (hosts > 1 || (headers.host !== undefined && !HOST.test(headers.host)))
    throw invalid('header', ['host']);
  if (url.startsWith('/')) return;
  const [, authority, path] = ABSOLUTE.exec(url) ?? [];
  if (path === undefined || authority?.toLowerCase() !== headers.host?.toLowerCase())
    throw invalid('path', []);
  request.url = path.startsWith('/') ? path : `/${path}`;
}

function invalid(...where: [FieldError['in'], string[]]): InputInvalid {
  return new InputInvalid([
    fieldError(...where, { rule: 'format', words: 'does not name exactly one host' }),
  ]);
}
