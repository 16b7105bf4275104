import { appendFileSync } from 'node:fs';
import type { Timeline } from '../../../testkit/timeline.ts';
import { violationsOf } from '../../../testkit/verdict/accounts.ts';
import type { Verdict } from '../../../testkit/verdict/verdict.ts';

export interface Story {
  readonly name: string;
  readonly seed: number;
  readonly timeline: Timeline;
  /** A description of the calls that got no answer. */
  readonly unanswered: () => string;
}

interface Figures extends Story {
  readonly seconds: number;
  /** Undefined if the test failed before its verdict. */
  readonly verdict: Verdict | undefined;
}

/**
 * Plays a story and records its figures. The message of a failure has the seed that repeats it and the timeline.
 * @param play reports its verdict by `judged`
 */
export async function recorded(story: Story, play: (judged: (verdict: Verdict) => void) => Promise<void>) {
  const began = performance.now();
  let verdict: Verdict | undefined;
  try {
    await play((found) => (verdict = found));
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const again = `FAULTS_SEED=${story.seed} repeats it. What was done:\n${story.timeline.toString()}`;
    throw new Error(`${told}\n${again}\nUnanswered: ${story.unanswered()}`, { cause: error });
  } finally {
    recordFigures({ ...story, seconds: (performance.now() - began) / 1000, verdict });
  }
}

/** Prints one line of JSON for each test and adds it to the file FAULTS_FIGURES. The tables in the docs come from it. */
function recordFigures({ name, seed, seconds, timeline, verdict, unanswered }: Figures): void {
  const figures = {
    name,
    seed,
    seconds: Math.round(seconds),
    checkouts: verdict?.accepted ?? 0,
    completed: verdict?.completed ?? 0,
    failed: verdict?.failedByReason ?? {},
    cancelled: verdict?.cancelled ?? 0,
    kills: timeline.count('kill -9'),
    otherFaults: ['freeze', 'stop', 'restart', 'proxy', 'sql', 'terminate', 'wire', 'restore'].reduce(
      (sum, what) => sum + timeline.count(what),
      0,
    ),
    violations: verdict === undefined ? undefined : violationsOf(verdict).length,
    unanswered: unanswered(),
  };
  console.log(JSON.stringify(figures));
  const file = process.env['FAULTS_FIGURES'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(figures)}\n`);
}
