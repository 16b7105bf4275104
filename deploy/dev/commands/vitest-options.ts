import { UsageFailure } from '../bootstrap/failure.mjs';

/**
 * Checks, before any server starts, that vitest knows the options.
 * @throws UsageFailure with what vitest says
 */
export async function expectVitestOptions(args: readonly string[]): Promise<void> {
  if (!args.some((arg) => arg.startsWith('-'))) return;
  const { createCLI } = await import('vitest/node');
  try {
    const cli = createCLI();
    cli.parse(['node', 'vitest', 'run', ...args], { run: false });
    cli.matchedCommand?.checkUnknownOptions();
    cli.matchedCommand?.checkOptionValue();
  } catch (cause) {
    throw new UsageFailure(`vitest: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      suggestion: 'npx vitest --help',
      cause,
    });
  }
}
