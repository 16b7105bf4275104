/**
 * `npm run bench [-- <row>… options]`: measures the platform on real servers, and judges each figure that has a bar.
 * `--help` lists the rows. bars.ts has the bars, rows/ has a file for each row.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { exitCodeOf, printFailure } from '../deploy/dev/bootstrap/failure.mjs';
import { root } from '../deploy/dev/bootstrap/paths.mjs';
import { listenForEnd } from '../deploy/dev/lifeline.ts';
import { compareRuns } from './compare.ts';
import { openContext } from './context.ts';
import { worseThanRecorded } from './guard.ts';
import { lengthsOf } from './lengths.ts';
import { helpText, readOptions, standardOutput, type Options } from './options.ts';
import { barsText, changesText } from './report.ts';
import { readEarlier, toJson, type RowResult, type RunFacts } from './results.ts';
import { rows } from './rows/index.ts';
import type { Row } from './rows/row.ts';
import { runRows } from './run.ts';

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(
    args,
    rows.map(({ name }) => name),
  );
  if (options.help) {
    process.stdout.write(helpText(rows));
    return 0;
  }
  const text = options.json === standardOutput ? process.stderr : process.stdout;
  const print = (line: string) => void text.write(`${line}\n`);
  // Read at once, so that a wrong name costs no time.
  const earlier = options.compare === undefined ? undefined : readEarlier(options.compare);
  const ending = listenForEnd(process.env);
  try {
    const results = await measureRows(options, print, ending.signal);
    print(barsText(results));
    if (earlier !== undefined) print(`\n${changesText(options.compare ?? '', compareRuns(earlier, results))}`);
    if (options.json !== undefined) writeJson(options.json, toJson(factsOf(options), results));
    const worse = options.guard ? worseThanRecorded(results) : [];
    for (const line of worse) print(`✗ ${line}`);
    return worse.length > 0 || results.some(({ failures }) => failures.length > 0) ? 1 : 0;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    return ending.code();
  }
}

async function measureRows(
  options: Options,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly RowResult[]> {
  const say = (text: string) => void process.stderr.write(`· ${text}\n`);
  const { roles, settings } = options;
  const context = await openContext({ lengths: lengthsOf(options), roles, settings, say, signal });
  try {
    return await untilAborted(runRows(context, wantedRows(options), print, signal), signal);
  } finally {
    await context.close();
  }
}

/** Rows run in the order of rows/index.ts. `--guard` has an order of its own. */
function wantedRows({ rows: names, guard }: Options): readonly Row[] {
  if (names.length === 0) return rows.filter(({ onlyByName }) => onlyByName !== true);
  const wanted = rows.filter(({ name }) => names.includes(name));
  return guard ? wanted.toSorted((left, right) => names.indexOf(left.name) - names.indexOf(right.name)) : wanted;
}

/** Rejects at once when the signal aborts. The work then fails, because its processes are ended. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  work.catch(() => undefined);
  aborted.promise.catch(() => undefined);
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}

function factsOf({ short, guard, seconds, users, roles, settings }: Options): RunFacts {
  return {
    at: new Date(),
    commit: commit(),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    options: { short, guard, seconds, users, roles, settings },
  };
}

/** Undefined in a copy without Git. */
function commit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function writeJson(where: string, json: string): void {
  if (where === standardOutput) process.stdout.write(json);
  else writeFileSync(where, json);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printFailure(error);
  process.exitCode = exitCodeOf(error);
}
// Output to a pipe is asynchronous, and exit would lose it. So exit waits for an empty write at the end.
process.stdout.write('', () => process.exit());
