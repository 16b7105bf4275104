import { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with a process's settings, a line each. Tells no values: they may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`these settings must be mended:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Runs readers of settings to the end and keeps their problems, so that all are reported at once. */
export function createSettingsReader() {
  const problems = new Set<string>();
  return {
    /** What `read` returns; undefined if it throws a ZodError or ConfigError, whose problems are kept. */
    read<Value>(read: () => Value): Value | undefined {
      try {
        return read();
      } catch (error) {
        for (const problem of problemsOf(error)) problems.add(problem);
        return undefined;
      }
    },
    /** @throws ConfigError if anything was wrong so far */
    check(): void {
      if (problems.size > 0) throw new ConfigError([...problems]);
    },
  };
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof z.ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw error;
}

/** Without the variables that are set to nothing, as `${NAME:-}` in a compose file leaves them. */
export function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
