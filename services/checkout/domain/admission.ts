import { overloaded } from './errors.ts';

/** Whether new checkouts are let in. */
export interface Admission {
  /** @throws OVERLOADED */
  assertOpen(): void;
  /** What the sweep found: how old the oldest unstarted order is, 0 if there is none. */
  report(oldestUnstartedSeconds: number): void;
}

export interface AdmissionLimits {
  readonly maxUnstartedSeconds: number;
  readonly retryAfterSeconds: number;
}

/** Closed while accepted checkouts wait too long for their start: better refused now than promised for late. */
export function createAdmission({ maxUnstartedSeconds, retryAfterSeconds }: AdmissionLimits): Admission {
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
