/** A step of a workflow that has no answer yet. */
export interface PendingStep {
  /** The activity, for example `holdFunds`. */
  readonly step: string;
  /** The service that it calls. */
  readonly service: string;
  /** The attempt that runs or comes next, from 1 on. */
  readonly attempt: number;
  /** Empty if no attempt has failed. */
  readonly lastReason: string;
  readonly lastMessage: string;
  /** Undefined while an attempt runs. */
  readonly nextAttemptTime: Date | undefined;
}

/** The last run of a workflow of an order, for people. */
export interface WorkflowRecord {
  readonly workflowId: string;
  readonly runId: string;
  /** In Temporal's words, for example `RUNNING`. */
  readonly status: string;
  readonly startTime: Date;
  readonly closeTime: Date | undefined;
  /** What it is doing, in its own words; empty if it has closed or no worker has answered. */
  readonly stage: string;
  readonly pending: readonly PendingStep[];
  readonly cancels: readonly { readonly time: Date; readonly cause: string }[];
}
