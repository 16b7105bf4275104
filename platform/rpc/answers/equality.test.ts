import * as fc from 'fast-check';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { callsOf, openCatalog, protocols, type PathCall } from '../../testing/catalog.ts';
import { raw, type RawAnswer } from '../../testing/raw-http.ts';

test('whatever is asked in whatever order, a process that repeats answers gives those of one that does not', async () => {
  const ours = await openCatalog();
  const theirs = await openCatalog({ shares: false });
  const query = fc.constantFrom('a', 'b', 'nothing', '\0', 'é 漢', 'x'.repeat(201));
  const message = fc.record({ query, pageSize: fc.constantFrom(0, 1, 40, 40, -1) });
  const ask = fc.record({
    message,
    protocol: fc.constantFrom(...protocols),
    coding: fc.constantFrom('', 'gzip', 'br', 'gzip;q=0'),
    timeout: fc.constantFrom('', '', '', '1000', '0', 'soon'),
  });
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('change' as const, 'forget' as const) },
    { weight: 10, arbitrary: fc.nat() },
  );
  type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never;
  const toCall = ({ message, protocol, coding, timeout }: Ask): PathCall => {
    const [path, call] = callsOf(message)[protocol];
    const headers = {
      'x-request-id': 'request-1',
      ...(coding === '' ? {} : { 'accept-encoding': coding, 'grpc-accept-encoding': coding }),
      ...(timeout === '' ? {} : { 'connect-timeout-ms': timeout }),
    };
    return [path, { ...call, headers: { ...call.headers, ...headers } }];
  };
  // What only a shared read has, and REST’s compression, which other answers do not get.
  const comparable = ({ status, headers, bytes }: RawAnswer, isRest: boolean) => {
    const { date: _, etag: _etag, vary: _vary, 'cache-control': _control, ...others } = headers;
    if (!isRest || status !== 200) return { status, others, body: bytes.toString('latin1') };
    const unpack = { gzip: gunzipSync, br: brotliDecompressSync }[headers['content-encoding'] ?? ''];
    return { status, type: headers['content-type'], body: String(unpack?.(bytes) ?? bytes) };
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(ask, { minLength: 3, maxLength: 6 }),
      fc.array(step, { minLength: 30 }),
      async (asks, steps) => {
        for (const each of steps) {
          if (each === 'change') for (const one of [ours.catalog, theirs.catalog]) one.version++;
          if (typeof each === 'string') {
            for (const one of [ours.catalog, theirs.catalog]) one.forget();
            continue;
          }
          const chosen = asks[each % asks.length];
          if (chosen === undefined) continue;
          const [path, call] = toCall(chosen);
          const [repeated, plain] = await Promise.all([
            raw(`${ours.http}${path}`, call),
            raw(`${theirs.http}${path}`, call),
          ]);
          const isRest = chosen.protocol === 'REST';
          expect(comparable(repeated, isRest)).toEqual(comparable(plain, isRest));
        }
      },
    ),
    { numRuns: 10 },
  );
  expect(ours.catalog.calls.length).toBeLessThan(theirs.catalog.calls.length);
  await Promise.all([ours.server.stop(), theirs.server.stop()]);
});
