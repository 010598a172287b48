import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import { compressedFor } from '../../../api/http/compressed.ts';

const PAGE = Buffer.from('<p>The same for everybody.</p>'.repeat(200));
/** A browser that takes one of these; of what it is asked, the first. */
const taking = (...own: string[]) => ({
  acceptsEncodings: ((...asked: string[]) =>
    asked.find((one) => own.includes(one)) ?? false) as Request['acceptsEncodings'],
});

describe('a file that is the same for everybody', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('is sent in %s to whoever takes it', async (encoding, open) => {
    const { bytes, headers } = await compressedFor(taking(encoding), PAGE);
    expect(headers).toEqual({ vary: 'Accept-Encoding', 'content-encoding': encoding });
    expect(bytes.length).toBeLessThan(PAGE.length / 5);
    expect(open(bytes)).toEqual(PAGE);
  });

  test('is sent as it is to whoever takes neither, and where it is short', async () => {
    expect(await compressedFor(taking(), PAGE)).toMatchObject({
      bytes: PAGE,
      headers: { vary: 'Accept-Encoding' },
    });
    const short = Buffer.from('short');
    const { bytes, headers } = await compressedFor(taking('br'), short);
    expect([bytes, headers]).toEqual([short, { vary: 'Accept-Encoding' }]);
  });

  test('is sent as it is where compressing fails, and compressed for the next one', async () => {
    const page = Buffer.from(PAGE);
    const fails = () => Promise.reject(new Error('no memory'));
    const sent = await compressedFor(taking('gzip'), page, { br: fails, gzip: fails });
    expect([sent.bytes, sent.headers]).toEqual([page, { vary: 'Accept-Encoding' }]);
    const next = await compressedFor(taking('gzip'), page);
    expect(next.headers['content-encoding']).toBe('gzip');
  });

  test('is compressed once, and each form has a tag of its own', async () => {
    const [one, again] = await Promise.all([
      compressedFor(taking('br'), PAGE),
      compressedFor(taking('br'), PAGE),
    ]);
    expect(again).toBe(one);
    const tags = [one, await compressedFor(taking('gzip'), PAGE), await compressedFor(taking(), PAGE)].map(
      ({ etag }) => etag,
    );
    expect(new Set(tags).size).toBe(3);
    const other = await compressedFor(taking('br'), Buffer.concat([PAGE, PAGE]));
    expect(tags).not.toContain(other.etag);
  });
});
