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
import { CliError, exitCodes, usageError } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { readCsv } from '../import/csv.ts';
import { readJsonLines } from '../import/jsonl.ts';
import { createImportProgress, stockSummary, summary } from '../import/progress.ts';
import type { ReadLine, Refusal } from '../import/row.ts';
import { importLines, type ImportCounts, type ImportOptions } from '../import/send.ts';
import { stoppable } from '../import/stop.ts';
import { nothingChanged, onTrail, type Note, type Told } from '../trail.ts';

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

type Send = (
  request: MessageInitShape<typeof ImportProductsRequestSchema>,
  signal: AbortSignal | undefined,
) => Promise<ImportProductsResponse>;

/**
 * Creates and updates products from a file, or from standard input for `-`, through the public API. Refused lines are
 * printed at once, and the exit code is then 1. A repeated import of the same file changes nothing. Ctrl-C and SIGTERM end
 * it after the call that is under way. @throws CliError INTERRUPTED
 */
export async function importProducts(context: Context, file: string, options: ImportCommandOptions): Promise<void> {
  const read = readerOf(file, options);
  const progress = createImportProgress();
  const { send, actorId } = await sender(context, options);
  let example = '';
  // Opened before anything else, so that a missing file leaves no entry in the trail.
  const input = file === '-' ? process.stdin : (await opened(file)).createReadStream();
  try {
    const { counts, isStopped } = await stoppable((stop) => {
      stop.asked.addEventListener('abort', () => input.destroy(), { once: true });
      const load: Load = (trailEntryId, note) => {
        const request = { reason: options.reason, trailEntryId };
        return importAll(read(input), note, {
          validateOnly: options.dryRun,
          stop,
          send: (rows, signal) => send({ ...rows, ...request }, signal),
          onRefused: (refusal) => progress.print(context.json ? visibleJson(refusal) : toLine(refusal)),
          onStockKept: (line, message) => (example ||= `line ${line}: available_quantity ${message}`),
          onProgress: progress.show,
        });
      };
      const operation = { action: 'products.import' as const, subject: nameOf(file), actorId, reason: options.reason };
      return options.dryRun ? load('', async () => undefined) : importOnTrail(context, operation, load);
    });
    const stock = stockSummary(counts, example);
    if (stock !== undefined && !context.json) progress.print(stock);
    const text = options.dryRun ? `${summary(counts)} (dry run: nothing was changed)` : summary(counts);
    progress.print(context.json ? visibleJson({ ...counts, dryRun: options.dryRun }) : text);
    if (isStopped) throw interrupted();
    if (counts.refused > 0) process.exitCode = 1;
  } finally {
    progress.end();
    input.destroy();
  }
}

interface Imported {
  readonly counts: ImportCounts;
  /** Somebody stopped it before the end of the file. */
  readonly isStopped: boolean;
}
type Load = (trailEntryId: string, note: Note) => Promise<Imported>;

/** Imports the lines, and notes after each call what was done so far: a killed process cannot tell it any more. */
async function importAll(lines: AsyncIterable<ReadLine>, note: Note, options: ImportOptions): Promise<Imported> {
  let soFar = '';
  let isStopped = false;
  const counts = await importLines(lines, {
    ...options,
    onStopped: () => void (isStopped = true),
    onProgress: async (counts) => {
      soFar = summary(counts);
      await options.onProgress(counts);
      await note(`so far ${soFar}; lines after these may have been written, too`);
    },
  }).catch((error: unknown) => {
    // A first call that is refused, for example because the account may not import, writes no line.
    if (soFar === '') throw isRefusedCall(error) ? nothingChanged(error) : error;
    throw withCounts(error, soFar);
  });
  return { counts, isStopped };
}

/** A failure that also tells what was done before it. It is a CliError, because only of that its own message is told. */
function withCounts(error: unknown, soFar: string): CliError {
  const { failure, exitCode } = failureOf(error);
  const begin = failure.message.replace(/\.?$/, '.');
  return new CliError(failure.reason, exitCode, `${begin} Before that: ${soFar}.`, error);
}

function interrupted(): CliError {
  const advice = 'run the same command again: lines that are already imported count as unchanged';
  return new CliError('INTERRUPTED', exitCodes.error, `stopped before the end of the file; ${advice}`);
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

function importOnTrail(
  context: Context,
  operation: Parameters<typeof onTrail>[1],
  load: Load,
): Promise<Imported & Told> {
  return onTrail(context, operation, async (entryId = '', note) => {
    const imported = await load(entryId, note);
    const { read, created, updated, unchanged, refused } = imported.counts;
    const told = summary(imported.counts);
    const detail = imported.isStopped ? `stopped before the end of the file: ${told}` : told;
    if (imported.isStopped && created + updated + unchanged === 0)
      return { ...imported, detail, refusal: 'INTERRUPTED' };
    return { ...imported, detail, ...(refused > 0 && refused === read ? { refusal: allRefused } : {}) };
  });
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
  const send: Send = (request, signal) =>
    call(({ products, asUser }) =>
      products.importProducts(request, { ...asUser, ...(signal === undefined ? {} : { signal }) }),
    );
  return { actorId, send };
}
