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
  /** What to do if the check fails. */
  readonly fix: string;
  /** Gives what is worth knowing about a healthy part. @throws Error if it is not healthy, Skipped if it is not there */
  readonly run: () => Promise<string>;
}

/** The part is not there, and need not be. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

const mostMs = 10_000;

/** Runs all checks at the same time. A check without an end fails after 10 s. The findings have the order of the checks. */
export function runChecks(
  checks: readonly Check[],
  describe: (error: unknown) => string,
  timeoutMs = mostMs,
): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ part, address, fix, run }): Promise<Finding> => {
      try {
        return { part, address, state: 'ok', message: await within(timeoutMs, run), fix: '' };
      } catch (error) {
        if (error instanceof Skipped) return { part, address, state: 'skip', message: error.message, fix: '' };
        return { part, address, state: 'fail', message: describe(error), fix };
      }
    }),
  );
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
