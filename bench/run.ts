import { judge } from './bars.ts';
import type { OwnContext } from './context.ts';
import type { Findings } from './figures.ts';
import { rowText } from './report.ts';
import type { RowResult } from './results.ts';
import type { Row } from './rows/row.ts';

/** Measures the rows one after the other. An error fails its row, and the next row gets another platform. */
export async function runRows(
  context: OwnContext,
  rows: readonly Row[],
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  for (const row of rows) {
    signal.throwIfAborted();
    const { figures, failures } = await measure(context, row);
    signal.throwIfAborted();
    const findings = { figures, failures: [...context.takeWarmUpFailures(), ...failures] };
    const result = { row: row.name, ...findings, judged: judge(row.name, findings) };
    results.push(result);
    print(`${row.name}: ${row.about}\n${rowText(result)}\n`);
  }
  return results;
}

async function measure(context: OwnContext, row: Row): Promise<Findings> {
  try {
    return await row.measure(context);
  } catch (error) {
    const ended = context.platformEnded();
    await context.stopPlatform();
    const what = error instanceof Error ? error.message : String(error);
    return { figures: [], failures: ended === undefined ? [what] : [what, ended] };
  }
}
