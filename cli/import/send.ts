import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ImportOutcome,
  ImportProductsRequestSchema,
  ImportProductsRowSchema,
  type ImportProductsResponse,
  type ImportProductsResult,
} from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { CliError } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { createBatch, createEarlierRows, maxBytes, type Batched } from './batch.ts';
import type { Stop } from './stop.ts';
import { refusedLine, type ReadLine, type Refusal, type RefusedLine, type Row } from './row.ts';

export interface ImportCounts {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** Lines that name another stock than their product has. It stays: an import sets the stock of new products only. */
  stockKept: number;
}

export interface ImportOptions {
  readonly validateOnly: boolean;
  /** Makes one call of the API. */
  readonly send: (
    request: { rows: Row[]; validateOnly: boolean },
    signal: AbortSignal | undefined,
  ) => Promise<ImportProductsResponse>;
  readonly onRefused: (refusal: Refusal) => void;
  /** Called for a line whose stock is not taken over. `message` says why. */
  readonly onStockKept: (line: number, message: string) => void;
  /** Called after each call. The next call waits for it. */
  readonly onProgress: (counts: Readonly<ImportCounts>) => void | Promise<void>;
  /** Ends the import between two calls. `onStopped` hears that lines were left out. */
  readonly stop?: Stop;
  readonly onStopped?: () => void;
  /** The pause before a failed call is repeated, in ms. It doubles with each repeat. Default 500. */
  readonly pauseMs?: number;
}

const attempts = 7;

/**
 * Sends the rows in as few calls as the API allows. The calls are made one after the other, so that of two lines with
 * the same SKU the later one wins. Only the rows of one call are in memory; in a dry run all of them. A call with a
 * transient error is repeated, which is safe: rows that were already written count as unchanged.
 * @returns the counts of the lines
 * @throws CliError that names the first line that may not be written, with the reason and the exit code of the call
 */
export async function importLines(lines: AsyncIterable<ReadLine>, options: ImportOptions): Promise<ImportCounts> {
  const counts: ImportCounts = { read: 0, created: 0, updated: 0, unchanged: 0, refused: 0, stockKept: 0 };
  const earlier = options.validateOnly ? createEarlierRows() : undefined;
  const batch = createBatch();
  const flush = async (): Promise<void> => {
    const rows = batch.take();
    if (rows.length > 0) await sendBatch(rows, counts, options);
    earlier?.endCall();
    await options.onProgress(counts);
  };
  const take = async (each: ReadLine): Promise<void> => {
    counts.read++;
    const line = withSize(each);
    if ('refusals' in line) {
      counts.refused++;
      line.refusals.forEach(options.onRefused);
      return;
    }
    if (!batch.add([...(earlier?.before(line.row) ?? []), line])) {
      await flush();
      if (!batch.add([...(earlier?.before(line.row) ?? []), line])) batch.add([line]);
    }
    earlier?.add(line);
  };
  const isStopped = () => options.stop?.asked.aborted === true;
  try {
    for await (const each of lines) {
      if (isStopped()) break;
      await take(each);
    }
  } catch (error) {
    // Whoever stops the import closes its input, which then cannot be read.
    if (!isStopped() || error instanceof CallFailed) throw error;
  }
  if (isStopped()) options.onStopped?.();
  else await flush();
  return counts;
}

class CallFailed extends CliError {}

function withSize(line: ReadLine): (Batched & { readonly line: number }) | RefusedLine {
  if ('refusals' in line) return line;
  const bytes = toBinary(ImportProductsRowSchema, create(ImportProductsRowSchema, line.row)).byteLength;
  if (bytes <= maxBytes) return { ...line, bytes };
  return refusedLine(line.line, '', 'ROW_TOO_LARGE', `takes ${bytes} bytes, but a row may take at most ${maxBytes}`);
}

async function sendBatch(batch: readonly Batched[], counts: ImportCounts, options: ImportOptions): Promise<void> {
  const request = create(ImportProductsRequestSchema, {
    rows: batch.map(({ row }) => row),
    validateOnly: options.validateOnly,
  });
  const first = batch.find(({ line }) => line !== undefined)?.line ?? 0;
  const { results } = await repeated(first, options, () => options.send(request, options.stop?.cut));
  for (const [index, { line }] of batch.entries()) {
    const result = results[index];
    if (line === undefined) continue;
    if (result === undefined) throw new Error(`line ${line}: the answer of the API has no result for it`);
    count(counts, result);
    refusalsOf(line, result).forEach(options.onRefused);
    for (const { description } of result.kept) options.onStockKept(line, description);
  }
}

function count(counts: ImportCounts, { outcome, kept }: ImportProductsResult): void {
  counts.stockKept += kept.length;
  if (outcome === ImportOutcome.CREATED) counts.created++;
  else if (outcome === ImportOutcome.UPDATED) counts.updated++;
  else if (outcome === ImportOutcome.UNCHANGED) counts.unchanged++;
  else counts.refused++;
}

function refusalsOf(line: number, { outcome, reason, violations }: ImportProductsResult): Refusal[] {
  if (outcome !== ImportOutcome.REFUSED) return [];
  if (violations.length === 0) return [{ line, field: '', reason, message: 'the service refused it' }];
  return violations.map(({ field, description }) => ({ line, field, reason, message: description }));
}

const passing = new Set([Code.Unavailable, Code.ResourceExhausted, Code.DeadlineExceeded, Code.Aborted, Code.Unknown]);

async function repeated<T>(line: number, { pauseMs = 500, stop }: ImportOptions, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === attempts || !passing.has(ConnectError.from(error).code) || stop?.asked.aborted === true) {
        const advice =
          'Fix the cause and run the same command again: lines that are already imported count as unchanged.';
        const { failure, exitCode } = failureOf(error);
        const message = `The import stopped before line ${line}: ${failure.message}. ${advice}`;
        throw new CallFailed(failure.reason, exitCode, message, error);
      }
      // Whoever stops the import does not wait for the next try, which then is the last one.
      await sleep(pauseMs * 2 ** (attempt - 1), undefined, { signal: stop?.asked }).catch(() => undefined);
    }
  }
}
