import type { Env } from './errors.ts';

/** Settings by the name that they had, with the one that they have. */
export type FormerNames = Readonly<Record<string, string>>;

export interface CurrentNames {
  readonly env: Env;
  /** A line for each former name that is set. They tell no values: those may be secrets. */
  readonly warnings: readonly string[];
}

/** The settings under their current names, for readers who know no others. A current name wins over its former one. */
export function withCurrentNames(given: Env, formerNames: FormerNames): CurrentNames {
  const env = { ...given };
  const warnings: string[] = [];
  for (const [former, current] of Object.entries(formerNames)) {
    const value = env[former];
    if (value === undefined) continue;
    delete env[former];
    const isSetToo = env[current] !== undefined;
    env[current] ??= value;
    warnings.push(
      isSetToo
        ? `the setting ${former} is now called ${current}; as both are set, ${current} counts`
        : `the setting ${former} is now called ${current}; rename it, for the former name will not be read for ever`,
    );
  }
  return { env, warnings };
}
