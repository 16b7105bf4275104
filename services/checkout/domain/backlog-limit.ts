import { overloaded } from './errors.ts';

/** Decides whether new checkouts are accepted (rule S3). */
export interface BacklogLimit {
  /** @throws OVERLOADED */
  assertOpen(): void;
  /** Takes the age of the oldest unstarted order from the sweep; 0 if there is none. */
  report(oldestUnstartedSeconds: number): void;
}

export interface BacklogLimits {
  readonly maxUnstartedSeconds: number;
  readonly retryAfterSeconds: number;
}

/** Refuses new checkouts while accepted ones wait too long for their start. */
export function createBacklogLimit({ maxUnstartedSeconds, retryAfterSeconds }: BacklogLimits): BacklogLimit {
  let oldestSeconds = 0;
  return {
    assertOpen: () => {
      if (oldestSeconds > maxUnstartedSeconds) throw overloaded(retryAfterSeconds);
    },
    report: (oldestUnstartedSeconds) => {
      oldestSeconds = oldestUnstartedSeconds;
    },
  };
}
