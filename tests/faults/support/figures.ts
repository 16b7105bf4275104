import { appendFileSync } from 'node:fs';
import type { Timeline } from './timeline.ts';
import { violationsOf } from './accounts.ts';
import type { Verdict } from './verdict.ts';

export interface Figures {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  readonly timeline: Timeline;
  /** Undefined if the test did not come so far. */
  readonly verdict: Verdict | undefined;
  readonly unanswered: string;
}

/** One line a test on the terminal, and as JSON in the file that FAULTS_FIGURES names: the source of the documents' table. */
export function recordFigures({ name, seed, seconds, timeline, verdict, unanswered }: Figures): void {
  const figures = {
    name,
    seed,
    seconds: Math.round(seconds),
    checkouts: verdict?.accepted ?? 0,
    completed: verdict?.completed ?? 0,
    failed: verdict?.failedByReason ?? {},
    cancelled: verdict?.cancelled ?? 0,
    kills: timeline.count('kill -9'),
    otherFaults: ['freeze', 'stop', 'restart', 'proxy', 'sql', 'terminate'].reduce(
      (sum, what) => sum + timeline.count(what),
      0,
    ),
    violations: verdict === undefined ? undefined : violationsOf(verdict).length,
    unanswered,
  };
  console.log(JSON.stringify(figures));
  const file = process.env['FAULTS_FIGURES'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(figures)}\n`);
}
