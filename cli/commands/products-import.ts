import type { MessageInitShape } from '@bufbuild/protobuf';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Readable } from 'node:stream';
import type {
  ImportProductsRequestSchema,
  ImportProductsResponse,
} from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { fromConnectError } from '../../platform/errors/from-connect.ts';
import { visibleJson } from '../../platform/telemetry/visible.ts';
import { openSession } from '../account.ts';
import type { Context } from '../context.ts';
import { usageError } from '../exit.ts';
import { readCsv } from '../import/csv.ts';
import { readJsonLines } from '../import/jsonl.ts';
import { createImportProgress, stockSummary, summary } from '../import/progress.ts';
import type { ReadLine, Refusal } from '../import/row.ts';
import { importLines, type ImportCounts } from '../import/send.ts';
import { nothingChanged, onTrail } from '../trail.ts';

export interface ImportCommandOptions {
  readonly email: string;
  readonly password: string;
  /** Default: by the ending of the file name. */
  readonly format?: 'csv' | 'jsonl';
  readonly dryRun: boolean;
  readonly currency: string;
  /** Why, for the audit trail. */
  readonly reason: string;
}

type Send = (request: MessageInitShape<typeof ImportProductsRequestSchema>) => Promise<ImportProductsResponse>;

/**
 * Creates and updates products from a file, or from standard input for `-`, through the public API. Refused lines are
 * printed at once, and the exit code is then 1. A repeated import of the same file changes nothing.
 */
export async function importProducts(context: Context, file: string, options: ImportCommandOptions): Promise<void> {
  const read = readerOf(file, options);
  const progress = createImportProgress();
  const { send, actorId } = await sender(context, options);
  let example = '';
  let calls = 0;
  // Opened before anything else, so that a missing file leaves no entry in the trail.
  const input = file === '-' ? process.stdin : (await opened(file)).createReadStream();
  try {
    const load = (trailEntryId = '') =>
      importLines(read(input), {
        validateOnly: options.dryRun,
        send: (request) => send({ ...request, reason: options.reason, trailEntryId }),
        onRefused: (refusal) => progress.print(context.json ? visibleJson(refusal) : toLine(refusal)),
        onStockKept: (line, message) => (example ||= `line ${line}: available_quantity ${message}`),
        onProgress: (counts) => {
          calls++;
          progress.show(counts);
        },
      }).catch((error: unknown) => {
        // A first call that is refused, for example because the account may not import, writes no line.
        throw calls === 0 && isRefusedCall(error) ? nothingChanged(error) : error;
      });
    const operation = { action: 'products.import' as const, subject: nameOf(file), actorId, reason: options.reason };
    const counts = options.dryRun ? await load() : await importOnTrail(context, operation, load);
    const stock = stockSummary(counts, example);
    if (stock !== undefined && !context.json) progress.print(stock);
    const text = options.dryRun ? `${summary(counts)} (dry run: nothing was changed)` : summary(counts);
    progress.print(context.json ? visibleJson({ ...counts, dryRun: options.dryRun }) : text);
    if (counts.refused > 0) process.exitCode = 1;
  } finally {
    progress.end();
    input.destroy();
  }
}

/** @throws CliError USAGE if there is no such file, or it may not be read */
async function opened(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
    throw usageError(`${file} is a folder`);
  } catch (error) {
    const why = { ENOENT: 'no such file:', ENOTDIR: 'no such file:', EACCES: 'you may not read' };
    const words = Object.entries(why).find(([code]) => (error as { readonly code?: unknown }).code === code)?.[1];
    throw words === undefined ? error : usageError(`${words} ${file}`);
  }
}

function readerOf(file: string, options: ImportCommandOptions): (input: Readable) => AsyncIterable<ReadLine> {
  const extension = extname(file).toLowerCase();
  const byName = extension === '.csv' ? 'csv' : ['.jsonl', '.ndjson'].includes(extension) ? 'jsonl' : undefined;
  const format = options.format ?? byName;
  if (format === undefined)
    throw usageError(`The ending of ${file} does not tell its format: add --format csv or --format jsonl`);
  return format === 'csv' ? (input) => readCsv(input, { currency: options.currency }) : readJsonLines;
}

/** Of an import that changed nothing, because no line could be taken. */
const allRefused = 'ALL_LINES_REFUSED';

const nameOf = (file: string): string => (file === '-' ? 'standard input' : basename(file));

async function importOnTrail(
  context: Context,
  operation: Parameters<typeof onTrail>[1],
  load: (trailEntryId?: string) => Promise<ImportCounts>,
): Promise<ImportCounts> {
  const { counts } = await onTrail(context, operation, async (entryId) => {
    const counts = await load(entryId);
    const { refused, read } = counts;
    return { counts, detail: summary(counts), ...(refused > 0 && refused === read ? { refusal: allRefused } : {}) };
  });
  return counts;
}

function isRefusedCall(error: unknown): boolean {
  return error instanceof Error && fromConnectError(error.cause).kind === 'definitive';
}

function toLine({ line, field, reason, message }: Refusal): string {
  return `line ${line}: ${field === '' ? '' : `${field}: `}${message} (${reason})`;
}

/** Sends requests as the administrator. */
async function sender(
  context: Context,
  account: ImportCommandOptions,
): Promise<{ readonly send: Send; readonly actorId: string }> {
  const { call, userId: actorId } = await openSession(context, account);
  return { actorId, send: (request) => call(({ products, asUser }) => products.importProducts(request, asUser)) };
}
