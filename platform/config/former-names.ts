import type { Env } from './errors.ts';

/** Former names of settings, each with the current name. */
export type FormerNames = Readonly<Record<string, string>>;

export interface CurrentNames {
  readonly env: Env;
  /** One line for each former name that is set. It contains no value, because a value may be a secret. */
  readonly warnings: readonly string[];
}

/** Gives settings with a former name their current name. If both names are set, the current one is used. */
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
        ? `the setting ${former} is now called ${current}. Both are set, and ${current} is used: remove ${former}`
        : `the setting ${former} is now called ${current}. Rename it: a later version will not read the former name`,
    );
  }
  return { env, warnings };
}
