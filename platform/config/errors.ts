import { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

/** All problems of a process's settings, one on a line. It contains no values, because a value may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `these settings are wrong; correct them and start again:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Runs several readers of settings and collects their problems, so that all are reported at once. */
export function createSettingsReader() {
  const problems = new Set<string>();
  return {
    /** What `read` returns; undefined if it throws a ZodError or ConfigError, whose problems are kept. */
    read<Value>(read: () => Value): Value | undefined {
      try {
        return read();
      } catch (error) {
        const found = settingsProblems(error);
        if (found === undefined) throw error;
        for (const problem of found) problems.add(problem);
        return undefined;
      }
    },
    /** @throws ConfigError if there has been any problem */
    check(): void {
      if (problems.size > 0) throw new ConfigError([...problems]);
    },
  };
}

/** What is wrong with the settings, each problem with the name of its setting; undefined for an error of another kind. */
export function settingsProblems(error: unknown): readonly string[] | undefined {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof z.ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return undefined;
}

/** Drops empty variables. For example, `${NAME:-}` in a compose file makes an empty variable. */
export function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
