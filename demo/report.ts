import { formatMoney } from '../proto/money.ts';
import type { JsonMoney } from '../testkit/shopper/answers.ts';

/** Prints the story, and remembers every claim that did not hold. */
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

  /** A claim with its proof: printed either way, and the demo fails if it is not so. */
  check(claim: string, holds: boolean, found?: string): void {
    console.log(`  ${holds ? '✓' : '✗'} ${claim}${found === undefined ? '' : `: ${found}`}`);
    if (!holds) this.failures.push(`${claim}${found === undefined ? '' : `: ${found}`}`);
  }

  /** Where a person can look at the saga. */
  saga(workflowId: string): void {
    this.line(`saga: ${this.#temporalUi}/namespaces/default/workflows/${workflowId}`);
  }
}

/** "12.34 USD" */
export function money({ currencyCode, minorUnits }: JsonMoney): string {
  return formatMoney({ currencyCode, minorUnits: BigInt(minorUnits) });
}

/** Runs and times; milliseconds. */
export async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await run();
  return { value, ms: Math.round(performance.now() - started) };
}
