import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { ImportOutcome, ImportProductsResponseSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { refusedLine, type ReadLine, type Refusal, type Row } from './row.ts';
import { importLines, type ImportOptions } from './send.ts';
import { stoppable } from './stop.ts';

const stockKept = { field: 'available_quantity', description: 'stays 3' };

/**
 * A fake API. The first `failures` calls fail; after that it creates all rows, but refuses those with the name `bad`.
 */
function createApi(failures = 0, code = Code.Unavailable) {
  const calls: Row[][] = [];
  const refusals: Refusal[] = [];
  const kept: string[] = [];
  let left = failures;
  const options: ImportOptions = {
    validateOnly: false,
    pauseMs: 1,
    onRefused: (refusal) => void refusals.push(refusal),
    onStockKept: (line, message) => void kept.push(`${line} ${message}`),
    onProgress: () => undefined,
    send: async ({ rows }) => {
      if (left-- > 0) throw new ConnectError('not now', code);
      calls.push(rows);
      const results = rows.map(({ product }) =>
        product?.name === 'bad'
          ? {
              outcome: ImportOutcome.REFUSED,
              reason: 'INVALID_PRODUCT',
              violations: [{ field: 'name', description: 'is bad' }],
            }
          : { outcome: ImportOutcome.CREATED, kept: product?.name === 'in stock' ? [stockKept] : [] },
      );
      return create(ImportProductsResponseSchema, { results });
    },
  };
  return { calls, refusals, kept, options };
}

async function* lines(count: number, make: (line: number) => ReadLine): AsyncGenerator<ReadLine> {
  for (let line = 1; line <= count; line++) yield make(line);
}

const named = (line: number, name: string): ReadLine => ({ line, row: { product: { sku: String(line), name } } });

test('every line is sent once, in order, 500 a call', async () => {
  const { calls, options } = createApi();
  const counts = await importLines(
    lines(1201, (line) => named(line, 'x')),
    options,
  );
  expect(counts).toEqual({ read: 1201, created: 1201, updated: 0, unchanged: 0, refused: 0, stockKept: 0 });
  expect(calls.map((rows) => rows.length)).toEqual([500, 500, 201]);
  expect(calls.flat().map(({ product }) => Number(product?.sku))).toEqual(
    Array.from({ length: 1201 }, (_, i) => i + 1),
  );
});

test('calls stay below the size limit of the API, and a row above it is refused', async () => {
  const { calls, refusals, options } = createApi();
  const counts = await importLines(
    lines(200, (line) => named(line, 'x'.repeat(line === 7 ? 800_000 : 10_000))),
    options,
  );
  expect(counts).toMatchObject({ created: 199, refused: 1 });
  expect(refusals).toMatchObject([{ line: 7, reason: 'ROW_TOO_LARGE' }]);
  for (const rows of calls) expect(JSON.stringify(rows).length).toBeLessThan(1024 * 1024);
});

test('refusals of the reader and of the API have the number of their line', async () => {
  const { refusals, options } = createApi();
  const counts = await importLines(
    lines(6, (line) =>
      line === 2 ? refusedLine(2, 'price', 'MALFORMED_CELL', 'x') : named(line, line === 4 ? 'bad' : 'x'),
    ),
    options,
  );
  expect(counts).toMatchObject({ read: 6, created: 4, refused: 2 });
  expect(refusals).toEqual([
    { line: 2, field: 'price', reason: 'MALFORMED_CELL', message: 'x' },
    { line: 4, field: 'name', reason: 'INVALID_PRODUCT', message: 'is bad' },
  ]);
});

test('a call with a transient error is repeated; a definitive error stops the import and names the line', async () => {
  const passing = createApi(3);
  expect(
    await importLines(
      lines(2, (line) => named(line, 'x')),
      passing.options,
    ),
  ).toMatchObject({ created: 2 });
  expect(passing.calls).toHaveLength(1);
  const definitive = createApi(1, Code.PermissionDenied);
  const ended = importLines(
    lines(2, (line) => named(line, 'x')),
    definitive.options,
  );
  await expect(ended).rejects.toThrow('stopped before line 1');
  expect(definitive.calls).toHaveLength(0);
});

test('lines whose stock is not taken over are counted, and the command hears why', async () => {
  const { kept, options } = createApi();
  const counts = await importLines(
    lines(3, (line) => named(line, line === 2 ? 'in stock' : 'x')),
    options,
  );
  expect(counts).toMatchObject({ created: 3, stockKept: 1 });
  expect(kept).toEqual(['2 stays 3']);
});

test('a dry run sends earlier rows of a SKU again with a later one, and counts each line once', async () => {
  const { calls, options } = createApi();
  const skuOf = (line: number) => (line === 700 || line === 701 ? ' SKU-3 ' : `sku-${line}`);
  const repeating = () => lines(1100, (line) => ({ line, row: { product: { sku: skuOf(line), name: `${line}` } } }));
  const namesOf = (rows: readonly Row[] = []) => rows.map(({ product }) => product?.name);
  const counts = await importLines(repeating(), { ...options, validateOnly: true });
  expect(counts).toMatchObject({ read: 1100, created: 1100 });
  expect(namesOf(calls[1]).slice(197, 203)).toEqual(['698', '699', '3', '700', '701', '702']);
  expect(calls.flat()).toHaveLength(1101);
  await importLines(repeating(), options);
  expect(calls.flat()).toHaveLength(1101 + 1100);
});

test('whoever asks to stop gets the counts of what was sent, and no further call is made', async () => {
  const { calls, options } = createApi();
  const asked = new AbortController();
  const stopped = vi.fn<() => void>();
  const stop = { asked: asked.signal, cut: new AbortController().signal };
  const onProgress = () => asked.abort();
  const counts = await importLines(
    lines(1201, (line) => named(line, 'x')),
    { ...options, stop, onStopped: stopped, onProgress },
  );
  expect(counts).toMatchObject({ created: 500 });
  expect(calls).toHaveLength(1);
  expect(stopped).toHaveBeenCalledTimes(1);
});

test('an input that is closed by the stop is no error; a call that fails meanwhile is one', async () => {
  const asked = new AbortController();
  const stop = { asked: asked.signal, cut: new AbortController().signal };
  async function* closed(): AsyncGenerator<ReadLine> {
    yield named(1, 'x');
    asked.abort();
    throw new Error('Premature close');
  }
  expect(await importLines(closed(), { ...createApi().options, stop })).toMatchObject({ read: 1, created: 0 });

  const { options } = createApi(9);
  const again = new AbortController();
  const send: ImportOptions['send'] = (request, signal) => {
    again.abort();
    return options.send(request, signal);
  };
  const waiting = { ...options, send, pauseMs: 60_000, stop: { ...stop, asked: again.signal } };
  await expect(
    importLines(
      lines(2, (line) => named(line, 'x')),
      waiting,
    ),
  ).rejects.toThrow('stopped before line 1');
});

test('Ctrl-C and its second signal ask once, and a call that takes too long is cut off', async () => {
  vi.useFakeTimers();
  const signals = new EventEmitter();
  try {
    const ended = stoppable(async ({ asked, cut }) => {
      signals.emit('SIGINT');
      signals.emit('SIGTERM');
      expect([asked.aborted, cut.aborted]).toEqual([true, false]);
      await vi.advanceTimersByTimeAsync(5_000);
      return cut.aborted;
    }, signals);
    expect(await ended).toBe(true);
  } finally {
    vi.useRealTimers();
  }
  expect(signals.listenerCount('SIGINT')).toBe(1);
});
