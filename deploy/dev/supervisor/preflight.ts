import { Failure } from '../bootstrap/failure.mjs';
import type { Part, PartContext, Problem, Way } from './part.ts';

/** All problems that prevent a start, each with its fix. It is thrown before anything is started. */
export class PreflightFailure extends Failure {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ part, what, fix }) => `  • ${part}: ${what}\n    Fix: ${fix}`);
    super(
      `Nothing was started, because of ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    );
    this.name = 'PreflightFailure';
    this.problems = problems;
  }
}

/** Finds a way to get each part. @throws PreflightFailure with all problems, including the `known` ones */
export async function findWays(
  parts: readonly Part[],
  contextOf: (part: Part) => PartContext,
  known: readonly Problem[],
): Promise<Map<string, Way>> {
  const problems = [...known];
  const ways = new Map<string, Way>();
  const found = await Promise.all(parts.map(async (part) => ({ part, found: await part.find(contextOf(part)) })));
  for (const { part, found: result } of found) {
    if ('way' in result) ways.set(part.name, result.way);
    else problems.push(...result.problems);
  }
  if (problems.length > 0) throw new PreflightFailure(problems);
  return ways;
}
