import { latestRun, workflowAddress } from '../cli/workflow-run.ts';
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
    const workflow = { ui: this.#temporalUi, namespace: 'default', workflowId };
    this.line(`saga: ${workflowAddress(workflow, await latestRun(workflow))}`);
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
