import { z } from 'zod';
import { formatMoney } from '../proto/money.ts';
import type { JsonMoney } from '../testkit/shopper/answers.ts';

/** Prints the story and remembers every check that failed. */
export class Report {
  readonly #temporalUi: string;
  readonly failures: string[] = [];

  constructor(temporalUi: string) {
    this.#temporalUi = temporalUi;
  }

  act(title: string): void {
    console.log(`\n${title}`);
  }

  line(text: string): void {
    console.log(`  ${text}`);
  }

  /** Prints a statement with what was found. If it does not hold, the demo fails in the end. */
  check(claim: string, holds: boolean, found?: string): void {
    console.log(`  ${holds ? '✓' : '✗'} ${claim}${found === undefined ? '' : `: ${found}`}`);
    if (!holds) this.failures.push(`${claim}${found === undefined ? '' : `: ${found}`}`);
  }

  /** Prints the address of the tab in Temporal's UI that tells the story of the saga. */
  async saga(workflowId: string): Promise<void> {
    const workflow = `namespaces/default/workflows/${workflowId}`;
    const runId = await runOf(`${this.#temporalUi}/api/v1/${workflow}`);
    this.line(`saga: ${this.#temporalUi}/${workflow}${runId === undefined ? '' : `/${runId}/user-metadata`}`);
  }
}

const description = z.object({ workflowExecutionInfo: z.object({ execution: z.object({ runId: z.string() }) }) });

/** The id of the workflow's latest run, as the UI's own API tells it; undefined without an answer. */
async function runOf(address: string): Promise<string | undefined> {
  try {
    const answer = description.safeParse(await (await fetch(address)).json());
    return answer.data?.workflowExecutionInfo.execution.runId;
  } catch {
    return undefined;
  }
}

/** For example `12.34 USD`. */
export function money({ currencyCode, minorUnits }: JsonMoney): string {
  return formatMoney({ currencyCode, minorUnits: BigInt(minorUnits) });
}

/** Runs a function and measures it, in milliseconds. */
export async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await run();
  return { value, ms: Math.round(performance.now() - started) };
}
