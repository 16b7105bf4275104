import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callsOf, openCatalog, type OpenCatalog } from '../../testing/catalog.ts';
import { raw } from '../../testing/raw-http.ts';

const asked = { query: 'q', pageSize: 50 };
const calls = callsOf(asked);

let open: OpenCatalog;
beforeEach(async () => {
  open = await openCatalog();
});
afterEach(() => open.server.stop());

const send: OpenCatalog['send'] = (call, headers) => open.send(call, headers);

const [list] = calls.REST;
const gets = ['REST', 'Connect GET, JSON', 'Connect GET, binary'] as const;

describe.each(gets)('%s', (name) => {
  const call = calls[name];

  test('has a strong ETag, and a client that has the answer gets 304 without it', async () => {
    const first = await send(call);
    const { etag = '' } = first.headers;
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.headers.vary).toBe('accept-encoding');
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await send(call, { 'if-none-match': tag });
      expect([again.status, again.bytes.length, again.headers.etag], tag).toEqual([304, 0, etag]);
      expect(again.headers['content-length']).toBeUndefined();
      expect(again.headers['x-request-id']).toBeDefined();
    }
    expect((await send(call, { 'if-none-match': '"other"' })).status).toBe(200);
    expect(open.catalog.calls).toHaveLength(1);
  });

  test('the first answer of a process already heeds If-None-Match', async () => {
    const { etag = '' } = (await send(call)).headers;
    await open.server.stop();
    open = await openCatalog();
    expect((await send(call, { 'if-none-match': etag })).status).toBe(304);
    expect(open.catalog.calls).toHaveLength(1);
  });

  test('another answer has another ETag, and an equal one has the same', async () => {
    const { etag: first } = (await send(call)).headers;
    open.catalog.forget();
    expect((await send(call)).headers.etag).toBe(first);
    open.catalog.forget();
    open.catalog.version = 2;
    const second = await send(call, { 'if-none-match': first ?? '' });
    expect(second.status).toBe(200);
    expect(second.headers.etag).not.toBe(first);
  });

  test('the ETag of a compressed answer is not that of the plain one', async () => {
    const plain = await send(call);
    const packed = await send(call, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
    expect(packed.headers.etag).not.toBe(plain.headers.etag);
    const again = await send(call, { 'accept-encoding': 'gzip', 'if-none-match': packed.headers.etag ?? '' });
    expect([again.status, again.headers.etag]).toEqual([304, packed.headers.etag]);
  });

  test('with a token nothing is to be kept, as for every other call', async () => {
    await send(call);
    expect((await send(call, { authorization: 'Bearer x' })).headers['cache-control']).toBe('no-store');
  });

  test('scripts of an allowed origin may read it, and caches are told that it depends on the origin', async () => {
    for (const round of ['first', 'repeated']) {
      const { headers } = await send(call, { origin: 'https://shop.example' });
      expect(headers['access-control-allow-origin'], round).toBe('https://shop.example');
      expect(headers.vary, round).toBe('Origin, accept-encoding');
      expect(
        (await send(call, { origin: 'https://evil.example' })).headers['access-control-allow-origin'],
      ).toBeUndefined();
    }
  });

  test('while the server stops, the connection ends with the answer', async () => {
    await send(call);
    const retired = open.server.retire();
    expect((await send(call)).headers.connection).toBe('close');
    await retired;
    expect(open.catalog.calls).toHaveLength(1);
  });
});

test('REST prefers br, and HEAD answers like GET without a body', async () => {
  const plain = await raw(`${open.http}${list}`);
  const packed = await raw(`${open.http}${list}`, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } });
  expect(packed.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(packed.bytes)).toEqual(plain.bytes);
  const head = await raw(`${open.http}${list}`, { method: 'HEAD' });
  expect([head.status, head.bytes.length]).toEqual([200, 0]);
  expect(head.headers['content-length']).toBe(String(plain.bytes.length));
  expect(head.headers.etag).toBe(plain.headers.etag);
  expect(open.catalog.calls).toHaveLength(1);
});

test('a small answer is not compressed', async () => {
  const small = await raw(`${open.http}/api/v1/categories`, { headers: { 'accept-encoding': 'gzip' } });
  expect(small.headers['content-encoding']).toBeUndefined();
});
