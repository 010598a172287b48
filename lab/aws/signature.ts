import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

interface Signed {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
/** What must be signed, or somebody on the way could change what is asked for. */
const MUST_SIGN = ['host', 'x-amz-date', 'x-amz-target'];
/** AWS takes requests that are up to five minutes old. */
const AGE_MS = 5 * 60_000;

/**
 * Checks AWS Signature Version 4 as AWS documents it, written apart from the SDK that signs. Gives the region that
 * the request is signed for, or undefined when the signature is not right.
 */
export function signedRegion(
  { method, path, headers, body }: Signed,
  { accessKeyId, secretAccessKey }: Credentials,
  service: string,
): string | undefined {
  const [, id, day = '', region = '', of, names = '', signature = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  const signed = names.split(';');
  const date = String(headers['x-amz-date'] ?? '');
  const fresh =
    Math.abs(Date.now() - Date.parse(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))) < AGE_MS;
  if (id !== accessKeyId || of !== service || !fresh || MUST_SIGN.some((name) => !signed.includes(name)))
    return undefined;
  const canonical = [
    method,
    path,
    '',
    ...signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (from, part) => hmac(from, part),
    `AWS4${secretAccessKey}`,
  );
  const right = timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
  return right ? region : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
