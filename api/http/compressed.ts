import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request } from 'express';

/** Fewer bytes than this are sent as they are: they fit into the first packets anyway. */
const LEAST_BYTES = 1_024;

const PACK = {
  // 9 of 11: the last steps take ten times as long, for two per cent.
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
};
type Encoding = keyof typeof PACK;
type Packers = Record<Encoding, (bytes: Buffer) => Promise<Buffer>>;

/** A file as it goes to a browser. */
export interface Packed {
  bytes: Buffer;
  etag: string;
  headers: { vary: string; 'content-encoding'?: Encoding };
}

const packed = new WeakMap<Buffer, Map<Encoding | undefined, Promise<Packed>>>();

/**
 * A file that is the same for everybody, compressed as the browser takes it: once, and kept as long as the file is. Only
 * for what holds no secret and nothing of the request: how long a compressed answer is tells what it repeats (BREACH).
 */
export async function compressedFor(
  request: Pick<Request, 'acceptsEncodings'>,
  bytes: Buffer,
  how: Packers = PACK,
): Promise<Packed> {
  const taken = bytes.length < LEAST_BYTES ? false : request.acceptsEncodings('br', 'gzip');
  const encoding = taken === 'br' || taken === 'gzip' ? taken : undefined;
  const forms = packed.get(bytes) ?? new Map<Encoding | undefined, Promise<Packed>>();
  packed.set(bytes, forms);
  const found = forms.get(encoding) ?? pack(bytes, encoding, how);
  forms.set(encoding, found);
  return found.catch(() => {
    // There was no memory for it, say: the next one may find some.
    forms.delete(encoding);
    return pack(bytes, undefined, how);
  });
}

async function pack(bytes: Buffer, encoding: Encoding | undefined, how: Packers): Promise<Packed> {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const vary = 'Accept-Encoding';
  if (encoding === undefined) return { bytes, etag: `"${hash}"`, headers: { vary } };
  const small = await how[encoding](bytes);
  return { bytes: small, etag: `"${hash}-${encoding}"`, headers: { vary, 'content-encoding': encoding } };
}
