import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPath, openCatalog, type OpenCatalog } from '../../testing/catalog.ts';
import { converse } from '../../testing/connection.ts';
import { enveloped, plain } from '../../testing/large-body.ts';

/** Shared reads begin to read the body by themselves, since an earlier answer may do. */
let open: OpenCatalog;
beforeAll(async () => {
  open = await openCatalog();
});
afterAll(() => open.server.stop());

test.each([
  ['application/proto', plain],
  ['application/json', plain],
  ['application/grpc-web+proto', enveloped],
])('%s: a large body of a shared read does not delay the next request of its connection', async (type, body) => {
  const lines = [`POST ${listPath} HTTP/1.1`, 'host: x', `content-type: ${type}`, `content-length: ${body.length}`];
  const next = 'GET /health HTTP/1.1\r\nhost: x\r\nx-request-id: the-next-request\r\n\r\n';
  const { text, ended } = await converse(open.http, [`${lines.join('\r\n')}\r\n\r\n`, body, next], (soFar) =>
    /the-next-request[^]*"healthy"/.test(soFar),
  );
  expect(text).toContain('the-next-request');
  expect(ended).toBe(false);
});

test('gRPC: streams with a large body of a shared read end, and their connection serves other calls', async () => {
  const session = connect(open.grpc);
  const call = async (body: Buffer): Promise<number> => {
    const headers = { 'content-type': 'application/grpc+proto', te: 'trailers' };
    const stream = session.request({ ':method': 'POST', ':path': listPath, ...headers });
    stream.resume();
    const status = once(stream, 'trailers').then(([trailers]) => Number(Reflect.get(trailers, 'grpc-status')));
    stream.end(body);
    await once(stream, 'close');
    return status;
  };
  for (let time = 0; time < 8; time++) expect(await call(enveloped)).toBe(8);
  expect(await call(Buffer.alloc(5))).toBe(0);
  session.destroy();
});
