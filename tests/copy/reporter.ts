import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What the reporter sends to the process that started vitest. */
export type Report =
  | { readonly kind: 'failed'; readonly file: string; readonly test: string; readonly why: string }
  | { readonly kind: 'ended'; readonly passed: number; readonly isSound: boolean };

/**
 * Sends the first failure and ends vitest at once. Its own `--bail` waits for the tests that run beside, and that wait
 * may never end.
 */
export default class FirstFailure implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== 'failed') return;
    const why = errors?.[0]?.message.split('\n', 1)[0]?.slice(0, 150) ?? '';
    report({ kind: 'failed', file: test.module.relativeModuleId, test: test.fullName, why });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const passed = modules.flatMap((module) => [...module.children.allTests('passed')]).length;
    report({ kind: 'ended', passed, isSound: errors.length === 0 && modules.every((module) => module.ok()) });
  }
}

function report(message: Report): void {
  process.send?.(message, () => process.exit());
}
