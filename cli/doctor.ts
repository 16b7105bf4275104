/** What a check found. `skip`: this platform, or the place where the command runs, does not have the part. */
export interface Finding {
  readonly part: string;
  readonly address: string;
  readonly state: 'ok' | 'fail' | 'skip';
  readonly message: string;
  /** What mends it; empty unless the state is `fail`. */
  readonly fix: string;
}

export interface Check {
  readonly part: string;
  readonly address: string;
  /** What to do if the check fails, or what makes that of the error. */
  readonly fix: string | ((error: unknown) => string);
  /** The part that must be well for this check, and the words if it is not. */
  readonly needs?: { readonly part: string; readonly otherwise: string };
  /** Gives what is worth knowing about a healthy part. @throws Error if it is not healthy, Skipped if it is not there */
  readonly run: () => Promise<string>;
}

/** The part is not there, and need not be. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

const mostMs = 10_000;

/**
 * Runs all checks at the same time. A check without an end fails after 10 s. The findings have the order of the checks.
 * A check that fails beside the part that it needs tells nothing about its own part.
 */
export async function runChecks(
  checks: readonly Check[],
  describe: (error: unknown) => string,
  timeoutMs = mostMs,
): Promise<Finding[]> {
  const findings = await Promise.all(checks.map((check) => runCheck(check, describe, timeoutMs)));
  const failed = new Set(findings.filter(({ state }) => state === 'fail').map(({ part }) => part));
  return findings.map((finding, index) => {
    const needs = checks[index]?.needs;
    if (finding.state !== 'fail' || needs === undefined || !failed.has(needs.part)) return finding;
    return { ...finding, state: 'skip', message: `not checked: ${needs.otherwise}`, fix: '' };
  });
}

async function runCheck(
  { part, address, fix, run }: Check,
  describe: (error: unknown) => string,
  timeoutMs: number,
): Promise<Finding> {
  try {
    return { part, address, state: 'ok', message: await within(timeoutMs, run), fix: '' };
  } catch (error) {
    if (error instanceof Skipped) return { part, address, state: 'skip', message: error.message, fix: '' };
    return {
      part,
      address,
      state: 'fail',
      message: withoutPlace(describe(error), address),
      fix: typeof fix === 'string' ? fix : fix(error),
    };
  }
}

/** What stands before the address in the message stands in the finding, too. */
function withoutPlace(message: string, address: string): string {
  const [, rest] = address === '' ? [] : message.split(`at ${address}`, 2);
  return rest === undefined ? message : rest.replace(/^:? /, '');
}

async function within(timeoutMs: number, run: () => Promise<string>): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await Promise.race([run(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
