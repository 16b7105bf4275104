import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callsOf, listPath, openCatalog, protocols, type Catalog, type OpenCatalog } from '../../testing/catalog.ts';
import { eventually } from '../../testing/eventually.ts';
import { raw, type RawAnswer } from '../../testing/raw-http.ts';

const asked = { query: 'q', pageSize: 50 };
const calls = callsOf(asked);
const list = calls.REST;

let open: OpenCatalog;
let catalog: Catalog;
beforeEach(() => start());
afterEach(() => open.server.stop());

async function start(options: Parameters<typeof openCatalog>[0] = {}): Promise<void> {
  open = await openCatalog(options);
  catalog = open.catalog;
}

const send: OpenCatalog['send'] = (call, headers) => open.send(call, headers);

const badCalls = callsOf({ query: 'q', pageSize: -1 });

/** An answer without what differs between two calls of one request. */
function essence({ status, headers, bytes }: RawAnswer): unknown {
  const { date: _, 'x-request-id': id, ...others } = headers;
  return { status, id: typeof id, headers: others, body: bytes.toString('latin1') };
}

const metric = async (line: string): Promise<number> => {
  const text = String((await raw(`${open.http}/metrics`)).bytes);
  return Number(
    new RegExp(`^${line.replaceAll(/[{}/.]/g, String.raw`\$&`)} (?<value>\\d+)$`, 'm').exec(text)?.groups?.value ?? 0,
  );
};

describe.each(protocols)('%s', (name) => {
  const call = calls[name];

  test.each(['identity', 'gzip', 'br, gzip'])(
    'a repeated request gets the same answer without its handler (%s)',
    async (coding) => {
      const packing = { 'accept-encoding': coding, 'grpc-accept-encoding': coding };
      const answers = [await send(call, packing), await send(call, packing), await send(call, packing)];
      expect(catalog.calls).toEqual(['list q']);
      expect(answers[0]?.status).toBe(200);
      expect(essence(answers[1] ?? fail())).toEqual(essence(answers[0] ?? fail()));
      expect(essence(answers[2] ?? fail())).toEqual(essence(answers[0] ?? fail()));
    },
  );

  test('as soon as the service has no current answer, the handler is asked', async () => {
    await send(call);
    catalog.version = 2;
    const before = (await send(call)).bytes;
    catalog.forget();
    const after = (await send(call)).bytes;
    expect(catalog.calls).toHaveLength(2);
    expect(after.equals(before)).toBe(false);
    expect(after.includes('é 2')).toBe(true);
  });

  test('a service that keeps nothing is asked each time', async () => {
    catalog.remembers = false;
    for (let version = 1; version <= 3; version++) {
      catalog.version = version;
      expect((await send(call)).bytes.includes(`é ${version}`)).toBe(true);
    }
    expect(catalog.calls).toHaveLength(3);
  });

  test('every call has its own request id, one line in the log and its place in the metrics', async () => {
    const ids = ['request-1', 'request-2', 'request-3'];
    for (const id of ids) expect((await send(call, { 'x-request-id': id })).headers['x-request-id']).toBe(id);
    expect((await send(call, { 'x-request-id': 'a b' })).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const served = open.lines
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter(({ msg }) => msg === 'call served');
    expect(served.map(({ requestId }) => requestId).slice(0, 3)).toEqual(ids);
    const [first, second] = served.map(
      ({ time: _time, durationMs: _duration, requestId: _id, traceId: _trace, ...others }) => others,
    );
    expect(second).toEqual(first);
    expect(second).toMatchObject({
      method: 'ecommerce.products.v1.ProductService/ListProducts',
      code: 'ok',
      caller: 'anonymous',
    });
    expect(catalog.calls).toHaveLength(1);
    const labels = 'grpc_service="ecommerce.products.v1.ProductService",grpc_method="ListProducts",grpc_type="unary"';
    expect(await metric(`grpc_server_handled_total{${labels},grpc_code="OK"}`)).toBe(4);
    expect(await metric(`grpc_server_handling_seconds_count{${labels}}`)).toBe(4);
    const method = call[1].method ?? 'GET';
    const route = call[0].startsWith('/api') ? '/api/v1/products' : listPath;
    const ofHttp = `method="${method}",route="${route}"`;
    await expect.poll(() => metric(`http_requests_total{${ofHttp},status="200"}`)).toBe(4);
    await expect.poll(() => metric(`http_request_duration_seconds_count{${ofHttp}}`)).toBe(4);
  });

  test('without a permit it is refused, however ready its answer is', async () => {
    await open.server.stop();
    await start({ limits: { maxInFlight: 1 } });
    await send(call);
    const blocked = Promise.withResolvers<void>();
    catalog.onCall = () => blocked.promise;
    const working = raw(`${open.http}/api/v1/categories`);
    await eventually(
      'the other call',
      () => catalog.calls,
      (made) => made.includes('categories'),
    );
    // One may wait for the permit. Others are refused at once.
    const answers = [send(call), send(call), send(call)];
    const refused = await Promise.race(answers);
    expect(JSON.stringify(refused.headers) + String(refused.bytes)).toMatch(/OVERLOADED|too%20many%20calls/);
    blocked.resolve();
    expect((await working).status).toBe(200);
    await Promise.all(answers);
    expect(catalog.calls.filter((each) => each === 'list q')).toHaveLength(1);
  });

  test('what is wrong with a request is found each time, also next to one that is right', async () => {
    await send(call);
    const bad = badCalls[name];
    const answers = [await send(bad), await send(bad)];
    for (const { headers: sent, bytes } of answers) {
      expect(JSON.stringify(sent) + String(bytes)).toMatch(/VALIDATION_FAILED|MALFORMED_REQUEST|grpc-status: [^0]/);
    }
    expect(catalog.calls).toHaveLength(1);
  });

  describe('when an answer has just become too old', () => {
    // Followers wait for 250 ms of this clock.
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    /** Makes calls that wait, the first of them in the handler. */
    async function callAtOnce(count: number) {
      await send(call);
      await send(call);
      catalog.forget();
      catalog.version = 2;
      const blocked = Promise.withResolvers<void>();
      catalog.onCall = () => blocked.promise;
      const answers = [send(call)];
      await eventually(
        'the first call',
        () => catalog.calls.length,
        (calls) => calls === 2,
      );
      for (let more = 1; more < count; more++) answers.push(send(call));
      await eventually(
        'the calls',
        () => metric('rpc_in_flight{class="read"}'),
        (inFlight) => inFlight === count,
      );
      return { answers, blocked };
    }

    test('many clients that ask at once cost one call', async () => {
      const { answers, blocked } = await callAtOnce(10);
      blocked.resolve();
      for (const { bytes } of await Promise.all(answers)) expect(bytes.includes('é 2')).toBe(true);
      expect(catalog.calls).toHaveLength(2);
    });

    test('a client whose leader fails makes its own call', async () => {
      const { answers, blocked } = await callAtOnce(2);
      catalog.onCall = () => Promise.resolve();
      blocked.reject(new Error('the database is away'));
      const [leader, follower] = await Promise.all(answers);
      expect(leader?.bytes.includes('é 2')).toBe(false);
      expect(follower?.bytes.includes('é 2')).toBe(true);
      expect(catalog.calls).toHaveLength(3);
    });
  });
});

test('other methods at the same URL are other requests', async () => {
  await raw(`${open.http}${list[0]}`);
  expect((await raw(`${open.http}${list[0]}`, { method: 'DELETE' })).status).toBe(405);
  expect((await raw(`${open.http}${list[0]}`, { method: 'POST' })).status).toBe(400);
});

test('an error is neither kept nor tagged', async () => {
  for (let time = 1; time <= 2; time++) {
    const answer = await raw(`${open.http}/api/v1/products?query=nothing`);
    expect([answer.status, answer.headers.etag, answer.headers['cache-control']]).toEqual([404, undefined, 'no-store']);
    expect(catalog.calls).toHaveLength(time);
  }
});

function fail(): never {
  throw new Error('no answer');
}
