/** A case that the suite failed, with what it complains of. */
export interface FailedCase {
  readonly name: string;
  readonly complaints: readonly string[];
}

/** What the suite told of a run. */
export interface Outcome {
  readonly total: number;
  readonly passed: number;
  /** The suite's own count of failed cases. */
  readonly failed: number;
  readonly failedCases: readonly FailedCase[];
}

/** Reads the output of the suite. A number that it does not tell is 0. */
export function readOutcome(output: string): Outcome {
  const { total, passed, failed } =
    /^Total cases: (?<total>\d+)\n(?<passed>\d+) passed, (?<failed>\d+) failed/m.exec(output)?.groups ?? {};
  return {
    total: Number(total ?? 0),
    passed: Number(passed ?? 0),
    failed: Number(failed ?? 0),
    failedCases: failedCases(output),
  };
}

/** The lines of a diff begin with a space or a sign, and are left out. */
function failedCases(output: string): FailedCase[] {
  return [...output.matchAll(/^FAILED: (?<name>.*):\n(?<text>(?:[\t ].*\n|\n(?=\t))*)/gm)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    complaints: [...(groups['text'] ?? '').matchAll(/^\t(?:; )?(?<complaint>[^\s+-].*)$/gm)].map(
      (match) => match.groups?.['complaint'] ?? '',
    ),
  }));
}
